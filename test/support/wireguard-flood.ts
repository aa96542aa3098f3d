import { CookieJar } from "../../electron/wireguard/cookie.ts";
import { emitInitiation, INITIATION_LENGTH } from "../../electron/wireguard/messages.ts";
import type { Endpoint } from "../../electron/wireguard/seam.ts";
import { udp } from "./wireguard-pair.ts";

/** What an attacker sends who knows the victim's public key and address, and holds no key that it accepts. */
export class Flood {
  readonly #jar: CookieJar;
  /** xorshift32: cheap, so that the flood costs its sender little in the same thread. */
  #state: number;
  #sent = 0;

  constructor(victimPublicKey: Uint8Array, seed: number) {
    this.#jar = new CookieJar(victimPublicKey);
    this.#state = seed | 1;
  }

  /** An initiation with a valid mac1, each with its own ephemeral and index. */
  initiation(): Uint8Array {
    const random = (length: number): Uint8Array => new Uint8Array(length).map(() => this.#next() & 0xff);
    const datagram = emitInitiation({
      sender: this.#next() >>> 0,
      ephemeral: random(32),
      sealedStatic: random(48),
      sealedTimestamp: random(28),
    });
    this.#jar.stamp(datagram, 0);
    return datagram;
  }

  /** Random bytes; every other one looks like a message of one of the four types by its head and length. */
  datagram(): Uint8Array {
    const kind = this.#next() & 7;
    const length = [INITIATION_LENGTH, 92, 64, 32 + (this.#next() & 0x3ff), this.#next() & 0x7ff][Math.min(kind, 4)]!;
    const datagram = new Uint8Array(length);
    for (let i = 0; i < length; i += 4) datagram.fill(this.#next() & 0xff, i, i + 4);
    if (kind < 4) datagram.set([kind + 1, 0, 0, 0].slice(0, length));
    return datagram;
  }

  /** Another port for each message, and another address for every 50,000. */
  from(): Endpoint {
    const n = this.#sent++;
    return udp(`203.0.113.${Math.floor(n / 50_000) % 250}`, 1_024 + (n % 50_000));
  }

  #next(): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return this.#state;
  }
}
