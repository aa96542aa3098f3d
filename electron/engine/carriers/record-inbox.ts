import type { WebSocket } from "ws";
import type { Disposable } from "../../base/dispose.ts";
import type { RecordReader } from "./record-stream.ts";

export interface RecordInboxOptions {
  readonly socket: Pick<WebSocket, "pause" | "resume">;
  readonly reader: Pick<RecordReader, "push">;
  /** The stream makes no sense any more, or nothing on it does. */
  onFault(reason: string): void;
}

/** What one read of a socket brings: as a rule nothing waits here. */
export const MOST_BYTES_A_TURN = 64 * 1024;

/**
 * The receiving side of one WebSocket: so much a turn of the event loop, as UDP has it. A server proves nothing before its
 * records reach the device, and may put as many into a message as it likes; meanwhile everybody else has his turn.
 */
export class RecordInbox implements Disposable {
  readonly #options: RecordInboxOptions;
  /** Messages that wait, the first of them as far as it was not read: what one read of the socket held, and one more. */
  #waiting: Uint8Array[] = [];
  #left = MOST_BYTES_A_TURN;
  #turn: NodeJS.Immediate | undefined;
  #disposed = false;

  constructor(options: RecordInboxOptions) {
    this.#options = options;
  }

  /** Keeps `message`, which is not read at once when this turn has had its share. */
  push(message: Uint8Array): void {
    if (this.#disposed) return;
    this.#waiting.push(message);
    if (this.#waiting.length === 1) this.#read();
    if (this.#waiting.length > 0) this.#options.socket.pause();
    // Until half of a share is read, turns may pass uncounted: no turn has more than one, and a quiet connection rests.
    if (this.#left < MOST_BYTES_A_TURN / 2) this.#turn ??= setImmediate(this.#begin);
  }

  dispose(): void {
    this.#disposed = true;
    this.#waiting = [];
    if (this.#turn !== undefined) clearImmediate(this.#turn);
  }

  readonly #begin = (): void => {
    this.#turn = undefined;
    this.#left = MOST_BYTES_A_TURN;
    if (this.#waiting.length === 0) return;
    this.#read();
    if (this.#disposed) return;
    this.#turn = setImmediate(this.#begin);
    if (this.#waiting.length === 0) this.#options.socket.resume();
  };

  #read(): void {
    for (let message = this.#waiting[0]; message !== undefined && this.#left > 0; message = this.#waiting[0]) {
      const taken = message.length > this.#left ? message.subarray(0, this.#left) : message;
      if (taken === message) this.#waiting.shift();
      else this.#waiting[0] = message.subarray(taken.length);
      this.#left -= taken.length;
      const fault = this.#options.reader.push(taken);
      if (fault === undefined) continue;
      this.#waiting = [];
      this.#options.onFault(fault);
    }
  }
}
