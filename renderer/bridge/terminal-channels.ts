import { LIMITS } from "../../shared/limits.ts";
import {
  decodeDrawn,
  encodeDrawn,
  encodeFrame,
  FRAME_HEADER_LENGTH,
  type TerminalFrame,
} from "../../shared/terminal-frames.ts";

export interface TerminalHandlers {
  /** Bytes to draw after what is there. */
  output(bytes: Uint8Array): void;
  /** Clear the terminal, then draw these bytes. */
  snapshot(bytes: Uint8Array): void;
  /** Nothing follows: the session closed or another window shows it ("host"), or the link was lost ("link"). */
  detached(by: "host" | "link"): void;
  /** So many more bytes of what was given to `paste` are with the shell. */
  taken(count: number): void;
}

export interface TerminalChannel {
  /** Typed or pasted bytes, in order; split into frames as needed. */
  input(bytes: Uint8Array): void;
  /** As input, for long texts: `taken` tells how much of it the shell has. */
  paste(bytes: Uint8Array): void;
  /** Tells the host that this many more bytes of output and snapshots are on the screen. */
  drawn(count: number): void;
  /** This window no longer shows the session. */
  close(): void;
}

const LONGEST_INPUT = LIMITS.terminalFrame - FRAME_HEADER_LENGTH;

/** Routes terminal frames by channel. Frames that overtake the answer of sessions.attach wait for it. */
export class TerminalChannels {
  readonly #send: (frame: Uint8Array, wantsEcho: boolean) => void;
  readonly #open = new Map<number, TerminalHandlers>();
  readonly #early = new Map<number, TerminalFrame[]>();
  #expected = 0;

  /** `wantsEcho`: a person typed or pasted it, and something comes back as a rule. */
  constructor(send: (frame: Uint8Array, wantsEcho: boolean) => void) {
    this.#send = send;
  }

  /** Call before asking the host to attach, so that early frames are kept. */
  expect(): { open(channel: number, handlers: TerminalHandlers): TerminalChannel; cancel(): void } {
    this.#expected += 1;
    return {
      open: (channel, handlers) => {
        this.#open.set(channel, handlers);
        const early = this.#early.get(channel) ?? [];
        this.#early.delete(channel);
        this.#settled();
        for (const frame of early) deliver(frame, handlers, () => this.#open.delete(channel));
        return this.#channel(channel, handlers);
      },
      cancel: () => this.#settled(),
    };
  }

  receive(frame: TerminalFrame): void {
    const handlers = this.#open.get(frame.channel);
    if (handlers !== undefined) {
      deliver(frame, handlers, () => this.#open.delete(frame.channel));
      return;
    }
    if (this.#expected === 0) return;
    const early = this.#early.get(frame.channel);
    if (early === undefined) this.#early.set(frame.channel, [frame]);
    else early.push(frame);
  }

  detachAll(): void {
    const handlers = [...this.#open.values()];
    this.#open.clear();
    this.#early.clear();
    for (const one of handlers) one.detached("link");
  }

  #settled(): void {
    this.#expected -= 1;
    if (this.#expected === 0) this.#early.clear();
  }

  #channel(channel: number, handlers: TerminalHandlers): TerminalChannel {
    const isOpen = (): boolean => this.#open.get(channel) === handlers;
    const send = (kind: "input" | "paste", bytes: Uint8Array): void => {
      for (let at = 0; at < bytes.length && isOpen(); at += LONGEST_INPUT) {
        this.#send(encodeFrame(kind, channel, bytes.subarray(at, at + LONGEST_INPUT)), true);
      }
    };
    return {
      input: (bytes) => send("input", bytes),
      paste: (bytes) => send("paste", bytes),
      drawn: (count) => {
        if (isOpen()) this.#send(encodeDrawn(channel, count), false);
      },
      close: () => {
        if (!isOpen()) return;
        this.#open.delete(channel);
        this.#send(encodeFrame("detach", channel, new Uint8Array()), false);
      },
    };
  }
}

function deliver(frame: TerminalFrame, handlers: TerminalHandlers, forget: () => void): void {
  if (frame.kind === "output") handlers.output(frame.payload);
  else if (frame.kind === "snapshot") handlers.snapshot(frame.payload);
  else if (frame.kind === "taken") handlers.taken(decodeDrawn(frame.payload) ?? 0);
  else if (frame.kind === "detached") {
    forget();
    handlers.detached("host");
  }
}
