import { LIMITS } from "../../../shared/limits.ts";
import { FRAME_HEADER_LENGTH } from "../../../shared/terminal-frames.ts";

const BLOCK = 1024 * 1024;
const CHUNK = LIMITS.terminalFrame - FRAME_HEADER_LENGTH;

/** A mebibyte of what servers write: times, levels in colour, paths, numbers. Ends with a whole line. */
export function logBlock(): Uint8Array {
  const out = new Uint8Array(BLOCK);
  const encoder = new TextEncoder();
  let at = 0;
  for (let i = 0; ; i++) {
    const [colour, level] = i % 17 === 0 ? ["33", "WARN "] : i % 41 === 0 ? ["31", "ERROR"] : ["32", "INFO "];
    const time = new Date(Date.UTC(2026, 10, 22) + i * 37).toISOString();
    const line = `\x1b[90m${time}\x1b[0m \x1b[${colour}m${level}\x1b[0m worker[${i % 97}] GET /orders/${i * 7919} 200 ${i % 311} ms\r\n`;
    const bytes = encoder.encode(line);
    if (at + bytes.length > BLOCK) return out.subarray(0, at);
    out.set(bytes, at);
    at += bytes.length;
  }
}

/** Output of one shell, paced by what the page says it has drawn, as the engine's is. */
export class Stream {
  readonly #send: (bytes: Uint8Array) => void;
  readonly #block: Uint8Array;
  #left = 0;
  #at = 0;
  #inFlight = 0;
  #poured = 0;
  #done: () => void = () => undefined;

  constructor(block: Uint8Array, send: (bytes: Uint8Array) => void) {
    this.#block = block;
    this.#send = send;
  }

  /** Resolves when the page has drawn all of it. Infinity flows until `stop`. */
  pour(bytes: number): Promise<void> {
    this.#left = bytes;
    return new Promise((resolve) => {
      this.#done = resolve;
      this.#fill();
    });
  }

  /** Bytes sent so far. */
  get poured(): number {
    return this.#poured;
  }

  /** Nothing more is sent; `pour` resolves when what was is drawn. */
  stop(): void {
    this.#left = 0;
  }

  drawn(count: number): void {
    this.#inFlight -= count;
    this.#fill();
    if (this.#left === 0 && this.#inFlight <= 0) this.#done();
  }

  #fill(): void {
    while (this.#left > 0 && this.#inFlight + CHUNK <= LIMITS.terminalCredit) {
      const length = Math.min(CHUNK, this.#left, this.#block.length - this.#at);
      this.#inFlight += length;
      this.#poured += length;
      this.#left -= length;
      this.#send(this.#block.subarray(this.#at, this.#at + length));
      this.#at = (this.#at + length) % this.#block.length;
    }
  }
}
