import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const from = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/**
 * Everything that runs in Node: main process, command line and the two workers, with their shared parts split off.
 * All files lie in dist itself, so that each finds the workers beside it. Packages stay outside the bundle.
 */
export default defineConfig({
  root: from("."),
  publicDir: false,
  build: {
    ssr: true,
    outDir: from("dist"),
    emptyOutDir: false,
    target: "node20",
    sourcemap: true,
    minify: false,
    reportCompressedSize: false,
    rolldownOptions: {
      external: ["electron"],
      input: {
        main: from("electron/main.ts"),
        cli: from("electron/cli.ts"),
        "engine-worker": from("electron/engine/worker.ts"),
        "demo-worker": from("electron/demo/worker.ts"),
      },
      output: { format: "es", entryFileNames: "[name].js", chunkFileNames: "chunk-[name]-[hash].js" },
    },
  },
});
