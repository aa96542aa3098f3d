import { randomBytes } from "node:crypto";
import { type IpPrefix, parsePrefix } from "../../electron/base/ip-address.ts";
import { SLOT_LENGTH } from "../../electron/crypto/aead.ts";
import { clampPrivateKey, publicKeyOf } from "../../electron/crypto/x25519.ts";
import { Device, type Peer } from "../../electron/wireguard/device.ts";
import { endpointOf, HEADROOM, TAILROOM } from "../../electron/wireguard/seam.ts";

const PLACES = 256;

const CLIENT_AT = endpointOf({ carrier: "udp", host: "192.0.2.2", port: 1, address: Uint8Array.of(192, 0, 2, 2) });
const SERVER_AT = endpointOf({ carrier: "udp", host: "192.0.2.1", port: 1, address: Uint8Array.of(192, 0, 2, 1) });

interface Place {
  readonly room: Uint8Array;
  datagram: Uint8Array;
  toServer: boolean;
}

/** Datagrams on their way, copied into places made beforehand: what a network costs is not the question here. */
class Wire {
  readonly #places = Array.from({ length: PLACES }, (): Place => {
    const room = new Uint8Array(SLOT_LENGTH);
    return { room, datagram: room, toServer: false };
  });
  #first = 0;
  #count = 0;

  put(datagram: Uint8Array, toServer: boolean): void {
    if (this.#count === PLACES) throw new Error("more datagrams than the wire has places");
    const place = this.#places[(this.#first + this.#count) % PLACES]!;
    this.#count++;
    // Its last datagram was mostly as long, and then the view of it serves again.
    if (place.datagram.length !== datagram.length) place.datagram = place.room.subarray(0, datagram.length);
    place.datagram.set(datagram);
    place.toServer = toServer;
  }

  /** Holds until as many more were put as there are places. */
  take(): Place | undefined {
    if (this.#count === 0) return undefined;
    const place = this.#places[this.#first];
    this.#first = (this.#first + 1) % PLACES;
    this.#count--;
    return place;
  }
}

/** Two whole devices joined by function calls: what WireGuard costs without sockets and TCP. */
export class DevicePair {
  readonly client: Device;
  readonly server: Device;
  readonly peer: Peer;
  delivered = 0;
  /** Datagrams to the client come with the next `settle`, so that no device is entered twice at once. */
  readonly #wire = new Wire();

  constructor(loadThreshold?: number) {
    const [clientKey, serverKey] = [clampPrivateKey(randomBytes(32)), clampPrivateKey(randomBytes(32))];
    const shared = {
      mtu: 1420,
      random: (length: number) => Uint8Array.from(randomBytes(length)),
      wall: () => Date.now(),
    };
    this.client = new Device({
      ...shared,
      privateKey: clientKey,
      sink: { sendDatagram: (datagram) => this.#wire.put(datagram, true) },
      deliver: () => undefined,
    });
    this.server = new Device({
      ...shared,
      privateKey: serverKey,
      firstContact: "by-the-book",
      ...(loadThreshold === undefined ? {} : { loadThreshold }),
      sink: {
        sendDatagram: (datagram, to) => {
          if (to === CLIENT_AT) this.#wire.put(datagram, false);
        },
      },
      deliver: () => {
        this.delivered++;
      },
    });
    const to = { publicKey: publicKeyOf(serverKey), endpoint: SERVER_AT, allowedIps: [prefix("10.0.0.1/32")] };
    this.peer = this.client.addPeer(to, 0);
    this.server.addPeer({ publicKey: publicKeyOf(clientKey), allowedIps: [prefix("10.0.0.2/32")] }, 0);
  }

  /** A packet of `length` bytes from the client's side, in a buffer made for it. */
  packet(length: number): Uint8Array {
    const buffer = new Uint8Array(HEADROOM + length + TAILROOM);
    buffer.set([0x45, 0, length >>> 8, length & 0xff, 0, 0, 0, 0, 64, 253, 0, 0, 10, 0, 0, 2, 10, 0, 0, 1], HEADROOM);
    return buffer;
  }

  settle(now: number): void {
    for (let wired = this.#wire.take(); wired !== undefined; wired = this.#wire.take()) {
      if (wired.toServer) this.server.receive(wired.datagram, CLIENT_AT, now);
      else this.client.receive(wired.datagram, SERVER_AT, now);
    }
    this.client.endTurn(now);
    this.server.endTurn(now);
  }

  dispose(): void {
    this.client.dispose();
    this.server.dispose();
  }
}

function prefix(text: string): IpPrefix {
  const parsed = parsePrefix(text);
  if (parsed === undefined) throw new Error(`not a prefix: ${text}`);
  return parsed;
}
