import type { IpAddress } from "../../base/ip-address.ts";
import type { StackDrop } from "../stats.ts";

/** What TCP needs from the stack below it. */
export interface TcpHost {
  /** The largest IP packet of the tunnel, in bytes. */
  readonly mtu: number;
  random(length: number): Uint8Array;
  /** Work waits for the next `endTurn`, and it came from a user's call rather than from a packet. */
  onWake(): void;
  /**
   * Room for a TCP segment of `length` bytes, to be filled at once; one at a time. `runTo`: more of this length may follow to that
   * place, and this one may wait for them, until `flushSegments`.
   */
  beginSegment(length: number, runTo?: IpAddress): Uint8Array;
  /** Sends what waits for more. */
  flushSegments(): void;
  /** Where several segments can be made of one. */
  readonly repeater?: SegmentRepeater;
  /** `initial` and the sum of bytes[start..end), as in wire/checksum.ts; quick for the room of `beginSegment` and for what came in. */
  addBytes(initial: number, bytes: Uint8Array, start: number, end: number): number;
  /** Sends what was written into the room of `beginSegment`; the checksum is already in. */
  commitSegment(local: IpAddress, remote: IpAddress, segment: Uint8Array): void;
  /** The address we would use to reach `remote`. */
  sourceFor(remote: IpAddress): IpAddress | undefined;
  /** The largest IP packet that reaches `remote`, at most `mtu`. */
  pathMtu(remote: IpAddress): number;
  countDrop(reason: StackDrop): void;
}

/** Makes segments of the one committed last, which was begun with `runTo`, before anything else is begun. */
export interface SegmentRepeater {
  /** How many more have room. */
  readonly room: number;
  /** Their payloads, one behind the other. */
  readonly payloads: Uint8Array;
  /** Sends `count` more: like it, but for payload, sequence number and checksum. */
  repeat(count: number, headerBytes: number): void;
}
