import { createSocket, type Socket } from "node:dgram";
import type { Disposable } from "../base/dispose.ts";
import { CulvertError } from "../base/errors.ts";
import { formatHostPort, parseIp } from "../base/ip-address.ts";
import type { DatagramSink, Endpoint } from "../wireguard/seam.ts";

export interface UdpBindOptions {
  readonly family: 4 | 6;
  /** Local address; all of them when left out. */
  readonly host?: string;
  /** Local port; 0 or left out for any. */
  readonly port?: number;
  /** `datagram` is a buffer of its own that the receiver may write to. */
  onDatagram(datagram: Uint8Array, from: Endpoint): void;
}

/** Most remote places remembered; a flood from many ports empties the memory instead of growing it. */
const MOST_ENDPOINTS = 4096;
/** The kernel's default of some 200 KiB overflows while the event loop is busy. The kernel clips it to what it allows. */
const SOCKET_BUFFER_BYTES = 4 * 1024 * 1024;

const SCRATCH_BYTES = 64 * 1024;

/** A UDP socket as the device's bind. Send errors are counted, not thrown: a datagram may be lost at any time. */
export class UdpBind implements DatagramSink, Disposable {
  readonly localPort: number;
  readonly #socket: Socket;
  #lastTo: Endpoint | undefined;
  #lastHost = "";
  #scratch = new Uint8Array(SCRATCH_BYTES);
  #used = 0;
  /** Datagrams that the system refused to send. */
  sendErrors = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.localPort = socket.address().port;
    // A receive error (for example ECONNREFUSED relayed from ICMP) concerns one datagram, never the socket.
    socket.on("error", () => this.sendErrors++);
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
    socket.on("message", (datagram, remote) => {
      const key = udpKey(remote.address, remote.port);
      let from = places.get(key);
      if (from === undefined) {
        from = udpEndpoint(remote.address, remote.port);
        if (from === undefined) return;
        if (places.size >= MOST_ENDPOINTS) places.clear();
        places.set(key, from);
      }
      options.onDatagram(datagram, from);
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
        resolve(new UdpBind(socket));
      });
    });
  }

  sendDatagram(datagram: Uint8Array, to: Endpoint): void {
    if (to !== this.#lastTo) {
      this.#lastTo = to;
      this.#lastHost = to.key.slice(4, to.key.lastIndexOf(":")).replace(/^\[|\]$/g, "");
    }
    this.#socket.send(this.#copy(datagram), to.port, this.#lastHost, this.#onSent);
  }

  /**
   * A copy, because the device reuses its slots and the system may take the bytes after this call. As a rule it takes them
   * during the call: then one scratch buffer serves for ever, and only while sends are queued a new one is made.
   */
  #copy(datagram: Uint8Array): Uint8Array {
    if (this.#used + datagram.length > this.#scratch.length) {
      if (datagram.length > SCRATCH_BYTES) return Uint8Array.from(datagram);
      if (this.#socket.getSendQueueCount() > 0) this.#scratch = new Uint8Array(SCRATCH_BYTES);
      this.#used = 0;
    }
    const copy = this.#scratch.subarray(this.#used, this.#used + datagram.length);
    copy.set(datagram);
    this.#used += datagram.length;
    return copy;
  }

  readonly #onSent = (error: Error | null): void => {
    if (error !== null) this.sendErrors++;
  };

  dispose(): void {
    this.#socket.close();
  }
}

function udpKey(address: string, port: number): string {
  return `udp ${formatHostPort(address, port)}`;
}

/** The endpoint of a numeric address, or undefined when `address` is none. A zone ("fe80::1%eth0") stays in the key. */
export function udpEndpoint(address: string, port: number): Endpoint | undefined {
  const parsed = parseIp(address.replace(/%.*$/, ""));
  return parsed === undefined ? undefined : { key: udpKey(address, port), address: parsed.bytes, port };
}
