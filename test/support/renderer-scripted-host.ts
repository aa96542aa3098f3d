import type { Link, LinkState } from "../../renderer/bridge/link.ts";
import {
  CALLS,
  type CallHandlers,
  type CallName,
  EVENTS,
  type EventName,
  type EventPayload,
  isCallName,
  request,
} from "../../shared/contract.ts";
import type { ErrorInfo } from "../../shared/errors.ts";
import { decodeFrame, encodeFrame, type FrameKind, type TerminalFrame } from "../../shared/terminal-frames.ts";

/** Thrown by a script to answer a call with an error. */
export class ScriptedError extends Error {
  readonly info: ErrorInfo;

  constructor(info: ErrorInfo) {
    super(info.code);
    this.info = info;
  }
}

type Handler = (input: unknown) => unknown;

/**
 * A host made of answers that a test writes down. It checks every input and answer against the contract, so that a
 * window that asks for something impossible fails its test.
 */
export class ScriptedHost {
  /** What the window asked for, in order. */
  readonly requests: { name: CallName; input: unknown }[] = [];
  /** Terminal frames that the window sent, in order. */
  readonly frames: TerminalFrame[] = [];
  onFrame: (frame: TerminalFrame) => void = () => undefined;
  readonly link: Link;
  readonly #handlers = new Map<CallName, Handler>();
  #toWindow: (message: string | Uint8Array) => void = () => undefined;
  #tellState: (state: LinkState) => void = () => undefined;
  #state: LinkState | undefined;

  constructor(state: LinkState | "unknown" = "open") {
    this.#state = state === "unknown" ? undefined : state;
    this.link = {
      send: (message) => {
        if (this.#state === "open") queueMicrotask(() => void this.#receive(message));
      },
      onMessage: (listener) => {
        this.#toWindow = listener;
      },
      onState: (listener) => {
        this.#tellState = listener;
        if (this.#state !== undefined) listener(this.#state);
      },
    };
  }

  handle<N extends CallName>(name: N, handler: CallHandlers[N]): this {
    this.#handlers.set(name, (input) => handler(CALLS[name].input.parse(input) as Parameters<typeof handler>[0]));
    return this;
  }

  emit<N extends EventName>(event: N, payload: EventPayload<N>): void {
    this.raw(JSON.stringify({ event, payload: EVENTS[event].parse(payload) }));
  }

  sendFrame(kind: FrameKind, channel: number, payload: Uint8Array | string = new Uint8Array()): void {
    const bytes = typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
    this.raw(encodeFrame(kind, channel, bytes));
  }

  /** Any message at all, for what a host must never send. */
  raw(message: string | Uint8Array): void {
    if (this.#state === "open") this.#toWindow(message);
  }

  setLink(state: LinkState): void {
    this.#state = state;
    this.#tellState(state);
  }

  asked(name: CallName): unknown[] {
    return this.requests.filter((one) => one.name === name).map(({ input }) => input);
  }

  async #receive(message: string | Uint8Array): Promise<void> {
    if (typeof message !== "string") {
      const frame = decodeFrame(message);
      if (frame === undefined) throw new Error("the window sent a frame that is none");
      this.frames.push(frame);
      this.onFrame(frame);
      return;
    }
    const { id, call, input } = request.parse(JSON.parse(message));
    if (!isCallName(call)) throw new Error(`the window called ${call}`);
    this.requests.push({ name: call, input });
    try {
      const handler = this.#handlers.get(call);
      if (handler === undefined) throw new ScriptedError({ code: "bad-request", detail: `${call} is not scripted` });
      const ok: unknown = CALLS[call].output.parse(await handler(input));
      this.raw(JSON.stringify({ id, ok }));
    } catch (reason) {
      const error: ErrorInfo =
        reason instanceof ScriptedError ? reason.info : { code: "internal", detail: String(reason) };
      this.raw(JSON.stringify({ id, error }));
    }
  }
}
