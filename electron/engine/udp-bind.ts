import { type BindOptions, createSocket, type Socket } from "node:dgram";
import type { Disposable } from "../base/dispose.ts";
import { CulvertError } from "../base/errors.ts";
import { formatHostPort, parseIp } from "../base/ip-address.ts";
import { packetSlots } from "../crypto/aead.ts";
import { type DatagramSink, type Endpoint, endpointOf } from "../wireguard/seam.ts";
import { BatchReceiver, type Sender } from "./linux-udp/batch-receiver.ts";
import { bindSocket, openSocket } from "./linux-udp/open-socket.ts";
import { SegmentSender } from "./linux-udp/segment-sender.ts";
import { type SystemCalls, systemCalls } from "./linux-udp/system-calls.ts";
import { Refusals } from "./refusals.ts";

export interface UdpBindOptions {
  readonly family: 4 | 6;
  /** Local address; all of them when left out. */
  readonly host?: string;
  /** Local port; 0 or left out for any. */
  readonly port?: number;
  /** `datagram` is the receiver's during the call only. */
  onDatagram(datagram: Uint8Array, from: Endpoint): void;
  /**
   * The datagram that was just told of was the only one that waited: whoever would let others share its turn has none to wait
   * for. Told only where the system can be asked without a poll (`linux-udp/`).
   */
  onAlone?(): void;
  /** The system was seen to refuse a datagram: `refusalTo` says why. */
  onSendError?(): void;
}

/** Most remote places remembered; a flood from many ports empties the memory instead of growing it. */
const MOST_ENDPOINTS = 4096;
/** The kernel's default of some 200 KiB overflows while the event loop is busy. The kernel clips it to what it allows. */
const SOCKET_BUFFER_BYTES = 4 * 1024 * 1024;

const LARGEST_PORT = 65_535;

/** Waiting for the system: beyond that, datagrams are dropped, as a full queue of a router would. */
const MOST_QUEUED = 1024;
/** Besides the 32 that Node reads: so that acknowledgements, and everybody else, have their turn. */
const MOST_A_TURN = 128;
/** A send that is told how it went costs a callback, so one in so many is asked, and all while sends fail. */
const ASKED_EVERY = 16;

/**
 * A UDP socket as the device's bind. Send errors are counted, not thrown: a datagram may be lost at any time. What lies in a
 * packet slot is sent from there.
 */
export class UdpBind implements DatagramSink, Disposable {
  readonly localPort: number;
  readonly #socket: Socket;
  #lastTo: Endpoint | undefined;
  #lastHost = "";
  readonly #slots = packetSlots();
  /** The slot of a send that the system has queued; later ones are copied until the queue is empty. */
  #queuedSlot: number | undefined;
  #isQueueing = false;
  #lastInSlot: Uint8Array | undefined;
  #untilAsked = 0;
  /** Datagrams that were not sent: those that the system was seen to refuse, and those that found its queue full. */
  sendErrors = 0;
  /** What the system reported of the socket otherwise: as a rule an ICMP error that came for something sent earlier. */
  receiveErrors = 0;
  /** Datagrams from a port that none can be sent to, dropped unread: whoever forges their source may write 0 there. */
  unanswerable = 0;
  readonly #refusals = new Refusals();
  readonly #onDatagram: UdpBindOptions["onDatagram"];
  readonly #onAlone: (() => void) | undefined;
  readonly #onSendError: (() => void) | undefined;
  readonly #places = new SenderPlaces();
  #receiver: BatchReceiver | undefined;
  #segments: SegmentSender | undefined;
  /** How many this turn of the event loop still takes from the receiver. */
  #turnTakes = MOST_A_TURN;
  #isDisposed = false;

  private constructor(socket: Socket, options: UdpBindOptions) {
    this.#socket = socket;
    this.#onDatagram = options.onDatagram;
    this.#onAlone = options.onAlone;
    this.#onSendError = options.onSendError;
    this.localPort = socket.address().port;
    // A receive error (for example ECONNREFUSED relayed from ICMP) concerns one datagram, never the socket.
    socket.on("error", () => this.receiveErrors++);
    socket.on("message", (datagram, sender) => this.#receive(datagram, sender));
    try {
      socket.setRecvBufferSize(SOCKET_BUFFER_BYTES);
      socket.setSendBufferSize(SOCKET_BUFFER_BYTES);
    } catch {
      // Smaller buffers only mean more loss under load.
    }
  }

  /**
   * Where Linux's calls for many datagrams can be had, the socket is theirs as well as Node's (`linux-udp/`); `calls` is
   * given by tests.
   */
  static async open(options: UdpBindOptions, calls = systemCalls()): Promise<UdpBind> {
    const has = await calls;
    const bind = has && (await UdpBind.#openWith(has, options));
    return bind ?? UdpBind.#openPlain(options);
  }

  static async #openPlain(options: UdpBindOptions): Promise<UdpBind> {
    const socket = createUdpSocket(options.family);
    const address = options.host === undefined ? {} : { address: options.host };
    await listening(socket, { port: options.port ?? 0, ...address });
    return new UdpBind(socket, options);
  }

  /** Undefined where this cannot be had; why, is then told by Node alone. */
  static async #openWith(calls: SystemCalls, options: UdpBindOptions): Promise<UdpBind | undefined> {
    const local = parseIp(options.host ?? (options.family === 4 ? "0.0.0.0" : "::"));
    if (local?.version !== options.family) return undefined;
    const fd = openSocket(calls, options.family);
    if (fd === undefined) return undefined;
    const socket = createUdpSocket(options.family);
    try {
      await listening(socket, { fd });
    } catch {
      calls.close(fd);
      return undefined;
    }
    if (!bindSocket(calls, fd, local.bytes, options.port ?? 0)) {
      socket.close();
      return undefined;
    }
    const bind = new UdpBind(socket, options);
    bind.#receiver = new BatchReceiver(calls, fd);
    const { memory } = bind.#slots;
    bind.#segments = new SegmentSender({
      calls,
      fd,
      memory,
      sendOne: (datagram, to) => bind.#sendOne(datagram, to),
      onTaken: (to) => bind.#refusals.taken(to),
    });
    return bind;
  }

  #receive(datagram: Uint8Array, sender: Sender): void {
    const isOpen = this.#take(datagram, sender);
    if (!isOpen || this.#receiver === undefined || this.#turnTakes === 0) return;
    const taken = this.#receiver.receive(this.#take, this.#turnTakes);
    const isFirst = this.#turnTakes === MOST_A_TURN;
    // Behind a burst of this turn there is more to come as a rule.
    if (taken === 0 && isFirst) this.#onAlone?.();
    if (taken === 0) return;
    if (isFirst) setImmediate(this.#turnEnded);
    this.#turnTakes -= taken;
  }

  /** False once the socket is closed. */
  readonly #take = (datagram: Uint8Array, sender: Sender): boolean => {
    const from = this.#places.of(sender);
    if (from === undefined) this.unanswerable++;
    else this.#onDatagram(datagram, from);
    return !this.#isDisposed;
  };

  readonly #turnEnded = (): void => {
    this.#turnTakes = MOST_A_TURN;
  };

  /** Bursts that the system did not take together, so that they went one by one. */
  get refusedBursts(): number {
    return this.#segments?.refusals ?? 0;
  }

  /** The system's word for why it refused the last datagram to that place that it told of; undefined when it took it. */
  refusalTo(to: Endpoint): string | undefined {
    return this.#refusals.wordOf(to);
  }

  sendDatagram(datagram: Uint8Array, to: Endpoint): void {
    // Behind what waits for the system there is nothing to be gained.
    const segments = this.#isQueueing ? undefined : this.#segments;
    const alone = segments?.sendAlone(datagram, to);
    if (alone === "sent" || (alone === "not-asked" && segments?.take(datagram, to) === true)) return;
    // Refused already: the system is asked for its word.
    if (alone === "refused") this.#untilAsked = 0;
    this.#sendOne(datagram, to);
  }

  /** Datagrams of `length` bytes, one behind the other. */
  sendRun(run: Uint8Array, length: number, to: Endpoint): void {
    if (!this.#isQueueing && this.#segments?.sendRun(run, length, to) === true) return;
    for (let at = 0; at < run.length; at += length) this.sendDatagram(run.subarray(at, at + length), to);
  }

  #sendOne(datagram: Uint8Array, to: Endpoint): void {
    if (to !== this.#lastTo) {
      this.#lastTo = to;
      this.#lastHost = to.host;
    }
    try {
      if (this.#isQueueing && !this.#hasCaughtUp()) this.#enqueue(datagram, to);
      else this.#send(datagram, to);
    } catch (error) {
      // A place that no socket sends to, or a socket that is closed: refused as by the system, and never the caller's fault.
      this.#refusals.refused(to, wordOf(error));
      this.#onRefused();
    }
  }

  /**
   * Hands the datagram over. As a rule the system takes the bytes during the call. When it does not, because a buffer of its
   * own is full, they must stay as they are until it does: a packet slot is held for it, anything else was copied before.
   */
  #send(datagram: Uint8Array, to: Endpoint): void {
    const isInSlot = this.#isInSlot(datagram);
    const bytes = isInSlot ? datagram : Uint8Array.from(datagram);
    if (isInSlot && this.#untilAsked-- > 0 && !this.#refusals.isKnown(to)) {
      this.#socket.send(bytes, to.port, this.#lastHost);
    } else {
      this.#untilAsked = ASKED_EVERY;
      this.#ask(bytes, to);
    }
    if (this.#socket.getSendQueueCount() === 0) return;
    this.#isQueueing = true;
    if (!isInSlot) return;
    const offset = datagram.byteOffset - this.#slots.memory.byteOffset;
    this.#queuedSlot = this.#slots.retain(offset);
  }

  #isInSlot(datagram: Uint8Array): boolean {
    // Views of one length are one object as a rule; asking for its `buffer` costs more than all else here.
    if (datagram === this.#lastInSlot) return true;
    if (datagram.buffer !== this.#slots.memory.buffer) return false;
    this.#lastInSlot = datagram;
    return true;
  }

  /** Behind others that wait. */
  #enqueue(datagram: Uint8Array, to: Endpoint): void {
    if (this.#socket.getSendQueueCount() < MOST_QUEUED) this.#ask(Uint8Array.from(datagram), to);
    else this.sendErrors++;
  }

  /** Hands it over and is told how it went. */
  #ask(bytes: Uint8Array, to: Endpoint): void {
    const number = this.#refusals.next();
    this.#socket.send(bytes, to.port, this.#lastHost, (error) => {
      this.#refusals.told(number, to, error === null ? undefined : wordOf(error));
      if (error !== null) this.#onRefused();
    });
    this.#refusals.asked();
  }

  #hasCaughtUp(): boolean {
    if (this.#socket.getSendQueueCount() > 0) return false;
    this.#isQueueing = false;
    this.#releaseQueued();
    return true;
  }

  #releaseQueued(): void {
    if (this.#queuedSlot !== undefined) this.#slots.release(this.#queuedSlot);
    this.#queuedSlot = undefined;
  }

  #onRefused(): void {
    this.sendErrors++;
    this.#untilAsked = 0;
    this.#onSendError?.();
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#segments?.dispose();
    this.#socket.close();
    // Nothing is sent over a closed socket any more.
    this.#releaseQueued();
  }
}

/** The endpoints of those who send, one object for each. */
class SenderPlaces {
  readonly #places = new Map<string, Endpoint>();
  #last: { readonly address: string; readonly port: number; readonly from: Endpoint } | undefined;

  /** Undefined for a sender that nothing can be sent to. */
  of({ address, port }: Sender): Endpoint | undefined {
    if (this.#last?.port === port && this.#last.address === address) return this.#last.from;
    const from = this.#find(address, port);
    if (from !== undefined) this.#last = { address, port, from };
    return from;
  }

  #find(address: string, port: number): Endpoint | undefined {
    const text = formatHostPort(address, port);
    const known = this.#places.get(text);
    const from = known ?? udpEndpoint(address, port);
    if (known !== undefined || from === undefined) return from;
    if (this.#places.size >= MOST_ENDPOINTS) this.#places.clear();
    this.#places.set(text, from);
    return from;
  }
}

/** The system's word, or Node's. */
function wordOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return "code" in error ? String(error.code) : error.message;
}

function createUdpSocket(family: 4 | 6): Socket {
  // Addresses here are always numeric: a synchronous lookup saves a turn of the event loop for each datagram.
  const lookup: NonNullable<Parameters<typeof createSocket>[0] & object>["lookup"] = (host, _options, done) =>
    done(null, host, family);
  return createSocket({ type: family === 4 ? "udp4" : "udp6", ipv6Only: family === 6, lookup });
}

/** Resolves once the socket is bound; a refusal is `udp-failed`. */
function listening(socket: Socket, at: BindOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => {
      socket.close();
      reject(new CulvertError("udp-failed", error.message, { cause: error }));
    };
    socket.once("error", failed);
    socket.bind(at, () => {
      socket.off("error", failed);
      resolve();
    });
  });
}

/**
 * The endpoint of a numeric address, or undefined when `address` is none or `port` is not from 1 to 65535: 0 stands for a
 * sender that wants no answer (RFC 768).
 */
export function udpEndpoint(address: string, port: number): Endpoint | undefined {
  if (!Number.isInteger(port) || port < 1 || port > LARGEST_PORT) return undefined;
  const parsed = parseIp(address.replace(/%.*$/, ""));
  return parsed && endpointOf({ carrier: "udp", host: address, port, address: parsed.bytes });
}
