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
  readonly kind: "recv" | "send" | "echo" | "connect";
  readonly endpointPort: number;
  readonly port: number;
  /** Bytes to move, round trips, or connections after the first. */
  readonly count: number;
}

export interface ClientResult {
  readonly connectMs?: number;
  readonly mbPerS?: number;
  readonly p50Ms?: number;
  readonly p99Ms?: number;
  readonly warmMs?: readonly number[];
  /** User and system, of the whole process, opening of the tunnel included. */
  readonly cpuMs?: number;
  /** The connection's own counters. */
  readonly detail?: Readonly<Record<string, unknown>>;
  readonly failed?: string;
}
