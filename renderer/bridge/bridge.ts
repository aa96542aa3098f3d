import {
  CALLS,
  type CallInput,
  type CallName,
  type CallOutput,
  EVENTS,
  type EventName,
  type EventPayload,
  type HostMessage,
  hostMessage,
  isEventName,
} from "../../shared/contract.ts";
import type { ErrorInfo } from "../../shared/errors.ts";
import { decodeFrame } from "../../shared/terminal-frames.ts";
import { AnswerWatch } from "./answer-watch.ts";
import { BridgeError, bridgeError } from "./bridge-error.ts";
import type { Link, LinkState } from "./link.ts";
import { type TerminalChannel, TerminalChannels, type TerminalHandlers } from "./terminal-channels.ts";

interface Waiting {
  settle(message: { ok: unknown } | { error: ErrorInfo }): void;
}

/** What is known of the link: "waiting" until it opened for the first time. */
export type BridgeState = "waiting" | LinkState;

/**
 * Typed access to the host. Answers and events are validated with the contract's schemas: an answer that does not fit
 * rejects its call, an event that does not fit is dropped and counted.
 */
export class Bridge {
  /** Messages of the host that fitted nothing; shown nowhere, looked at in tests and in a debugger. */
  refused = 0;
  readonly #link: Link;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Map<EventName, Set<(payload: unknown) => void>>();
  readonly #stateListeners = new Set<(state: BridgeState) => void>();
  readonly #silenceListeners = new Set<() => void>();
  readonly #watch: AnswerWatch;
  readonly #terminals: TerminalChannels;
  /** Calls made before the link opened for the first time. */
  readonly #unsent: string[] = [];
  #state: BridgeState = "waiting";
  #nextId = 1;

  constructor(link: Link) {
    this.#link = link;
    this.#watch = new AnswerWatch(
      // The host's own: an engine that does not answer is the host's to notice.
      () => void this.call("app.info", {}).catch(() => undefined),
      () => {
        for (const listener of this.#silenceListeners) listener();
      },
    );
    this.#terminals = new TerminalChannels((frame, wantsEcho) => {
      link.send(frame);
      if (wantsEcho && this.#state === "open") this.#watch.sent();
    });
    link.onMessage((message) => this.#receive(message));
    link.onState((state) => this.#become(state));
  }

  get state(): BridgeState {
    return this.#state;
  }

  /** Rejects with a BridgeError that carries ErrorInfo; with link-lost when the link breaks before the answer. */
  call<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>> {
    if (this.#state === "lost" || this.#state === "gone" || this.#state === "locked")
      return Promise.reject(bridgeError("link-lost"));
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, {
        settle: (message) => {
          if ("error" in message) {
            reject(new BridgeError(message.error));
            return;
          }
          const answer = CALLS[name].output.safeParse(message.ok);
          if (answer.success) resolve(answer.data as CallOutput<N>);
          else reject(bridgeError("internal", `${name}: ${answer.error.issues[0]?.message ?? "unexpected answer"}`));
        },
      });
      const message = JSON.stringify({ id, call: name, input });
      if (this.#state === "open") {
        this.#link.send(message);
        this.#watch.sent();
      } else this.#unsent.push(message);
    });
  }

  /** Returns the function that stops listening. */
  on<N extends EventName>(event: N, listener: (payload: EventPayload<N>) => void): () => void {
    const parse = EVENTS[event];
    const wrapped = (payload: unknown): void => {
      const result = parse.safeParse(payload);
      if (result.success) listener(result.data as EventPayload<N>);
      else this.refused += 1;
    };
    const set = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, set.add(wrapped));
    return () => set.delete(wrapped);
  }

  /** Tries at once for a link again that would be tried later. */
  tryNow(): void {
    this.#link.tryNow?.();
  }

  onState(listener: (state: BridgeState) => void): () => void {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  }

  /** Shows a session in this window: its screen arrives as a snapshot, then its output. Sizes are in cells. */
  async openTerminal(
    sessionId: string,
    size: { columns: number; rows: number },
    handlers: TerminalHandlers,
  ): Promise<TerminalChannel> {
    const expected = this.#terminals.expect();
    try {
      const { channel } = await this.call("sessions.attach", { sessionId, ...size });
      return expected.open(channel, handlers);
    } catch (reason) {
      expected.cancel();
      throw reason;
    }
  }

  /** The link is open, and the host has said nothing for seconds although it was asked. */
  get isSilent(): boolean {
    return this.#watch.isSilent;
  }

  onSilence(listener: () => void): () => void {
    this.#silenceListeners.add(listener);
    return () => this.#silenceListeners.delete(listener);
  }

  #receive(message: string | Uint8Array): void {
    this.#watch.heard();
    if (typeof message !== "string") {
      const frame = decodeFrame(message);
      if (frame === undefined) this.refused += 1;
      else this.#terminals.receive(frame);
      return;
    }
    const parsed = parseMessage(message);
    if (parsed === undefined) this.refused += 1;
    else if ("event" in parsed) {
      for (const listener of this.#listeners.get(parsed.event) ?? []) listener(parsed.payload);
    } else {
      const waiting = this.#waiting.get(parsed.id);
      this.#waiting.delete(parsed.id);
      waiting?.settle(parsed);
    }
  }

  #become(state: LinkState): void {
    this.#state = state;
    if (state === "open") {
      for (const message of this.#unsent.splice(0)) {
        this.#link.send(message);
        this.#watch.sent();
      }
    } else {
      this.#watch.stop();
      this.#unsent.length = 0;
      for (const waiting of this.#waiting.values()) waiting.settle({ error: { code: "link-lost" } });
      this.#waiting.clear();
      this.#terminals.detachAll();
    }
    for (const listener of this.#stateListeners) listener(state);
  }
}

function parseMessage(text: string): HostMessage | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const result = hostMessage.safeParse(json);
  if (!result.success) return undefined;
  const message = result.data;
  if (!("event" in message)) return message;
  return isEventName(message.event) ? { event: message.event, payload: message.payload } : undefined;
}
