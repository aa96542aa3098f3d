import { randomBytes } from "node:crypto";
import { createTransportCipher } from "../../electron/crypto/aead.ts";
import { PlainCipher } from "../../electron/crypto/plain-cipher.ts";
import { publicKeyOf } from "../../electron/crypto/x25519.ts";
import { NativeKeyPair } from "../../electron/crypto/x25519-native.ts";
import { PlainKeyPair } from "../../electron/crypto/x25519-plain.ts";
import { HEADROOM } from "../../electron/wireguard/seam.ts";
import { DevicePair } from "./device-pair.ts";
import { format, median, type Row } from "./row.ts";

const ROUNDS = 7;
const HANDSHAKES = 200;
const AGREEMENTS = 1_000;
const PACKETS = 20_000;

/** Whole handshakes (initiation, response, confirmation), and packets through both devices; both ends in one thread. */
export async function benchHandshakes(): Promise<Row[]> {
  const pair = new DevicePair(Number.POSITIVE_INFINITY);
  const plain = plainPair();
  const rows = [agreementRow(), handshakeRow(pair), ...[64, 1420].map((length) => packetRow(pair, plain, length))];
  pair.dispose();
  plain.dispose();
  return rows;
}

/** In touch by ciphers in plain JavaScript, as devices are that find the kernel's key table full. */
function plainPair(): DevicePair {
  const key = new Uint8Array(32);
  const taken = [createTransportCipher(key)];
  while (!(taken.at(-1) instanceof PlainCipher)) taken.push(createTransportCipher(key));
  const pair = new DevicePair();
  pair.client.initiateHandshake(pair.peer, 0);
  pair.settle(0);
  for (const cipher of taken) cipher.erase();
  return pair;
}

/** How often `work` runs in a second of processor time: a busy machine takes turns away. */
function perSecond(times: number, work: () => void): number {
  const before = process.cpuUsage();
  for (let i = 0; i < times; i++) work();
  const { user, system } = process.cpuUsage(before);
  return (times * 1e6) / (user + system);
}

/** One Diffie-Hellman of a handshake, by the library and by its twin in JavaScript, in turns. */
function agreementRow(): Row {
  const [privateKey, other] = [randomBytes(32), publicKeyOf(randomBytes(32))];
  const [native, plain] = [NativeKeyPair.from(privateKey), PlainKeyPair.from(privateKey)];
  const rates = Array.from({ length: ROUNDS }, () => ({
    native: perSecond(AGREEMENTS, () => native.agree(other)),
    plain: perSecond(AGREEMENTS / 10, () => plain.agree(other)),
  }));
  const [value, reference] = [median(rates.map((r) => r.native)), median(rates.map((r) => r.plain))];
  return {
    what: "X25519 agreements",
    value,
    unit: "/s",
    against: `@noble/curves ${format(reference)} /s`,
    ratio: value / reference,
  };
}

/** Beside it what its X25519 alone costs in JavaScript, which the row's figure has to bear among all else. */
function handshakeRow(pair: DevicePair): Row {
  let now = 0;
  const other = publicKeyOf(randomBytes(32));
  const rates = Array.from({ length: ROUNDS }, () => ({
    whole: perSecond(HANDSHAKES, () => {
      now += 100;
      pair.client.initiateHandshake(pair.peer, now, { force: true });
      pair.settle(now);
    }),
    // On each side an ephemeral key pair and three agreements; the fourth, of both static keys, is made once for all.
    plain: perSecond(HANDSHAKES / 10, () => {
      for (let side = 0; side < 2; side++) {
        const ephemeral = PlainKeyPair.from(randomBytes(32));
        for (let i = 0; i < 3; i++) ephemeral.agree(other);
      }
    }),
  }));
  if (pair.peer.stats.handshakesCompleted !== ROUNDS * HANDSHAKES) throw new Error("a handshake failed");
  const [value, reference] = [median(rates.map(({ whole }) => whole)), median(rates.map(({ plain }) => plain))];
  return {
    what: "handshakes, both ends in one thread",
    value,
    unit: "/s",
    against: `their X25519 alone by @noble/curves ${format(reference)} /s`,
    ratio: value / reference,
  };
}

/** Beside it the same devices over the cipher in plain JavaScript, by turns. */
function packetRow(pair: DevicePair, plain: DevicePair, length: number): Row {
  const rates = Array.from({ length: ROUNDS }, () => ({
    kernel: packetsPerSecond(pair, length, PACKETS),
    plain: packetsPerSecond(plain, length, PACKETS / 10),
  }));
  const [value, reference] = [median(rates.map(({ kernel }) => kernel)), median(rates.map((rate) => rate.plain))];
  return {
    what: `device, packets of ${length} bytes sealed and opened`,
    value,
    unit: "/s",
    against: `plain JavaScript ${format(reference)} /s`,
    ratio: value / reference,
  };
}

function packetsPerSecond(pair: DevicePair, length: number, packets: number): number {
  const now = pair.peer.sessionSince ?? 0;
  const buffer = pair.packet(length);
  const header = buffer.slice(HEADROOM, HEADROOM + 20);
  const before = pair.delivered;
  const rate = perSecond(packets, () => {
    // The packet was sealed where it stood.
    buffer.set(header, HEADROOM);
    pair.client.encapsulate(buffer, HEADROOM, length, now);
    pair.settle(now);
  });
  if (pair.delivered - before !== packets) throw new Error("a packet was lost");
  return rate;
}
