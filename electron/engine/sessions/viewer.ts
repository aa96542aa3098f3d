import { LIMITS } from "../../../shared/limits.ts";
import { encodeFrame, encodeTaken } from "../../../shared/terminal-frames.ts";

/**
 * One window's look at one session. Output is sent only on credit: what the window has not drawn yet counts against it,
 * so that a flood of output slows the shell down and never fills the memory between the two.
 */
export class Viewer {
  readonly channel: number;
  readonly #send: (frame: Uint8Array) => void;
  /** Bytes sent and not yet drawn. */
  #outstanding = 0;
  /** Output that came while the snapshot was being made, in order behind it. */
  #held: Uint8Array[] | undefined = [];

  constructor(channel: number, send: (frame: Uint8Array) => void) {
    this.channel = channel;
    this.#send = send;
  }

  get isBehind(): boolean {
    return this.#outstanding > LIMITS.terminalCredit;
  }

  get isReadyForMore(): boolean {
    return this.#outstanding <= LIMITS.terminalCredit / 2;
  }

  /** The first frame; what was output since the snapshot was taken follows it. */
  start(snapshot: Uint8Array): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    this.#frames("snapshot", snapshot);
    for (const bytes of held) this.output(bytes);
  }

  output(bytes: Uint8Array): void {
    if (this.#held !== undefined) this.#held.push(bytes);
    else this.#frames("output", bytes);
  }

  drawn(count: number): void {
    this.#outstanding = Math.max(0, this.#outstanding - count);
  }

  /** So much of a paste is with the shell. */
  taken(count: number): void {
    this.#send(encodeTaken(this.channel, count));
  }

  detach(): void {
    this.#send(encodeFrame("detached", this.channel, new Uint8Array(0)));
  }

  #frames(kind: "output" | "snapshot", bytes: Uint8Array): void {
    this.#outstanding += bytes.length;
    let at = 0;
    do {
      const part = bytes.subarray(at, at + LIMITS.terminalFrame);
      this.#send(encodeFrame(at === 0 ? kind : "output", this.channel, part));
      at += part.length;
    } while (at < bytes.length);
  }
}
