import { defineConfig } from "vitest/config";

/** `node scripts/soak.mjs`: the fuzzers with a million inputs, and wireguard-go for ten minutes of real time. */
export default defineConfig({
  test: {
    include: [
      "test/soak/**/*.test.ts",
      "test/fuzz/wireguard-{messages,config}.test.ts",
      "test/fuzz/record-stream.test.ts",
    ],
    environment: "node",
    pool: "threads",
    testTimeout: 3_600_000,
    hookTimeout: 60_000,
  },
});
