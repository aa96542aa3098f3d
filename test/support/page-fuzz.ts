import type { Disposable } from "../../electron/base/dispose.ts";
import { Emitter } from "../../electron/base/emitter.ts";
import type { Link } from "../../electron/host/link.ts";
import {
  CALLS,
  type CallInput,
  type CallName,
  type CallOutput,
  EVENTS,
  hostMessage,
  isEventName,
} from "../../shared/contract.ts";
import { ERRORS, type ErrorCode } from "../../shared/errors.ts";
import { decodeFrame, encodeDrawn, encodeFrame, type TerminalFrame } from "../../shared/terminal-frames.ts";

/** What a call came to: what it answered, or the code of its failure. */
export type Reply<N extends CallName> = { ok: CallOutput<N> } | { code: ErrorCode; detail: string };

/** A page that says what it is told to, and holds whatever it hears to the contract. */
export class FuzzPage implements Link {
  bufferedAmount = 0;
  closed = false;
  /** What did not keep to the contract. */
  readonly faults: string[] = [];
  onFrame: (frame: TerminalFrame) => void = () => undefined;
  readonly #messages = new Emitter<unknown>();
  readonly #closing = new Emitter<void>();
  readonly #waiting = new Map<number, { name: CallName; settle(reply: Reply<CallName>): void }>();
  readonly #closeListeners: (() => void)[] = [];
  #nextId = 1;

  get waiting(): string[] {
    return [...this.#waiting.values()].map(({ name }) => name);
  }

  send(message: string | Uint8Array): void {
    if (this.closed) return;
    if (typeof message !== "string") {
      const frame = decodeFrame(message);
      if (frame === undefined) this.faults.push("a frame that is none");
      else this.#took(frame);
      return;
    }
    const parsed = hostMessage.safeParse(JSON.parse(message));
    if (!parsed.success) this.faults.push(`no message: ${message.slice(0, 200)}`);
    else if ("event" in parsed.data) this.#heard(parsed.data.event, parsed.data.payload);
    else this.#answered(parsed.data);
  }

  onMessage(listener: (message: unknown) => void): Disposable {
    return this.#messages.on(listener);
  }

  onClose(listener: () => void): Disposable {
    return this.#closing.on(listener);
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.#closing.fire();
    for (const listener of this.#closeListeners) listener();
  }

  /** Undefined when the link went before the answer. */
  call<N extends CallName>(name: N, input: CallInput<N>): Promise<Reply<N> | undefined> {
    if (this.closed) return Promise.resolve(undefined);
    const id = this.#nextId++;
    return new Promise((resolve) => {
      this.#closeListeners.push(() => resolve(undefined));
      // The answer of `name` was held to that call's schema.
      this.#waiting.set(id, { name, settle: (reply) => resolve(reply as Reply<N>) });
      this.#messages.fire(JSON.stringify({ id, call: name, input }));
    });
  }

  frame(kind: "input" | "paste" | "drawn" | "detach", channel: number, payload: Uint8Array): void {
    this.#messages.fire(encodeFrame(kind, channel, payload));
  }

  drawn(channel: number, bytes: number): void {
    this.#messages.fire(encodeDrawn(channel, bytes));
  }

  #took(frame: TerminalFrame): void {
    if (frame.kind !== "output" && frame.kind !== "snapshot" && frame.kind !== "detached" && frame.kind !== "taken")
      this.faults.push(`a frame of the page's own kind: ${frame.kind}`);
    this.onFrame(frame);
  }

  #heard(event: string, payload: unknown): void {
    if (!isEventName(event)) this.faults.push(`no event: ${event}`);
    else if (!EVENTS[event].safeParse(payload).success) this.faults.push(`payload of ${event}`);
  }

  #answered(
    message: { id: number; ok: unknown } | { id: number; error: { code: ErrorCode; detail?: string | undefined } },
  ): void {
    const waiting = this.#waiting.get(message.id);
    if (waiting === undefined) {
      this.faults.push(`answer ${message.id} was given twice or never asked for`);
      return;
    }
    this.#waiting.delete(message.id);
    const { name, settle } = waiting;
    if ("error" in message) {
      const { code, detail = "" } = message.error;
      // Every code stands in the list, and one of them is not meant to be seen: "internal" is a fault of ours.
      if (!Object.hasOwn(ERRORS, code) || code === "internal") this.faults.push(`${name}: ${code} ${detail}`);
      settle({ code, detail });
      return;
    }
    const answer = CALLS[name].output.safeParse(message.ok);
    if (!answer.success) this.faults.push(`answer of ${name}`);
    settle({ ok: message.ok as CallOutput<CallName> });
  }
}
