import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const from = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** The two processes of `npm run idle`. */
export default defineConfig({
  root: from("."),
  publicDir: false,
  build: {
    ssr: true,
    outDir: from("dist/idle"),
    emptyOutDir: true,
    target: "node20",
    minify: false,
    reportCompressedSize: false,
    rolldownOptions: {
      input: { gateway: from("test/bench/idle-gateway.ts"), client: from("test/bench/idle-client.ts") },
      output: { format: "es", entryFileNames: "[name].js", chunkFileNames: "chunk-[name]-[hash].js" },
    },
  },
});
