// What a user of TCP sees: one connection with a callback interface and no promises (RFC 9293 section 3.9.1).
import type { CulvertError } from "../../base/errors.ts";
import type { IpAddress } from "../../base/ip-address.ts";
import type { CongestionName } from "./congestion/create.ts";
import type { TcpState } from "./state.ts";

export type { TcpState } from "./state.ts";

export interface Endpoint {
  readonly address: IpAddress;
  readonly port: number;
}

export interface KeepAlive {
  /** Silence before the first probe. */
  readonly idleMs: number;
  /** Between probes. */
  readonly intervalMs: number;
  /** Unanswered probes after which the connection ends with connection-timeout. */
  readonly probes: number;
}

export interface TcpOptions {
  /** Hold back a small tail while data is unacknowledged (RFC 9293 section 3.7.4). Off by default: keystrokes come first. */
  readonly nagle?: boolean;
  /** Off by default. */
  readonly keepAlive?: KeepAlive;
  /**
   * RFC 5482: the longest that sent data may stay unacknowledged, or probes of a shut window unanswered. Without it 15
   * retransmissions end the connection.
   */
  readonly userTimeoutMs?: number;
  /** Retransmissions of one segment after which the connection ends; Infinity waits for ever. Default 15. */
  readonly maxRetransmits?: number;
  /** Bytes the receive buffer may grow to, default 6 MiB. Sets the window scale, so it acts when the connection opens. */
  readonly receiveBufferMax?: number;
  /** Bytes the send buffer may grow to, default 4 MiB. */
  readonly sendBufferMax?: number;
  readonly congestion?: CongestionName;
  /** RFC 7323 and RFC 2018 options to offer or accept; all on by default. */
  readonly timestamps?: boolean;
  readonly windowScaling?: boolean;
  readonly sack?: boolean;
}

/** All calls come from `endTurn` or from `dispose`, never from inside a call of the user's own; each may call back in. */
export interface TcpHandler {
  onEstablished(now: number): void;
  /** New bytes can be read. Comes once; comes again only for bytes that arrived later. */
  onReadable(now: number): void;
  /** `write` had to refuse bytes, and there is room again. */
  onWritable(now: number): void;
  /** The peer sent FIN and every byte before it was read. */
  onEnd(now: number): void;
  /** The last call. With an error, bytes received before it can still be read. */
  onClosed(error: CulvertError | undefined, now: number): void;
}

export interface TcpStats {
  /** Smoothed round-trip time, the time that the peer held acknowledgements back included; undefined before the first sample. */
  readonly rttMs: number | undefined;
  /** What the path takes, as of the last ten seconds or so with samples: the figure for a person. */
  readonly pathRttMs: number | undefined;
  readonly rttVarMs: number;
  readonly minRttMs: number | undefined;
  readonly rtoMs: number;
  /** Bytes. */
  readonly congestionWindow: number;
  readonly slowStartThreshold: number;
  readonly sendWindow: number;
  readonly receiveWindow: number;
  readonly bytesInFlight: number;
  /** Payload bytes of a full segment. */
  readonly mss: number;
  readonly retransmits: number;
  readonly timeouts: number;
  readonly segmentsIn: number;
  readonly segmentsOut: number;
  /** Data segments that came beyond a hole. */
  readonly outOfOrder: number;
  /** Acknowledgements that only repeated the last one, as a peer sends them beyond a hole (RFC 5681 section 2). */
  readonly duplicateAcks: number;
  /** Payload bytes delivered in order, and payload bytes acknowledged by the peer. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly openedAt: number;
}

export interface TcpConnection {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly state: TcpState;
  readonly stats: TcpStats;
  handler: TcpHandler | undefined;
  /** Received bytes that can be read now. */
  readonly readableLength: number;
  /** Bytes that `write` would take now; 0 once the connection can send no more. */
  readonly writableLength: number;
  /** Copies what fits into the send buffer and answers how many bytes that was (0 after shutdown or an error). */
  write(data: Uint8Array, now: number): number;
  /** At most `limit` bytes as an array of the caller's own, or undefined when none wait. Opens the receive window. */
  read(limit: number, now: number): Uint8Array | undefined;
  /** Fills `into` from its beginning; answers with how many bytes. */
  readInto(into: Uint8Array, now: number): number;
  /** FIN after everything queued; reading goes on. */
  shutdown(now: number): void;
  /** Both ways: FIN after everything queued, or RST when received bytes were left unread (RFC 9293 section 3.6.1, RFC 2525). */
  close(now: number): void;
  /** RST, and everything queued is thrown away. */
  abort(now: number): void;
}

export interface TcpListener {
  readonly address: IpAddress | undefined;
  readonly port: number;
  /** Keeps new connections waiting, up to the backlog, until `resume`. */
  pause(): void;
  resume(now: number): void;
  /** Half-open and waiting connections are reset; those handed out stay. */
  close(now: number): void;
}
