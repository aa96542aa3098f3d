import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { inProject } from "./paths.mjs";

const SOURCES = inProject("electron/crypto/kernel/assembly");
const BINARY = inProject("electron/crypto/kernel/binary.ts");

/** Compiles the AEAD kernel; resolves to whether electron/crypto/kernel/binary.ts was another than the result. */
export async function buildKernel({ write = true } = {}) {
  const text = moduleOf(await compile());
  if (readFileSync(BINARY, { encoding: "utf8", flag: "a+" }) === text) return false;
  if (write) writeFileSync(BINARY, text);
  return true;
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
  if (error !== null || binary === undefined) throw new Error(`The AEAD kernel does not compile.\n${stderr.toString()}`);
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
  const base64 = Buffer.from(binary).toString("base64");
  return [
    "// Made from ./assembly by `npm run build` (scripts/lib/kernel.mjs). Not to be edited.",
    "/** The AEAD kernel's WebAssembly module, in base64. */",
    "export const KERNEL_BINARY =",
    `  "${base64}";`,
    "",
  ].join("\n");
}
