import { connect as connectTls } from "node:tls";
import { WebSocket } from "ws";
import type { Disposable } from "../../base/dispose.ts";
import { formatHostPort, parseIp } from "../../base/ip-address.ts";
import type { StreamCarrier } from "./carrier.ts";
import { connectThroughProxy, type Environment, proxyFor } from "./proxy.ts";
import { RecordInbox } from "./record-inbox.ts";
import { RecordPacer } from "./record-pacer.ts";
import { RecordReader } from "./record-stream.ts";

/**
 * WireGuard over WebSocket, the client's side (fly-platform.md section 4). Its frames say text although they hold binary,
 * as the gateways want it. TLS is there to get through, not to protect: the certificate is not checked, because a
 * WireGuard tunnel proves its peer itself and nothing else passes here.
 */

export interface WebsocketCarrierOptions {
  readonly host: string;
  readonly port: number;
  readonly environment?: Environment;
  /** `datagram` may be written to and is valid during the call only. False: nobody sent it who means us (record-stream.ts). */
  onDatagram(datagram: Uint8Array): boolean | undefined;
  onOpen(): void;
  /** An open connection was lost, or one could not be made. */
  onClosed(reason: string): void;
}

/** For all of it, from a proxy's first byte to the server's last: one that sends a byte now and then does not get longer. */
export const CONNECT_TIMEOUT_MS = 8_000;
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 15_000;
/** A connection that lasted so long ends the back-off. */
const LASTING_MS = 5_000;
/** What a closing handshake may take. */
const FAREWELL_MS = 1_000;
/** Far more than a turn's datagrams in one message; larger is no stream of records. */
const MOST_MESSAGE_BYTES = 4 * 1024 * 1024;
/**
 * What else a connection may pile up here before it ends: fragments of one message, pieces of one frame, and answers to pings
 * that it does not take. A gateway sends whole frames, and hardly a ping.
 */
const MOST_FRAGMENTS = 1_024;
const MOST_PIECES = 16 * 1024;
const MOST_PENDING_PONGS = 16;
/** The library's types do not know the last of them yet. */
const BOUNDS = {
  maxPayload: MOST_MESSAGE_BYTES,
  maxFragments: MOST_FRAGMENTS,
  maxBufferedChunks: MOST_PIECES,
  maxPendingAutoPongs: MOST_PENDING_PONGS,
};

export class WebsocketCarrier implements StreamCarrier, Disposable {
  /** Datagrams that found no connection, or one with too much waiting. */
  dropped = 0;
  readonly #options: WebsocketCarrierOptions;
  readonly #url: string;
  #wanted = false;
  #attempt: Attempt | undefined;
  #retry: NodeJS.Timeout | undefined;
  #retryMs = FIRST_RETRY_MS;

  constructor(options: WebsocketCarrierOptions) {
    this.#options = options;
    this.#url = `wss://${formatHostPort(options.host, options.port)}/`;
  }

  get isOpen(): boolean {
    return this.#attempt?.pacer !== undefined;
  }

  start(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#retryMs = FIRST_RETRY_MS;
    this.#connect();
  }

  stop(): void {
    this.#wanted = false;
    this.#drop();
  }

  restart(): void {
    if (!this.#wanted) return;
    this.#drop();
    this.#retryMs = FIRST_RETRY_MS;
    this.#connect();
  }

  send(datagram: Uint8Array): void {
    if (this.#attempt?.pacer?.send(datagram) !== true) this.dropped++;
  }

  dispose(): void {
    this.stop();
  }

  #drop(): void {
    clearTimeout(this.#retry);
    const attempt = this.#attempt;
    this.#attempt = undefined;
    if (attempt !== undefined) closeAttempt(attempt);
  }

  #connect(): void {
    const attempt: Attempt = {
      abort: new AbortController(),
      socket: undefined,
      inbox: undefined,
      pacer: undefined,
      deadline: setTimeout(() => this.#lost(attempt, "no connection in time"), CONNECT_TIMEOUT_MS),
    };
    this.#attempt = attempt;
    this.#dial(attempt).catch((error: unknown) => this.#lost(attempt, String(error)));
  }

  async #dial(attempt: Attempt): Promise<void> {
    const { host, port, environment = process.env } = this.#options;
    const proxy = proxyFor(host, port, environment);
    const tunnel =
      proxy === undefined
        ? undefined
        : await connectThroughProxy(proxy, formatHostPort(host, port), attempt.abort.signal);
    if (this.#attempt !== attempt) {
      tunnel?.destroy();
      return;
    }
    // A numeric address is no name for SNI (RFC 6066 section 3).
    const servername = parseIp(host) === undefined ? host : "";
    const socket = new WebSocket(this.#url, {
      origin: this.#url,
      rejectUnauthorized: false,
      skipUTF8Validation: true,
      perMessageDeflate: false,
      ...BOUNDS,
      ...(tunnel === undefined
        ? {}
        : { createConnection: () => connectTls({ socket: tunnel, servername, rejectUnauthorized: false }) }),
    });
    attempt.socket = socket;
    const reader = new RecordReader({ expectMagic: false, onDatagram: this.#options.onDatagram });
    const inbox = new RecordInbox({ socket, reader, onFault: (fault) => this.#lost(attempt, fault) });
    attempt.inbox = inbox;
    socket.on("open", () => this.#opened(attempt, socket));
    socket.on("error", (error) => this.#lost(attempt, error.message));
    socket.on("close", (code) => this.#lost(attempt, `closed with ${code}`));
    socket.on("message", (data) => {
      // With the default binary type a message is one buffer, whatever its kind.
      if (data instanceof Uint8Array) inbox.push(data);
      attempt.pacer?.heard();
    });
  }

  #opened(attempt: Attempt, socket: WebSocket): void {
    if (this.#attempt !== attempt) return;
    clearTimeout(attempt.deadline);
    attempt.pacer = new RecordPacer({ socket, withMagic: true });
    attempt.lasting = setTimeout(() => {
      this.#retryMs = FIRST_RETRY_MS;
    }, LASTING_MS);
    this.#options.onOpen();
  }

  #lost(attempt: Attempt, reason: string): void {
    if (this.#attempt !== attempt) return;
    this.#drop();
    // Not all at once, when a gateway loses all its clients.
    const delay = this.#retryMs * (0.75 + Math.random() / 2);
    this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS);
    this.#retry = setTimeout(() => this.#connect(), delay);
    this.#options.onClosed(reason);
  }
}

interface Attempt {
  readonly abort: AbortController;
  socket: WebSocket | undefined;
  inbox: RecordInbox | undefined;
  /** Set while the connection is open. */
  pacer: RecordPacer | undefined;
  /** Until it is open. */
  readonly deadline: NodeJS.Timeout;
  lasting?: NodeJS.Timeout;
}

function closeAttempt({ abort, socket, inbox, pacer, deadline, lasting }: Attempt): void {
  abort.abort();
  inbox?.dispose();
  clearTimeout(deadline);
  clearTimeout(lasting);
  if (pacer !== undefined && socket?.readyState === WebSocket.OPEN) {
    // What was handed over last, a reset for example, still goes out.
    pacer.flush();
    socket.close();
    setTimeout(() => socket.terminate(), FAREWELL_MS).unref();
  } else {
    // Ending in mid-handshake is an error event of its own, which nobody waits for any more.
    socket?.terminate();
  }
  pacer?.dispose();
}
