import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const from = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** The benches, beside the build that some of them start. */
export default defineConfig({
  root: from("."),
  publicDir: false,
  build: {
    ssr: true,
    outDir: from("dist/bench"),
    emptyOutDir: true,
    target: "node20",
    minify: false,
    reportCompressedSize: false,
    rolldownOptions: {
      input: {
        main: from("test/bench/main.ts"),
        "tunnel-peer": from("test/bench/tunnel-peer.ts"),
        "bare-udp": from("test/bench/bare-udp.ts"),
        "relay-worker": from("test/support/interop/relay-worker.ts"),
        "culvert-client": from("test/bench/culvert-client.ts"),
      },
      output: { format: "es", entryFileNames: "[name].js", chunkFileNames: "chunk-[name]-[hash].js" },
    },
  },
});
