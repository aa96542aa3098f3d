import { createCipheriv, createDecipheriv } from "node:crypto";
import sodium from "libsodium-wrappers";
import { createTransportCipher, packetSlots, TAG_LENGTH, type TransportCipher } from "../../electron/crypto/aead.ts";
import { PlainCipher } from "../../electron/crypto/plain-cipher.ts";
import { format, median, medianRatio, type Row } from "./row.ts";

/** Everybody takes a turn in every round, so that a busy machine is busy for all. */
const ROUNDS = 301;
/** Turns are equally long, and shorter than a time slice: otherwise the slower one is interrupted more often. */
const TURN_US = 400;
const WARM_UP_CALLS = 2_000;
const BATCH = 32;
const KEY = new Uint8Array(32).fill(7);
const NONCE = new Uint8Array(12);
/** The package that a JavaScript program would take. */
const SODIUM = "libsodium-wrappers (WebAssembly)";

type Contender = () => void;
/** Of one call, in microseconds, in each round. */
type Costs = Record<string, readonly number[]>;

/** Cost per packet, sealed and opened, against others in the same run (node:crypto's cipher is missing in Electron). */
export async function benchAead(): Promise<Row[]> {
  await sodium.ready;
  const cipher = createTransportCipher(KEY);
  const rows = [64, 1420].flatMap((length) => benchLength(cipher, length));
  cipher.erase();
  return rows;
}

/** What the tunnel does with a packet: seal it in its slot; copy what arrived into a slot and open it there. */
function benchLength(cipher: TransportCipher, length: number): Row[] {
  const { seal, batch, open } = kernelInSlots(cipher, length);
  const plain = new PlainCipher(KEY);
  const sealing = {
    "@noble/ciphers": plainSeal(plain, length),
    "node:crypto": nodeSeal(length),
    [SODIUM]: sodiumSeal(length),
  };
  const opening = {
    "@noble/ciphers": plainOpen(plain, length),
    "node:crypto": nodeOpen(length),
    [SODIUM]: sodiumOpen(length),
  };
  const sealCost = measure({ ours: seal, batch, ...sealing });
  const openCost = measure({ ours: open, ...opening });
  return [
    ...rows(`AEAD seal, ${length} bytes`, sealCost, Object.keys(sealing)),
    {
      what: `AEAD seal, ${length} bytes, ${BATCH} in a call`,
      value: median(sealCost["batch"]!) / BATCH,
      unit: "µs",
      against: `one in a call ${format(median(sealCost["ours"]!))} µs`,
      ratio: medianRatio(sealCost["ours"]!, sealCost["batch"]!) * BATCH,
    },
    ...rows(`AEAD copy to a slot and open, ${length} bytes`, openCost, Object.keys(opening)),
  ];
}

function rows(what: string, costs: Costs, others: readonly string[]): Row[] {
  const ours = costs["ours"]!;
  return others.map((name) => ({
    what,
    value: median(ours),
    unit: "µs",
    against: `${name} ${format(median(costs[name]!))} µs`,
    ratio: medianRatio(costs[name]!, ours),
  }));
}

function kernelInSlots(cipher: TransportCipher, length: number): Record<"seal" | "batch" | "open", Contender> {
  const slots = packetSlots();
  const starts = Array.from({ length: BATCH }, () => slots.acquire() ?? 0);
  const [start = 0] = starts;
  const sealed = new Uint8Array(length + TAG_LENGTH);
  cipher.seal(1, 0, sealed, 0, length);
  return {
    seal: () => cipher.seal(1, 0, slots.memory, start, length),
    batch: () => {
      for (const offset of starts) slots.addText(1, 0, offset, length);
      cipher.sealBatch(slots);
    },
    open: () => {
      slots.memory.set(sealed, start);
      if (!cipher.open(1, 0, slots.memory, start, sealed.length)) throw new Error("a tag did not fit");
    },
  };
}

function plainSeal(cipher: TransportCipher, length: number): Contender {
  const buffer = new Uint8Array(length + TAG_LENGTH);
  return () => cipher.seal(1, 0, buffer, 0, length);
}

function plainOpen(cipher: TransportCipher, length: number): Contender {
  const buffer = new Uint8Array(length + TAG_LENGTH);
  const sealed = new Uint8Array(length + TAG_LENGTH);
  cipher.seal(1, 0, sealed, 0, length);
  return () => {
    buffer.set(sealed);
    if (!cipher.open(1, 0, buffer, 0, sealed.length)) throw new Error("a tag did not fit");
  };
}

function nodeSeal(length: number): Contender {
  const text = new Uint8Array(length);
  return () => {
    const node = createCipheriv("chacha20-poly1305", KEY, NONCE, { authTagLength: TAG_LENGTH });
    node.update(text);
    node.final();
    node.getAuthTag();
  };
}

function nodeOpen(length: number): Contender {
  const node = createCipheriv("chacha20-poly1305", KEY, NONCE, { authTagLength: TAG_LENGTH });
  const sealed = node.update(new Uint8Array(length));
  node.final();
  const tag = node.getAuthTag();
  return () => {
    const opener = createDecipheriv("chacha20-poly1305", KEY, NONCE, { authTagLength: TAG_LENGTH });
    opener.setAuthTag(tag);
    opener.update(sealed);
    opener.final();
  };
}

function sodiumSeal(length: number): Contender {
  const text = new Uint8Array(length);
  return () => sodium.crypto_aead_chacha20poly1305_ietf_encrypt(text, null, null, NONCE, KEY);
}

function sodiumOpen(length: number): Contender {
  const sealed = sodium.crypto_aead_chacha20poly1305_ietf_encrypt(new Uint8Array(length), null, null, NONCE, KEY);
  return () => sodium.crypto_aead_chacha20poly1305_ietf_decrypt(null, sealed, null, NONCE, KEY);
}

/** There and back again, by turns, so that nobody always follows the same one. */
function measure(contenders: Record<string, Contender>): Costs {
  const turns = Object.entries(contenders).map(([name, run]) => {
    perCall(run, WARM_UP_CALLS);
    return { name, run, calls: Math.ceil(TURN_US / perCall(run, WARM_UP_CALLS)), costs: [] as number[] };
  });
  for (let round = 0; round < ROUNDS; round++) {
    for (const { run, calls, costs } of turns) costs.push(perCall(run, calls));
    turns.reverse();
  }
  return Object.fromEntries(turns.map(({ name, costs }) => [name, costs]));
}

function perCall(run: Contender, calls: number): number {
  const startedAt = performance.now();
  for (let i = 0; i < calls; i++) run();
  return ((performance.now() - startedAt) * 1000) / calls;
}
