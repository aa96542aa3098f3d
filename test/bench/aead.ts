import { createCipheriv } from "node:crypto";
import sodium from "libsodium-wrappers";
import { createTransportCipher, packetSlots, TAG_LENGTH, type TransportCipher } from "../../electron/crypto/aead.ts";
import { PlainCipher } from "../../electron/crypto/plain-cipher.ts";
import { format, median, type Row } from "./row.ts";

/** Everybody takes a turn in every round, so that a busy machine is busy for all. */
const ROUNDS = 301;
/** Turns are equally long, and shorter than a time slice: otherwise the slower one is interrupted more often. */
const TURN_US = 400;
const WARM_UP_CALLS = 2_000;
const BATCH = 32;
const KEY = new Uint8Array(32).fill(7);
const NONCE = new Uint8Array(12);

type Contender = () => void;

/** Cost per packet, sealed and opened, against others in the same run (node:crypto's cipher is missing in Electron). */
export async function benchAead(): Promise<Row[]> {
  await sodium.ready;
  const cipher = createTransportCipher(KEY);
  const rows = [64, 1420].flatMap((length) => benchLength(cipher, length));
  cipher.erase();
  return rows;
}

function benchLength(cipher: TransportCipher, length: number): Row[] {
  const ours = { ...kernelInSlots(cipher, length), "any buffer": elsewhere(cipher, length) };
  const others = {
    "@noble/ciphers": elsewhere(new PlainCipher(KEY), length),
    "node:crypto": nodeCipher(length),
    "libsodium (WebAssembly)": libsodium(length),
  };
  const cost = measure({ ...ours, ...others });
  const sealUs = cost["seal"]!;
  return [
    ...Object.keys(others).map((name) => ({
      what: `AEAD seal, ${length} bytes`,
      value: sealUs,
      unit: "µs",
      against: `${name} ${format(cost[name]!)} µs`,
      ratio: cost[name]! / sealUs,
    })),
    { what: `AEAD seal, ${length} bytes, ${BATCH} in a call`, value: cost["batch"]! / BATCH, unit: "µs" },
    { what: `AEAD seal, ${length} bytes, outside of the slots`, value: cost["any buffer"]!, unit: "µs" },
    { what: `AEAD copy to a slot and open, ${length} bytes`, value: cost["open"]!, unit: "µs" },
  ];
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

function elsewhere(cipher: TransportCipher, length: number): Contender {
  const buffer = new Uint8Array(length + TAG_LENGTH);
  return () => cipher.seal(1, 0, buffer, 0, length);
}

function nodeCipher(length: number): Contender {
  const text = new Uint8Array(length);
  return () => {
    const node = createCipheriv("chacha20-poly1305", KEY, NONCE, { authTagLength: TAG_LENGTH });
    node.update(text);
    node.final();
    node.getAuthTag();
  };
}

function libsodium(length: number): Contender {
  const text = new Uint8Array(length);
  return () => sodium.crypto_aead_chacha20poly1305_ietf_encrypt(text, null, null, NONCE, KEY);
}

/** Median over rounds of the time of one call, in microseconds. */
function measure(contenders: Record<string, Contender>): Record<string, number> {
  const turns = Object.entries(contenders).map(([name, run]) => {
    perCall(run, WARM_UP_CALLS);
    return { name, run, calls: Math.ceil(TURN_US / perCall(run, WARM_UP_CALLS)), costs: [] as number[] };
  });
  for (let round = 0; round < ROUNDS; round++) {
    for (const { run, calls, costs } of turns) costs.push(perCall(run, calls));
  }
  return Object.fromEntries(turns.map(({ name, costs }) => [name, median(costs)]));
}

function perCall(run: Contender, calls: number): number {
  const startedAt = performance.now();
  for (let i = 0; i < calls; i++) run();
  return ((performance.now() - startedAt) * 1000) / calls;
}
