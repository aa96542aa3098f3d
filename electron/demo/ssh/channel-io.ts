import type { Duplex } from "node:stream";
import type { ServerChannel } from "ssh2";
import type { ByteSink } from "../shell/terminal-output.ts";
import { BrokenPipe, type ByteSource } from "../shell/types.ts";

/** Input that waits in a channel's source before the client is asked to wait. */
const MOST_WAITING = 256 * 1024;

/**
 * The way out of a session: standard output and error in one line, so that at most one chunk waits at any time and Ctrl+C
 * overtakes nothing but what the client itself has asked for.
 */
export class ChannelSink {
  readonly #channel: ServerChannel;
  readonly #transport: Duplex;
  #last: Promise<void> = Promise.resolve();
  #gone = false;
  readonly #closed: Promise<void>;
  #close: () => void = () => undefined;

  constructor(channel: ServerChannel, transport: Duplex) {
    this.#channel = channel;
    this.#transport = transport;
    this.#closed = new Promise((resolve) => {
      this.#close = resolve;
    });
  }

  readonly stdout: ByteSink = { write: (bytes) => this.#write(bytes, "stdout") };
  readonly stderr: ByteSink = { write: (bytes) => this.#write(bytes, "stderr") };

  /** The channel or its connection is gone: whoever waits is told. */
  close(): void {
    this.#gone = true;
    this.#close();
  }

  #write(bytes: Uint8Array, to: "stdout" | "stderr"): Promise<void> {
    const turn = this.#last.then(() => this.#send(bytes, to));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #send(bytes: Uint8Array, to: "stdout" | "stderr"): Promise<void> {
    if (this.#gone) throw new BrokenPipe();
    const target = to === "stdout" ? this.#channel : this.#channel.stderr;
    // ssh2 calls back when the client's window has taken it all, or never when the channel has closed meanwhile.
    await this.#unlessClosed((done) => target.write(bytes, () => done()));
    // ssh2 itself ignores a full transport.
    if (this.#transport.writableNeedDrain) await this.#unlessClosed((done) => this.#transport.once("drain", done));
  }

  async #unlessClosed(start: (done: () => void) => unknown): Promise<void> {
    if (this.#gone) throw new BrokenPipe();
    await Promise.race([new Promise<void>((resolve) => start(resolve)), this.#closed]);
    if (this.#gone) throw new BrokenPipe();
  }
}

/** Standard input of a command without a terminal. */
export class ChannelSource implements ByteSource {
  readonly #channel: ServerChannel;
  #chunks: Uint8Array[] = [];
  #waiting = 0;
  #ended = false;
  #wake: (() => void) | undefined;

  constructor(channel: ServerChannel) {
    this.#channel = channel;
    channel.on("data", (chunk: Uint8Array) => {
      this.#chunks.push(chunk);
      this.#waiting += chunk.length;
      if (this.#waiting > MOST_WAITING) channel.pause();
      this.#wake?.();
    });
    channel.on("end", () => this.close());
  }

  close(): void {
    this.#ended = true;
    this.#wake?.();
  }

  async read(): Promise<Uint8Array | undefined> {
    while (this.#chunks.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const chunk = this.#chunks.shift();
    this.#waiting -= chunk?.length ?? 0;
    if (this.#waiting <= MOST_WAITING / 2 && this.#channel.isPaused()) this.#channel.resume();
    return chunk;
  }
}
