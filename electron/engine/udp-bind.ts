import { createSocket, type Socket } from "node:dgram";
import type { Disposable } from "../base/dispose.ts";
import { CulvertError } from "../base/errors.ts";
import { formatHostPort, parseIp } from "../base/ip-address.ts";
import { packetSlots } from "../crypto/aead.ts";
import type { DatagramSink, Endpoint } from "../wireguard/seam.ts";

export interface UdpBindOptions {
  readonly family: 4 | 6;
  /** Local address; all of them when left out. */
  readonly host?: string;
  /** Local port; 0 or left out for any. */
  readonly port?: number;
  /** `datagram` is a buffer of its own that the receiver may write to. */
  onDatagram(datagram: Uint8Array, from: Endpoint): void;
  /** The system was seen to refuse a datagram: `sendError` says why. */
  onSendError?(): void;
}

/** Most remote places remembered; a flood from many ports empties the memory instead of growing it. */
const MOST_ENDPOINTS = 4096;
/** The kernel's default of some 200 KiB overflows while the event loop is busy. The kernel clips it to what it allows. */
const SOCKET_BUFFER_BYTES = 4 * 1024 * 1024;

const LARGEST_PORT = 65_535;

/** Waiting for the system: beyond that, datagrams are dropped, as a full queue of a router would. */
const MOST_QUEUED = 1024;
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
  /** The system's word for why it refused the last datagram that it was asked about; undefined when it took it. */
  sendError: string | undefined;
  readonly #onSendError: (() => void) | undefined;

  private constructor(socket: Socket, onSendError: (() => void) | undefined) {
    this.#socket = socket;
    this.#onSendError = onSendError;
    this.localPort = socket.address().port;
    // A receive error (for example ECONNREFUSED relayed from ICMP) concerns one datagram, never the socket.
    socket.on("error", () => this.receiveErrors++);
  }

  static open(options: UdpBindOptions): Promise<UdpBind> {
    const lookup: NonNullable<Parameters<typeof createSocket>[0] & object>["lookup"] = (host, _options, done) =>
      done(null, host, options.family);
    // Addresses here are always numeric: a synchronous lookup saves a turn of the event loop for each datagram.
    const socket = createSocket({
      type: options.family === 4 ? "udp4" : "udp6",
      ipv6Only: options.family === 6,
      lookup,
    });
    const places = new Map<string, Endpoint>();
    const find = (address: string, port: number): Endpoint | undefined => {
      const key = udpKey(address, port);
      const known = places.get(key);
      const from = known ?? udpEndpoint(address, port);
      if (known !== undefined || from === undefined) return from;
      if (places.size >= MOST_ENDPOINTS) places.clear();
      places.set(key, from);
      return from;
    };
    let last: { readonly address: string; readonly port: number; readonly from: Endpoint } | undefined;
    let bind: UdpBind | undefined;
    socket.on("message", (datagram, { address, port }) => {
      if (last === undefined || last.port !== port || last.address !== address) {
        const from = find(address, port);
        if (from === undefined) {
          if (bind !== undefined) bind.unanswerable++;
          return;
        }
        last = { address, port, from };
      }
      options.onDatagram(datagram, last.from);
    });
    return new Promise((resolve, reject) => {
      const failed = (error: Error): void => {
        socket.close();
        reject(new CulvertError("udp-failed", error.message, { cause: error }));
      };
      socket.once("error", failed);
      socket.bind({ port: options.port ?? 0, ...(options.host === undefined ? {} : { address: options.host }) }, () => {
        socket.off("error", failed);
        try {
          socket.setRecvBufferSize(SOCKET_BUFFER_BYTES);
          socket.setSendBufferSize(SOCKET_BUFFER_BYTES);
        } catch {
          // Smaller buffers only mean more loss under load.
        }
        bind = new UdpBind(socket, options.onSendError);
        resolve(bind);
      });
    });
  }

  sendDatagram(datagram: Uint8Array, to: Endpoint): void {
    if (to !== this.#lastTo) {
      this.#lastTo = to;
      this.#lastHost = to.key.slice(4, to.key.lastIndexOf(":")).replace(/^\[|\]$/g, "");
    }
    try {
      if (this.#isQueueing && !this.#hasCaughtUp()) this.#enqueue(datagram, to.port);
      else this.#send(datagram, to.port);
    } catch (error) {
      // A place that no socket sends to, or a socket that is closed: refused as by the system, and never the caller's fault.
      this.#onSent(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /**
   * Hands the datagram over. As a rule the system takes the bytes during the call. When it does not, because a buffer of its
   * own is full, they must stay as they are until it does: a packet slot is held for it, anything else was copied before.
   */
  #send(datagram: Uint8Array, port: number): void {
    const isInSlot = this.#isInSlot(datagram);
    const bytes = isInSlot ? datagram : Uint8Array.from(datagram);
    if (isInSlot && this.#untilAsked-- > 0) {
      this.#socket.send(bytes, port, this.#lastHost);
    } else {
      this.#untilAsked = ASKED_EVERY;
      this.#socket.send(bytes, port, this.#lastHost, this.#onSent);
    }
    if (this.#socket.getSendQueueCount() === 0) return;
    this.#isQueueing = true;
    if (!isInSlot) return;
    const offset = datagram.byteOffset - this.#slots.memory.byteOffset;
    this.#slots.retain(offset);
    this.#queuedSlot = offset - (offset % this.#slots.slotLength);
  }

  #isInSlot(datagram: Uint8Array): boolean {
    // Views of one length are one object as a rule; asking for its `buffer` costs more than all else here.
    if (datagram === this.#lastInSlot) return true;
    if (datagram.buffer !== this.#slots.memory.buffer) return false;
    this.#lastInSlot = datagram;
    return true;
  }

  /** Behind others that wait. */
  #enqueue(datagram: Uint8Array, port: number): void {
    if (this.#socket.getSendQueueCount() < MOST_QUEUED)
      this.#socket.send(Uint8Array.from(datagram), port, this.#lastHost, this.#onSent);
    else this.sendErrors++;
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

  readonly #onSent = (error: Error | null): void => {
    this.sendError = error === null ? undefined : "code" in error ? String(error.code) : error.message;
    if (error === null) return;
    this.sendErrors++;
    this.#untilAsked = 0;
    this.#onSendError?.();
  };

  dispose(): void {
    this.#socket.close();
    // Nothing is sent over a closed socket any more.
    this.#releaseQueued();
  }
}

function udpKey(address: string, port: number): string {
  return `udp ${formatHostPort(address, port)}`;
}

/**
 * The endpoint of a numeric address, or undefined when `address` is none or `port` is not from 1 to 65535: 0 stands for a
 * sender that wants no answer (RFC 768). A zone ("fe80::1%eth0") stays in the key.
 */
export function udpEndpoint(address: string, port: number): Endpoint | undefined {
  if (!Number.isInteger(port) || port < 1 || port > LARGEST_PORT) return undefined;
  const parsed = parseIp(address.replace(/%.*$/, ""));
  return parsed === undefined ? undefined : { key: udpKey(address, port), address: parsed.bytes, port };
}
