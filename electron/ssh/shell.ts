/** One session channel (RFC 4254 sections 5 and 6) as a running program: bytes with back-pressure both ways, then one exit. */
import type { ClientChannel } from "ssh2";
import type { Disposable } from "../base/dispose.ts";
import { Emitter } from "../base/emitter.ts";
import { CulvertError } from "../base/errors.ts";
import { remoteText } from "./failure.ts";
import { terminalCells } from "./pty.ts";
import { type ChannelInternals, channelInternals, type ProtocolInternals } from "./ssh2-internals.ts";

/** How a remote program ended. `error` says why when it was not the program that ended it. */
export interface ShellExit {
  /** 0..255 as a rule; null when a signal or a failure ended it. */
  code: number | null;
  /** "SIGTERM" and so on. */
  signal: string | null;
  error?: CulvertError;
}

/** A running remote program: a shell with a terminal, or one command. */
export interface SshShell extends Disposable {
  /**
   * Output in order. Nothing, standard error included, is taken from the channel before the first listener is there:
   * who only wants the exit adds a listener that does nothing.
   */
  onData(listener: (bytes: Uint8Array) => void): Disposable;
  /** Standard error of a program without a terminal; dropped while nobody listens. */
  onStderr(listener: (bytes: Uint8Array) => void): Disposable;
  /** Stops delivery; once the SSH window is full the program blocks. */
  pause(): void;
  resume(): void;
  /** Takes ownership of `bytes`. False asks to wait for `onDrain`. Bytes written after the end are dropped. */
  write(bytes: Uint8Array): boolean;
  onDrain(listener: () => void): Disposable;
  /** Ends standard input. */
  end(): void;
  resize(columns: number, rows: number): void;
  /** Resolves once, after all output was delivered; never rejects. */
  readonly exit: Promise<ShellExit>;
}

/** Unsent bytes at which `write` says false, and below which `onDrain` fires. */
const WRITE_HIGH = 256 * 1024;
const WRITE_LOW = 64 * 1024;
/** RFC 4253 section 6.1: what every implementation must take, and more than any needs. */
const MAX_OUTGOING_PACKET = 32 * 1024;
/** A server that wants smaller packets than this would make us spin for each byte (zero: for ever). */
const MIN_OUTGOING_PACKET = 64;

export interface ChannelShellOptions {
  readonly channel: ClientChannel;
  readonly protocol: ProtocolInternals;
  /** The receive window that was announced when the channel was opened. */
  readonly window: number;
  /** Whether the transport below asks its writers to wait; `transportDrained` follows. */
  readonly transportIsFull: () => boolean;
  readonly onEnd: () => void;
}

export class ChannelShell implements SshShell {
  readonly exit: Promise<ShellExit>;
  readonly #channel: ClientChannel;
  readonly #inner: ChannelInternals;
  readonly #options: ChannelShellOptions;
  readonly #data = new Emitter<Uint8Array>();
  readonly #stderr = new Emitter<Uint8Array>();
  readonly #drain = new Emitter<void>();
  #settle: (exit: ShellExit) => void = () => undefined;
  #flowing = false;
  #paused = false;
  #status: { code: number | null; signal: string | null } = { code: null, signal: null };
  #lost: CulvertError | undefined;
  #ended = false;
  #inputEnded = false;
  /** Bytes taken by the reader since the last window adjustment. */
  #taken = 0;
  #unsent = 0;
  #full = false;
  #openStreams = 2;

  constructor(options: ChannelShellOptions) {
    this.#options = options;
    this.#channel = options.channel;
    this.exit = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.#inner = channelInternals(options.channel);
    const { incoming, outgoing } = this.#inner;
    // From here on we grant the window ourselves: ssh2 would wait for half of 2 MiB, whatever the reader has taken.
    incoming.window = Number.POSITIVE_INFINITY;
    if (outgoing.packetSize < MIN_OUTGOING_PACKET)
      throw new CulvertError("ssh-failed", `the server takes packets of ${outgoing.packetSize} bytes at most`);
    outgoing.packetSize = Math.min(outgoing.packetSize, MAX_OUTGOING_PACKET);
    this.#listen();
  }

  onData(listener: (bytes: Uint8Array) => void): Disposable {
    const subscription = this.#data.on(listener);
    if (!this.#flowing) {
      this.#flowing = true;
      // A caller may add onStderr in the same breath.
      queueMicrotask(() => this.#flow());
    }
    return subscription;
  }

  onStderr(listener: (bytes: Uint8Array) => void): Disposable {
    return this.#stderr.on(listener);
  }

  onDrain(listener: () => void): Disposable {
    return this.#drain.on(listener);
  }

  pause(): void {
    this.#paused = true;
    this.#channel.pause();
    this.#channel.stderr.pause();
  }

  resume(): void {
    this.#paused = false;
    if (this.#flowing) this.#flow();
  }

  write(bytes: Uint8Array): boolean {
    if (this.#inputEnded || this.#ended || this.#lost !== undefined || !this.#channel.writable) return true;
    this.#unsent += bytes.length;
    this.#channel.write(bytes, () => {
      this.#unsent -= bytes.length;
      this.#drainIfLow();
    });
    this.#full ||= this.#unsent > WRITE_HIGH || this.#options.transportIsFull();
    return !this.#full;
  }

  end(): void {
    if (this.#inputEnded || this.#ended || this.#lost !== undefined) return;
    this.#inputEnded = true;
    this.#channel.end();
  }

  resize(columns: number, rows: number): void {
    if (!this.#ended && this.#lost === undefined)
      this.#channel.setWindow(terminalCells(rows), terminalCells(columns), 0, 0);
  }

  dispose(): void {
    if (this.#ended) return;
    this.#finish(new CulvertError("cancelled"));
    // RFC 4254 section 5.3: close may come at any time; what still arrives is read and dropped.
    this.#channel.close();
    this.#channel.resume();
    this.#channel.stderr.resume();
  }

  /** The connection is gone: what has arrived is still delivered, then the exit names the reason. */
  connectionLost(error: CulvertError): void {
    if (this.#ended || this.#lost !== undefined) return;
    this.#lost = error;
    this.#channel.push(null);
    this.#channel.stderr.push(null);
  }

  /** The transport below takes bytes again. */
  transportDrained(): void {
    this.#drainIfLow();
  }

  #listen(): void {
    const channel = this.#channel;
    const { stderr } = channel;
    channel.pause();
    stderr.pause();
    channel.on("data", (bytes: Uint8Array) => this.#deliver(bytes, this.#data));
    stderr.on("data", (bytes: Uint8Array) => this.#deliver(bytes, this.#stderr));
    channel.on("exit", (code: number | null, signal?: string) => {
      this.#status = { code, signal: signal === undefined ? null : remoteText(signal) };
    });
    // "close" comes once the server closed the channel and standard output was read to its end.
    let closed = false;
    const settleWhenDone = () => {
      if (this.#openStreams === 0 && (closed || this.#lost !== undefined)) this.#finish(this.#lost);
    };
    const streamEnded = () => {
      this.#openStreams--;
      settleWhenDone();
    };
    channel.once("end", streamEnded);
    stderr.once("end", streamEnded);
    channel.once("close", () => {
      closed = true;
      settleWhenDone();
    });
    // For example a write that met the server's close; the exit says all there is to say.
    channel.on("error", () => undefined);
    stderr.on("error", () => undefined);
  }

  #flow(): void {
    if (this.#paused) return;
    this.#channel.resume();
    this.#channel.stderr.resume();
  }

  #deliver(bytes: Uint8Array, to: Emitter<Uint8Array>): void {
    this.#taken += bytes.length;
    if (this.#taken >= this.#options.window / 4) this.#grantWindow();
    if (!this.#ended) to.fire(bytes);
  }

  /** RFC 4254 section 5.2. */
  #grantWindow(): void {
    const { incoming, outgoing } = this.#inner;
    const amount = this.#taken;
    this.#taken = 0;
    if (this.#lost === undefined && !this.#ended && incoming.state === "open" && outgoing.state !== "closed")
      this.#options.protocol.channelWindowAdjust(outgoing.id, amount);
  }

  #drainIfLow(): void {
    if (!this.#full || this.#ended || this.#unsent > WRITE_LOW || this.#options.transportIsFull()) return;
    this.#full = false;
    this.#drain.fire();
  }

  #finish(error: CulvertError | undefined): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#options.onEnd();
    const { code, signal } = this.#status;
    // A program whose status arrived has ended by itself, whatever became of the connection after that.
    const own = code !== null || signal !== null;
    this.#settle(error === undefined || own ? { code, signal } : { code, signal, error });
    this.#drain.dispose();
  }
}
