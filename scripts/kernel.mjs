import { buildKernel } from "./lib/kernel.mjs";

/** `node scripts/kernel.mjs [--check]`: compiles the AEAD kernel, or says whether that would change anything. */

const check = process.argv.includes("--check");
const changed = await buildKernel({ write: !check });
if (check && changed) {
  console.error("electron/crypto/kernel/binary.ts is not what its source compiles to: run node scripts/kernel.mjs");
  process.exit(1);
}
