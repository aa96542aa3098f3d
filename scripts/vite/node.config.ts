import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const from = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/**
 * Everything that runs in Node: main process, command line and the two workers, with their shared parts split off.
 * All files lie in dist itself, so that each finds the workers beside it. Packages of plain JavaScript are part of them:
 * most of a start was to find and read their hundreds of files, once in each thread. Outside stay those with native or
 * optional parts (ssh2, ws), a worker of their own (pino), or a bundle of their own (just-bash).
 */
const BUNDLED = [
  "@0no-co/graphql.web",
  "@leichtgewicht/ip-codec",
  "@noble/ciphers",
  "@noble/curves",
  "@noble/hashes",
  "@polka/url",
  "@xterm/addon-progress",
  "@xterm/addon-serialize",
  "@xterm/addon-unicode11",
  "@xterm/headless",
  "birpc",
  "commander",
  "dns-packet",
  "env-paths",
  "gql.tada",
  "graphql",
  "ipaddr.js",
  "is-safe-filename",
  "mrmime",
  "sirv",
  "totalist",
  "zod",
];

export default defineConfig({
  root: from("."),
  publicDir: false,
  ssr: { noExternal: BUNDLED },
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
