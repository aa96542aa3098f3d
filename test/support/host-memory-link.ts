import { z } from "zod";
import type { Disposable } from "../../electron/base/dispose.ts";
import { Emitter } from "../../electron/base/emitter.ts";
import type { Link } from "../../electron/host/link.ts";
import { hostMessage } from "../../shared/contract.ts";
import { decodeFrame } from "../../shared/terminal-frames.ts";

const answer = z.union([
  z.object({ id: z.number(), ok: z.unknown() }).strict(),
  z.object({ id: z.number(), error: z.object({ code: z.string(), detail: z.string().optional() }) }).strict(),
]);
export type Answer = { id: number; ok?: unknown; error?: { code: string; detail?: string | undefined } };

/** Both ends of a link in one place: the host has it as a Link, the test plays the window. */
export class MemoryLink implements Link {
  readonly sent: (string | Uint8Array)[] = [];
  bufferedAmount = 0;
  closed = false;
  readonly #messages = new Emitter<unknown>();
  readonly #closing = new Emitter<void>();
  #nextId = 0;

  send(message: string | Uint8Array): void {
    if (!this.closed) this.sent.push(message);
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
  }

  /** Any message from the window, right or wrong. */
  receive(message: unknown): void {
    this.#messages.fire(message);
  }

  /** A well-formed request; resolves to its answer. */
  async request(call: string, input: unknown): Promise<Answer> {
    const id = this.#nextId++;
    this.receive(JSON.stringify({ id, call, input }));
    await settled();
    const found = this.answers().find((message) => message.id === id);
    if (found === undefined) throw new Error(`${call} has no answer`);
    return found;
  }

  /** All control messages so far, each checked against the contract. */
  messages(): z.infer<typeof hostMessage>[] {
    return this.sent
      .filter((message) => typeof message === "string")
      .map((text) => hostMessage.parse(JSON.parse(text)));
  }

  answers(): Answer[] {
    return this.messages().flatMap((message) => {
      const checked = answer.safeParse(message);
      return checked.success ? [checked.data] : [];
    });
  }

  events(name: string): unknown[] {
    return this.messages().flatMap((message) =>
      "event" in message && message.event === name ? [message.payload] : [],
    );
  }

  /** Terminal frames so far as "kind channel text". */
  frames(): string[] {
    return this.sent.flatMap((message) => {
      const frame = typeof message === "string" ? undefined : decodeFrame(message);
      return frame === undefined ? [] : [`${frame.kind} ${frame.channel} ${new TextDecoder().decode(frame.payload)}`];
    });
  }
}

/** Lets everything that waits for promises run. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
