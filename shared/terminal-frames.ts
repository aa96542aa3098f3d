/**
 * Terminal bytes on the link: one binary message is one frame, a byte for the kind, a big-endian u32 for the channel that
 * `sessions.attach` gave out, then the payload. Bytes stay bytes: no frame is decoded as text on the way.
 */
export const FRAME_HEADER_LENGTH = 5;

export const FRAME_KINDS = {
  /** host → window: output of the shell. */
  output: 1,
  /** host → window: clear the terminal, then draw these bytes; they restore screen and scrollback. */
  snapshot: 2,
  /** host → window: the channel is dead, because the session closed or another window shows it. Payload empty. */
  detached: 3,
  /** window → host: typed or pasted bytes. */
  input: 4,
  /** window → host: payload is a u32, how many more bytes of output and snapshot frames have been drawn. */
  drawn: 5,
  /** window → host: this window no longer shows the session. Payload empty. */
  detach: 6,
  /** window → host: a part of a long paste. As input, but answered by `taken`, so that the window can pace it. */
  paste: 7,
  /** host → window: payload is a u32, how many more bytes of paste frames the shell's channel took or dropped for good. */
  taken: 8,
} as const;

export type FrameKind = keyof typeof FRAME_KINDS;

export interface TerminalFrame {
  readonly kind: FrameKind;
  readonly channel: number;
  /** A view of the message; copy to keep. */
  readonly payload: Uint8Array;
}

const NAMES = new Map<number, FrameKind>(Object.entries(FRAME_KINDS).map(([name, code]) => [code, name as FrameKind]));

export function encodeFrame(kind: FrameKind, channel: number, payload: Uint8Array): Uint8Array {
  const out = new Uint8Array(FRAME_HEADER_LENGTH + payload.length);
  const view = new DataView(out.buffer);
  view.setUint8(0, FRAME_KINDS[kind]);
  view.setUint32(1, channel);
  out.set(payload, FRAME_HEADER_LENGTH);
  return out;
}

/** Undefined when too short or of an unknown kind. */
export function decodeFrame(message: Uint8Array): TerminalFrame | undefined {
  if (message.length < FRAME_HEADER_LENGTH) return undefined;
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const kind = NAMES.get(view.getUint8(0));
  if (kind === undefined) return undefined;
  return { kind, channel: view.getUint32(1), payload: message.subarray(FRAME_HEADER_LENGTH) };
}

export function encodeDrawn(channel: number, count: number): Uint8Array {
  return encodeCount("drawn", channel, count);
}

export function encodeTaken(channel: number, count: number): Uint8Array {
  return encodeCount("taken", channel, count);
}

function encodeCount(kind: FrameKind, channel: number, count: number): Uint8Array {
  const payload = new Uint8Array(4);
  new DataView(payload.buffer).setUint32(0, count);
  return encodeFrame(kind, channel, payload);
}

/** The count of a drawn or taken frame, or undefined when its payload is not a u32. */
export function decodeDrawn(payload: Uint8Array): number | undefined {
  if (payload.length !== 4) return undefined;
  return new DataView(payload.buffer, payload.byteOffset, 4).getUint32(0);
}
