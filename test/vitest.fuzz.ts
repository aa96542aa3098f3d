import { defineConfig } from "vitest/config";

/** `npm run fuzz`: the fuzzers that take their number of inputs from CULVERT_FUZZ_INPUTS. */
export default defineConfig({
  test: {
    include: [
      "test/fuzz/wireguard-{messages,config}.test.ts",
      "test/fuzz/record-stream.test.ts",
      "test/fuzz/{netstack-hostile,tcp-states,dns-message}.test.ts",
    ],
    environment: "node",
    pool: "threads",
    testTimeout: 3_600_000,
  },
});
