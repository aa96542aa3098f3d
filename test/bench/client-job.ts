/** What the bench and the process of culvert-client.ts say to each other. Keys in base64. */
export interface ClientSetup {
  readonly mtu: number;
  readonly privateKey: string;
  readonly address: string;
  /** The gateway's public key. */
  readonly gateway: string;
  /** The server's address inside the tunnel. */
  readonly server: string;
}

/** `endpointPort` on 127.0.0.1 is the gateway's or the relay's; `port` is the server's inside the tunnel. */
export interface ClientJob {
  readonly kind: "recv" | "send" | "echo" | "connect" | "idle" | "unread";
  readonly endpointPort: number;
  readonly port: number;
  /** Bytes to move, round trips, connections after the first, or idle connections. "unread" receives and reads nothing. */
  readonly count: number;
}

export interface ClientResult {
  readonly connectMs?: number;
  readonly mbPerS?: number;
  readonly p50Ms?: number;
  readonly p99Ms?: number;
  readonly warmMs?: readonly number[];
  /** What `count` connections added to the heap and what it owns outside, and to the process; after a collection. */
  readonly heldBytes?: number;
  readonly residentBytes?: number;
  /** What the stack and the stream hold of an unread connection's data. */
  readonly bufferedBytes?: number;
  /** User and system, of the whole process, opening of the tunnel included. */
  readonly cpuMs?: number;
  /** The connection's own counters. */
  readonly detail?: Readonly<Record<string, unknown>>;
  readonly failed?: string;
}
