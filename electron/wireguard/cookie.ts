import { XNONCE_LENGTH, xopen, xseal } from "../crypto/aead.ts";
import { equalConstantTime, hash, mac } from "../crypto/blake2s.ts";
import { COOKIE_LIFE_MS, LABEL_COOKIE, LABEL_MAC1 } from "./constants.ts";
import { type CookieReply, emitCookieReply, MACS_LENGTH, mac1Of, mac2Of, readU32 } from "./messages.ts";
import type { Endpoint } from "./seam.ts";

/**
 * mac1, mac2 and cookies (WireGuard paper sections 5.3 and 5.4.4 to 5.4.7). mac1 proves that the sender knows whom it
 * calls, mac2 that it receives at the address it sends from.
 */

const encoder = new TextEncoder();
const SECRET_LENGTH = 32;

function labelKey(label: string, publicKey: Uint8Array): Uint8Array {
  return hash(encoder.encode(label), publicKey);
}

function beforeMac1(datagram: Uint8Array): Uint8Array {
  return datagram.subarray(0, datagram.length - MACS_LENGTH);
}

function beforeMac2(datagram: Uint8Array): Uint8Array {
  return datagram.subarray(0, datagram.length - MACS_LENGTH / 2);
}

/** The sender's side, one per peer: MACs what we send it and keeps the cookie it gave us. */
export class CookieJar {
  readonly #mac1Key: Uint8Array;
  readonly #cookieKey: Uint8Array;
  #cookie: { readonly bytes: Uint8Array; readonly receivedAt: number } | undefined;
  /** A reply counts only for the very message that it answers, and once (W38). */
  #awaitedMac1: Uint8Array | undefined;

  constructor(remotePublicKey: Uint8Array) {
    this.#mac1Key = labelKey(LABEL_MAC1, remotePublicKey);
    this.#cookieKey = labelKey(LABEL_COOKIE, remotePublicKey);
  }

  /** Writes mac1, and mac2 when a living cookie is held, into the end of a handshake message. */
  stamp(datagram: Uint8Array, now: number): void {
    const mac1 = mac(this.#mac1Key, beforeMac1(datagram));
    mac1Of(datagram).set(mac1);
    this.#awaitedMac1 = mac1;
    if (this.#cookie !== undefined && now - this.#cookie.receivedAt >= COOKIE_LIFE_MS) this.erase();
    if (this.#cookie !== undefined) mac2Of(datagram).set(mac(this.#cookie.bytes, beforeMac2(datagram)));
  }

  /** False when the reply is not an answer to our last message. */
  consume(reply: CookieReply, now: number): boolean {
    if (this.#awaitedMac1 === undefined) return false;
    const bytes = xopen(this.#cookieKey, reply.nonce, reply.sealedCookie, this.#awaitedMac1);
    if (bytes === undefined) return false;
    this.erase();
    this.#cookie = { bytes, receivedAt: now };
    this.#awaitedMac1 = undefined;
    return true;
  }

  erase(): void {
    this.#cookie?.bytes.fill(0);
    this.#cookie = undefined;
  }
}

/** The receiver's side, one per device: checks MACs and hands out cookies. */
export class CookieChecker {
  readonly #mac1Key: Uint8Array;
  readonly #cookieKey: Uint8Array;
  readonly #random: (length: number) => Uint8Array;
  #secret: Uint8Array = new Uint8Array(0);
  #secretSince = Number.NEGATIVE_INFINITY;

  constructor(publicKey: Uint8Array, random: (length: number) => Uint8Array) {
    this.#mac1Key = labelKey(LABEL_MAC1, publicKey);
    this.#cookieKey = labelKey(LABEL_COOKIE, publicKey);
    this.#random = random;
  }

  isMac1Right(datagram: Uint8Array): boolean {
    return equalConstantTime(mac(this.#mac1Key, beforeMac1(datagram)), mac1Of(datagram));
  }

  isMac2Right(datagram: Uint8Array, from: Endpoint, now: number): boolean {
    if (now - this.#secretSince >= COOKIE_LIFE_MS) return false;
    return equalConstantTime(mac(this.#cookieFor(from), beforeMac2(datagram)), mac2Of(datagram));
  }

  /** The reply that tells the sender of `datagram` its cookie. */
  createReply(datagram: Uint8Array, from: Endpoint, now: number): Uint8Array {
    if (now - this.#secretSince >= COOKIE_LIFE_MS) {
      this.#secret.fill(0);
      this.#secret = Uint8Array.from(this.#random(SECRET_LENGTH));
      this.#secretSince = now;
    }
    const nonce = this.#random(XNONCE_LENGTH);
    const sealedCookie = xseal(this.#cookieKey, nonce, this.#cookieFor(from), mac1Of(datagram));
    return emitCookieReply({ receiver: readU32(datagram, 4), nonce, sealedCookie });
  }

  erase(): void {
    this.#secret.fill(0);
    this.#secretSince = Number.NEGATIVE_INFINITY;
  }

  #cookieFor(from: Endpoint): Uint8Array {
    const place = new Uint8Array(from.address.length + 2);
    place.set(from.address);
    place[place.length - 2] = from.port >>> 8;
    place[place.length - 1] = from.port;
    return mac(this.#secret, place);
  }
}
