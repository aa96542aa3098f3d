import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const from = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** The preload script: a sandboxed one must be a single CommonJS file that requires nothing but "electron". */
export default defineConfig({
  root: from("."),
  publicDir: false,
  ssr: { noExternal: true },
  build: {
    ssr: true,
    outDir: from("dist"),
    emptyOutDir: false,
    target: "chrome140",
    minify: false,
    reportCompressedSize: false,
    rolldownOptions: {
      external: ["electron"],
      input: { preload: from("electron/preload.ts") },
      output: { format: "cjs", entryFileNames: "[name].cjs" },
    },
  },
});
