import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { inProject } from "./paths.mjs";

const SOURCES = inProject("electron/crypto/kernel/assembly");
const BINARY = inProject("electron/crypto/kernel/binary.ts");
const COMPILER = inProject("node_modules/assemblyscript/package.json");

/** Compiles the AEAD kernel into electron/crypto/kernel/binary.ts when that was made from other sources. */
export async function buildKernel() {
  if (!current().includes(sourceHash())) writeFileSync(BINARY, moduleOf(await compile()));
}

/** Whether the committed binary is what its source compiles to, to the byte. */
export async function isKernelFresh() {
  return current() === moduleOf(await compile());
}

function current() {
  return existsSync(BINARY) ? readFileSync(BINARY, "utf8") : "";
}

function sourceHash() {
  const hash = createHash("sha256").update(JSON.parse(readFileSync(COMPILER, "utf8")).version);
  for (const name of readdirSync(SOURCES).sort()) hash.update(`${name}\0`).update(readFileSync(`${SOURCES}/${name}`));
  return hash.digest("hex");
}

async function compile() {
  const { main } = await import("assemblyscript/asc");
  let binary;
  const { error, stderr } = await main(["--config", "asconfig.json", "--outFile", "kernel.wasm"], {
    readFile: (name) => readIfPresent(`${SOURCES}/${name}`),
    listFiles: () => readdirSync(SOURCES),
    writeFile: (_name, contents) => {
      binary = contents;
    },
  });
  if (error !== null || binary === undefined)
    throw new Error(`The AEAD kernel does not compile.\n${stderr.toString()}`);
  return binary;
}

function readIfPresent(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null; // the compiler then looks in its own library
  }
}

function moduleOf(binary) {
  return [
    "// Made from ./assembly by `npm run build` (scripts/lib/kernel.mjs). Not to be edited.",
    `// Sources and compiler: ${sourceHash()}`,
    "/** The AEAD kernel's WebAssembly module, in base64. */",
    "export const KERNEL_BINARY =",
    `  "${Buffer.from(binary).toString("base64")}";`,
    "",
  ].join("\n");
}
