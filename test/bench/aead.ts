import { createCipheriv } from "node:crypto";
import { createTransportCipher, TAG_LENGTH } from "../../electron/crypto/aead.ts";
import { format, median, type Row } from "./row.ts";

const ROUNDS = 7;
const KEY = new Uint8Array(32).fill(7);

/** Cost of sealing and opening one packet, against Node's own cipher (which Electron does not have). */
export function benchAead(): Row[] {
  return [64, 1420].flatMap((length) => {
    const buffer = new Uint8Array(length + TAG_LENGTH);
    const cipher = createTransportCipher(KEY);
    const sealUs = perCall(() => cipher.seal(1, 0, buffer, 0, length));
    const sealed = new Uint8Array(length + TAG_LENGTH);
    cipher.seal(1, 0, sealed, 0, length);
    const openUs = perCall(() => {
      buffer.set(sealed);
      if (!cipher.open(1, 0, buffer, 0, length + TAG_LENGTH)) throw new Error("a tag did not fit");
    });
    const plaintext = new Uint8Array(length);
    const nonce = new Uint8Array(12);
    const nodeUs = perCall(() => {
      const node = createCipheriv("chacha20-poly1305", KEY, nonce, { authTagLength: TAG_LENGTH });
      node.update(plaintext);
      node.final();
      node.getAuthTag();
    });
    const against = `node:crypto ${format(nodeUs)} µs`;
    return [
      { what: `AEAD seal, ${length} bytes`, value: sealUs, unit: "µs", against, ratio: nodeUs / sealUs },
      { what: `AEAD open, ${length} bytes`, value: openUs, unit: "µs", against, ratio: nodeUs / openUs },
    ];
  });
}

/** Median over rounds of the time of one call, in microseconds. */
function perCall(run: () => void): number {
  const calls = 4000;
  const round = (): number => {
    const startedAt = performance.now();
    for (let i = 0; i < calls; i++) run();
    return ((performance.now() - startedAt) * 1000) / calls;
  };
  round();
  return median(Array.from({ length: ROUNDS }, round));
}
