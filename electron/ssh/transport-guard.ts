/**
 * Stands between the transport's bytes and ssh2's parser. Mends: a version line in several pieces (RFC 4253 section 4.2),
 * of which ssh2 remembers only the first. Bounds: what a hostile server may make us hold.
 */
import type { Duplex } from "node:stream";
import { CulvertError } from "../base/errors.ts";
import type { ClientInternals } from "./ssh2-internals.ts";

/** Text before the version line, for example a proxy's greeting. */
const MAX_GREETING_BYTES = 64 * 1024;
/** ssh2 announces 2 MiB for a channel; a server that sends more ignores flow control (RFC 4254 section 5.2). */
const MAX_CHANNEL_BACKLOG = 2 * 1024 * 1024 + 64 * 1024;
/** Answers that a server asks for and does not read: only then does this much wait to be sent, beside open windows. */
const MAX_UNSENT_BYTES = 64 * 1024 * 1024;

export interface GuardOptions {
  readonly internals: ClientInternals;
  readonly transport: Duplex;
  /** Called for every chunk before it is parsed. */
  readonly onBytes: () => void;
  /** Called once; after it nothing is parsed any more. */
  readonly onViolation: (error: CulvertError) => void;
}

export function guardTransport({ internals, transport, onBytes, onViolation }: GuardOptions): void {
  const protocol = internals._protocol;
  // ssh2 replaces `parse` on the instance when the connection breaks down; until then it is the prototype's.
  const parse = protocol.parse;
  let greeting: Buffer | undefined = Buffer.alloc(0);
  let broken = false;
  const violated = (detail: string) => {
    broken = true;
    onViolation(new CulvertError("ssh-failed", detail));
  };
  protocol.parse = (chunk, at, length) => {
    if (broken) return;
    onBytes();
    if (greeting === undefined) {
      parse.call(protocol, chunk, at, length);
    } else {
      greeting = Buffer.concat([greeting, chunk.subarray(at, length)]);
      if (!hasVersionLine(greeting)) {
        if (greeting.length > MAX_GREETING_BYTES) violated("the other side does not speak SSH");
        return;
      }
      const whole = greeting;
      greeting = undefined;
      parse.call(protocol, whole, 0, whole.length);
    }
    if (transport.writableLength > MAX_UNSENT_BYTES) violated("the server asks without reading the answers");
    else if (channelsOverflow(internals)) violated("the server sends more than the window allows");
  };
}

function hasVersionLine(bytes: Buffer): boolean {
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf("\n", start);
    if (end === -1) return false;
    if (bytes.toString("latin1", start, start + 4) === "SSH-") return true;
    start = end + 1;
  }
  return false;
}

function channelsOverflow(internals: ClientInternals): boolean {
  for (const channel of Object.values(internals._chanMgr._channels)) {
    if (backlog(channel) + backlog(stderrOf(channel)) > MAX_CHANNEL_BACKLOG) return true;
  }
  return false;
}

function backlog(stream: unknown): number {
  return isObject(stream) && "readableLength" in stream && typeof stream.readableLength === "number"
    ? stream.readableLength
    : 0;
}

function stderrOf(channel: unknown): unknown {
  return isObject(channel) && "stderr" in channel ? channel.stderr : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
