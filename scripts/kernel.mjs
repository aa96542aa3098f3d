import { buildKernel, isKernelFresh } from "./lib/kernel.mjs";

/** `node scripts/kernel.mjs`: compiles the AEAD kernel when its source changed. With --check: compiles and compares only. */

if (!process.argv.includes("--check")) await buildKernel();
else if (!(await isKernelFresh())) {
  console.error("electron/crypto/kernel/binary.ts is not what its source compiles to: run node scripts/kernel.mjs");
  process.exit(1);
}
