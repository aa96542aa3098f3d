import type { WebSocket } from "ws";
import type { Disposable } from "../../base/dispose.ts";
import { RecordWriter } from "./record-stream.ts";

export interface RecordPacerOptions {
  readonly socket: Pick<WebSocket, "send" | "bufferedAmount">;
  readonly withMagic: boolean;
}

/** Idle for so long, a side says that it is there (fly-platform.md section 4). */
export const KEEPALIVE_MS = 1_000;
/** More than this waiting for the network and datagrams are dropped, as UDP would: TCP inside must see the bottleneck. */
export const MOST_BUFFERED_BYTES = 512 * 1024;
/** Receivers commonly refuse messages of more than 32 KiB. */
export const MOST_FRAME_BYTES = 16 * 1024;

const NOTHING = new Uint8Array(0);
/** Text, although it is binary: the gateways take nothing else. */
const AS_TEXT = { binary: false };
/** A lost connection is told of by its close event. */
const ignoreOutcome = (): void => undefined;

/** The sending side of one WebSocket, either role: the records of one callback or task go out as one frame. */
export class RecordPacer implements Disposable {
  readonly #socket: RecordPacerOptions["socket"];
  readonly #writer: RecordWriter;
  readonly #keepalive: NodeJS.Timeout;
  #idle = false;
  /** On `performance`'s clock. */
  #lastBeat = performance.now();
  /** The last message while nothing was sent, on the same clock. */
  #lastHeard = Number.NEGATIVE_INFINITY;
  #scheduled = false;
  #disposed = false;
  readonly #flushWhenDue = (): void => {
    this.#scheduled = false;
    this.flush();
  };

  constructor({ socket, withMagic }: RecordPacerOptions) {
    this.#socket = socket;
    this.#writer = new RecordWriter(withMagic);
    this.#keepalive = setInterval(() => this.#beat(), KEEPALIVE_MS);
  }

  /** False when the datagram was dropped because too much waits already. Copies it. */
  send(datagram: Uint8Array): boolean {
    if (this.#disposed || this.#socket.bufferedAmount + this.#writer.length > MOST_BUFFERED_BYTES) return false;
    this.#writer.append(datagram);
    this.#idle = false;
    if (this.#writer.length >= MOST_FRAME_BYTES) this.flush();
    else this.#schedule();
    return true;
  }

  /** Sends what waits for the end of the callback. */
  flush(): void {
    if (this.#disposed || this.#writer.length === 0) return;
    this.#socket.send(this.#writer.take(), AS_TEXT, ignoreOutcome);
  }

  /**
   * A message came. A keepalive that is due within half its time goes out at this waking of the processor: a second waking
   * each second is half of what an idle connection costs. Where messages come closer together than that, nobody is idle, and
   * keepalives would be twice as many for nothing.
   */
  heard(): void {
    if (this.#disposed || !this.#idle) return;
    const now = performance.now();
    const isLone = now - this.#lastHeard >= KEEPALIVE_MS / 2;
    this.#lastHeard = now;
    if (!isLone || now - this.#lastBeat < KEEPALIVE_MS / 2) return;
    this.#keepalive.refresh();
    this.#beat();
  }

  dispose(): void {
    this.#disposed = true;
    clearInterval(this.#keepalive);
  }

  #beat(): void {
    if (this.#idle) this.send(NOTHING);
    this.#idle = true;
    this.#lastBeat = performance.now();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(this.#flushWhenDue);
  }
}
