import { randomFillSync } from "node:crypto";

/** Bytes fit for keys, from the system. */
export function randomBytes(length: number): Uint8Array {
  return randomFillSync(new Uint8Array(length));
}
