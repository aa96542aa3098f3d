import { randomBytes } from "node:crypto";
import { createTransportCipher } from "../../electron/crypto/aead.ts";
import { PlainCipher } from "../../electron/crypto/plain-cipher.ts";
import { publicKeyOf } from "../../electron/crypto/x25519.ts";
import { NativeKeyPair } from "../../electron/crypto/x25519-native.ts";
import { PlainKeyPair } from "../../electron/crypto/x25519-plain.ts";
import { HEADROOM } from "../../electron/wireguard/seam.ts";
import { DevicePair } from "./device-pair.ts";
import { format, median, medianRatio, type Row } from "./row.ts";

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
  return {
    what: "X25519 agreements",
    ...compared(
      rates.map(({ native }) => native),
      rates.map(({ plain }) => plain),
      "@noble/curves",
    ),
  };
}

/** Nothing stands beside it: nothing else here does the same work. */
function handshakeRow(pair: DevicePair): Row {
  let now = 0;
  const rates = Array.from({ length: ROUNDS }, () =>
    perSecond(HANDSHAKES, () => {
      now += 100;
      pair.client.initiateHandshake(pair.peer, now, { force: true });
      pair.settle(now);
    }),
  );
  if (pair.peer.stats.handshakesCompleted !== ROUNDS * HANDSHAKES) throw new Error("a handshake failed");
  return { what: "handshakes, both ends in one thread", value: median(rates), unit: "/s" };
}

/** Beside it the same devices over the cipher in plain JavaScript, by turns. */
function packetRow(pair: DevicePair, plain: DevicePair, length: number): Row {
  const rates = Array.from({ length: ROUNDS }, () => ({
    kernel: packetsPerSecond(pair, length, PACKETS),
    plain: packetsPerSecond(plain, length, PACKETS / 10),
  }));
  return {
    what: `device, packets of ${length} bytes sealed and opened`,
    ...compared(
      rates.map(({ kernel }) => kernel),
      rates.map(({ plain }) => plain),
      "plain JavaScript",
    ),
  };
}

/** Rates of each round, and the median of the ratios within each. */
function compared(ours: readonly number[], others: readonly number[], name: string): Omit<Row, "what"> {
  return {
    value: median(ours),
    unit: "/s",
    against: `${name} ${format(median(others))} /s`,
    ratio: medianRatio(ours, others),
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
