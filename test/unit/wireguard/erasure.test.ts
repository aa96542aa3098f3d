import { beforeEach, describe, expect, test, vi } from "vitest";
import type * as aead from "../../../electron/crypto/aead.ts";
import { packetSlots } from "../../../electron/crypto/aead.ts";
import type * as blake2s from "../../../electron/crypto/blake2s.ts";
import type * as x25519 from "../../../electron/crypto/x25519.ts";
import { NativeKeyPair } from "../../../electron/crypto/x25519-native.ts";
import type * as plain from "../../../electron/crypto/x25519-plain.ts";
import { CookieChecker, CookieJar } from "../../../electron/wireguard/cookie.ts";
import { parseCookieReply } from "../../../electron/wireguard/messages.ts";
import type * as noise from "../../../electron/wireguard/noise.ts";
import {
  A_INNER,
  B_INNER,
  connect,
  createPair,
  ipv4Packet,
  type Pair,
  seededRandom,
  send,
  udp,
} from "../../support/wireguard-pair.ts";

/**
 * The buffers themselves: what the rooms below are handed is kept here by reference, with a copy of what stood in it, and
 * looked at again after the key's death. Transport keys are searched for in the whole memory of the SIMD kernel.
 */
const seen = vi.hoisted(() => {
  interface Secret {
    readonly what: string;
    readonly buffer: Uint8Array;
    readonly copy: Uint8Array;
  }
  const secrets: Secret[] = [];
  return {
    secrets,
    note(what: string, buffer: Uint8Array | undefined): void {
      if (buffer?.some((byte) => byte !== 0)) secrets.push({ what, buffer, copy: Uint8Array.from(buffer) });
    },
  };
});

vi.mock("../../../electron/crypto/aead.ts", async (original) => {
  const actual = await original<typeof aead>();
  return {
    ...actual,
    createTransportCipher: (key: Uint8Array) => {
      seen.note("transport", key);
      return actual.createTransportCipher(key);
    },
    xopen: (...input: Parameters<typeof actual.xopen>) => {
      const cookie = actual.xopen(...input);
      seen.note("cookie", cookie);
      return cookie;
    },
  };
});

vi.mock("../../../electron/crypto/blake2s.ts", async (original) => {
  const actual = await original<typeof blake2s>();
  return {
    ...actual,
    hmacHash: (...input: Parameters<typeof actual.hmacHash>) => {
      const derived = actual.hmacHash(...input);
      seen.note("derived", derived);
      return derived;
    },
  };
});

// Private keys are looked at in the plain twin: the native one has no bytes to show.
vi.mock("../../../electron/crypto/x25519.ts", async (original) => {
  const { PlainKeyPair } = await vi.importActual<typeof plain>("../../../electron/crypto/x25519-plain.ts");
  const noted = (what: string, privateKey: Uint8Array): plain.PlainKeyPair => {
    const own = vi.spyOn(Uint8Array, "from");
    const pair = PlainKeyPair.from(privateKey);
    seen.note(what, own.mock.results[0]?.value);
    own.mockRestore();
    return pair;
  };
  return {
    ...(await original<typeof x25519>()),
    keyPairOf: (privateKey: Uint8Array) => noted("private", privateKey),
    generateKeyPair: (random: (length: number) => Uint8Array) => noted("ephemeral", random(32)),
  };
});

vi.mock("../../../electron/wireguard/noise.ts", async (original) => {
  const actual = await original<typeof noise>();
  return {
    ...actual,
    createInitiation: (...input: Parameters<typeof actual.createInitiation>) => {
      const [, remote] = input;
      seen.note("static-shared", remote.staticShared);
      return actual.createInitiation(...input);
    },
    createResponse: (...input: Parameters<typeof actual.createResponse>) => {
      const [, remote] = input;
      seen.note("preshared", remote.presharedKey);
      return actual.createResponse(...input);
    },
  };
});

const toB = ipv4Packet(A_INNER, B_INNER);

function all(what: string): (typeof seen.secrets)[number][] {
  return seen.secrets.filter((secret) => secret.what === what);
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

/** How many of 16-byte pieces of `bytes`, 1,000 apart, stand anywhere in the kernel's memory. */
function piecesInKernel(bytes: Uint8Array): number {
  const memory = Buffer.from(packetSlots().memory.buffer);
  let found = 0;
  for (let at = 0; at + 16 <= bytes.length; at += 1_000)
    if (memory.includes(Buffer.from(bytes.subarray(at, at + 16)))) found++;
  return found;
}

/** In how many places of the kernel's memory a transport key stands; both ends of a session hold the same two. */
function livingTransportKeys(): number {
  const memory = Buffer.from(packetSlots().memory.buffer);
  const keys = new Set(all("transport").map(({ copy }) => Buffer.from(copy).toString("hex")));
  let places = 0;
  for (const key of keys) {
    const bytes = Buffer.from(key, "hex");
    for (let at = memory.indexOf(bytes); at >= 0; at = memory.indexOf(bytes, at + 1)) places++;
  }
  return places;
}

beforeEach(() => {
  seen.secrets.length = 0;
});

function connected(options: Parameters<typeof createPair>[0] = {}): Pair {
  const pair = createPair(options);
  connect(pair);
  return pair;
}

function dispose({ a, b }: Pair): void {
  a.device.dispose();
  b.device.dispose();
}

describe("erased are", () => {
  test("what a session was given, at once: only the cipher keeps it", () => {
    const pair = connected();
    expect(all("transport").length).toBe(4);
    expect(all("transport").every(({ buffer }) => isZero(buffer))).toBe(true);
    expect(livingTransportKeys()).toBe(4);
    dispose(pair);
    expect(livingTransportKeys()).toBe(0);
  });

  test("a native pair's handle: what it held cannot be reached any more", () => {
    const pair = NativeKeyPair.from(new Uint8Array(32).fill(1));
    const der = vi.spyOn(Buffer, "alloc");
    NativeKeyPair.from(new Uint8Array(32).fill(2)).erase();
    expect(isZero(der.mock.results[0]?.value)).toBe(true);
    der.mockRestore();
    pair.erase();
    expect(() => pair.agree(pair.publicKey)).toThrow("erased");
  });

  test("both ephemerals, when the session is there", () => {
    const pair = connected();
    expect(all("ephemeral").length).toBe(2);
    expect(all("ephemeral").every(({ buffer }) => isZero(buffer))).toBe(true);
    dispose(pair);
  });

  test("all that a handshake derives, when the session is there: chaining keys, keys, and what the preshared key gave", () => {
    const psk = new Uint8Array(32).fill(9);
    const pair = connected({ presharedKeys: [psk, psk] });
    // Each side mixes six keys in by three HMACs each and the preshared one by four, and splits by three.
    expect(all("derived").length).toBe(2 * (6 * 3 + 4 + 3));
    expect(all("derived").filter(({ buffer }) => !isZero(buffer))).toEqual([]);
    dispose(pair);
  });

  test("what was agreed with a peer under a private key that another one replaces", () => {
    const pair = connected();
    const old = all("static-shared").map(({ buffer }) => buffer);
    expect(old.length).toBeGreaterThan(0);
    pair.a.device.setPrivateKey(seededRandom("another key")(32), pair.net.now);
    expect(old.every(isZero)).toBe(true);
    expect(all("static-shared").some(({ buffer }) => !isZero(buffer))).toBe(true);
    dispose(pair);
  });

  test("W38 a cookie, when a newer one comes", () => {
    const random = seededRandom("cookies");
    const key = random(32);
    const [jar, checker] = [new CookieJar(key), new CookieChecker(key, random)];
    for (let i = 0; i < 2; i++) {
      const datagram = random(148);
      jar.stamp(datagram, i);
      const reply = checker.createReply(datagram, udp("192.0.2.1", 7 + i), i);
      expect(jar.consume(parseCookieReply(reply), i)).toBe(true);
    }
    expect(all("cookie").map(({ buffer }) => isZero(buffer))).toEqual([true, false]);
    jar.erase();
    expect(all("cookie").every(({ buffer }) => isZero(buffer))).toBe(true);
  });

  test("an ephemeral whose initiation another one replaced", () => {
    const pair = createPair();
    const { a, net, peerB } = pair;
    a.device.initiateHandshake(peerB, net.now);
    a.device.initiateHandshake(peerB, net.now, { force: true });
    expect(all("ephemeral").map(({ buffer }) => isZero(buffer))).toEqual([true, false]);
    dispose(pair);
    expect(all("ephemeral").every(({ buffer }) => isZero(buffer))).toBe(true);
  });

  test("a slot's keys, when newer ones push it out", () => {
    const pair = connected();
    for (let i = 0; i < 5; i++) {
      pair.net.clock.advance(6_000);
      pair.a.device.initiateHandshake(pair.peerB, pair.net.now);
      pair.net.settle();
    }
    expect(all("transport").length).toBe(24);
    // current and previous on each side
    expect(livingTransportKeys()).toBe(8);
    dispose(pair);
  });

  test("W25 all keys of a peer, 540 s after the last was agreed", () => {
    const pair = connected();
    pair.net.run(539_000, true);
    expect(livingTransportKeys()).toBe(4);
    pair.net.run(2_000, true);
    expect(livingTransportKeys()).toBe(0);
    dispose(pair);
  });

  test("all keys of a peer at once, after sleep", () => {
    const pair = connected();
    const { net, a, b, peerB } = pair;
    a.device.initiateHandshake(peerB, net.now, { force: true, expireKeys: true });
    expect(livingTransportKeys()).toBe(2); // b's
    b.device.removePeer(a.device.publicKey);
    expect(livingTransportKeys()).toBe(0);
    dispose(pair);
  });

  test("all keys of all peers, before sleep: sessions, and an initiation that is out; the next packet makes new ones", () => {
    const pair = connected();
    const { net, a, b, peerB } = pair;
    net.clock.advance(6_000);
    a.device.initiateHandshake(peerB, net.now);
    net.take();
    a.device.expireKeys(net.now);
    b.device.expireKeys(net.now);
    expect(livingTransportKeys()).toBe(0);
    expect(all("ephemeral").every(({ buffer }) => isZero(buffer))).toBe(true);
    expect([peerB.sessionSince, peerB.maySend(net.now)]).toEqual([undefined, false]);
    net.clock.advance(6_000);
    send(a, toB, net.now);
    net.settle();
    expect(b.delivered.length).toBe(1);
    dispose(pair);
  });

  test("everything, when the device closes: identity, shared secrets, preshared keys, pending handshakes, cookies", () => {
    const psk = new Uint8Array(32).fill(9);
    const pair = createPair({ presharedKeys: [psk, psk], b: { loadThreshold: 0 } });
    const { net, a, b, peerB } = pair;
    send(a, toB, net.now);
    net.settle();
    net.run(6_000);
    a.device.initiateHandshake(peerB, net.now, { force: true });
    for (const what of ["private", "static-shared", "ephemeral", "preshared", "cookie", "transport"])
      expect(all(what).length, what).toBeGreaterThan(0);
    a.device.dispose();
    b.device.dispose();
    expect(seen.secrets.filter(({ buffer }) => !isZero(buffer)).map(({ what }) => what)).toEqual([]);
    expect(livingTransportKeys()).toBe(0);
    expect(psk[0]).toBe(9); // the caller's own
  });

  test.each(["before sleep", "540 s after the last session", "when the device closes"])(
    "what packets left in free slots, %s; not slots in use",
    (when) => {
      const slots = packetSlots();
      // Taken first: the slot released last is the next to be used.
      const held = slots.acquire()!;
      const pair = connected();
      send(pair.a, ipv4Packet(A_INNER, B_INNER, 600, 77), pair.net.now);
      pair.net.settle();
      slots.memory.fill(7, held, held + 4);
      expect(slots.memory.some((byte) => byte !== 0 && byte !== 7)).toBe(true);
      if (when === "before sleep") pair.b.device.expireKeys(pair.net.now);
      else if (when === "when the device closes") pair.b.device.dispose();
      else pair.net.run(541_000, true);
      const expected = new Uint8Array(4).fill(7);
      expect(slots.memory.slice(held, held + 4)).toEqual(expected);
      slots.memory.fill(0, held, held + slots.slotLength);
      slots.release(held);
      expect(slots.memory.every((byte) => byte === 0)).toBe(true);
      dispose(pair);
    },
  );

  test.each(["before sleep", "when the device closes"])("what a packet too long for a slot left, %s", (when) => {
    const pair = connected();
    const packet = ipv4Packet(A_INNER, B_INNER, 9_000);
    const payload = seededRandom("long packet")(9_000 - 20);
    packet.set(payload, 20);
    expect(send(pair.a, packet, pair.net.now)).toBe("sent");
    const sealed = pair.a.sent.at(-1)!.datagram.slice(-9_000);
    expect(piecesInKernel(sealed)).toBe(9);
    pair.a.device.expireKeys(pair.net.now);
    expect(piecesInKernel(sealed)).toBe(0);
    pair.net.settle();
    expect(pair.b.delivered.at(-1)?.packet).toEqual(packet);
    expect(piecesInKernel(payload)).toBe(9);
    if (when === "before sleep") pair.b.device.expireKeys(pair.net.now);
    else pair.b.device.dispose();
    expect(piecesInKernel(payload)).toBe(0);
    dispose(pair);
  });

  test("packets that wait, when nobody answers, before sleep and when the device closes", () => {
    const fill = vi.spyOn(Uint8Array.prototype, "fill");
    const wiped = (): number =>
      fill.mock.contexts.filter((context) => context instanceof Uint8Array && context.length === toB.length + 47)
        .length;
    const pair = createPair();
    send(pair.a, toB, pair.net.now);
    pair.net.run(110_000, true);
    expect(wiped()).toBe(1);
    send(pair.a, toB, pair.net.now);
    pair.a.device.expireKeys(pair.net.now);
    expect([wiped(), pair.peerB.stats.stagedDropped]).toEqual([2, 2]);
    send(pair.a, toB, pair.net.now);
    pair.a.device.dispose();
    expect(wiped()).toBe(3);
    fill.mockRestore();
    pair.b.device.dispose();
  });
});
