import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** Unit, vector, contract, simulation, fuzz and import-rule tests: no network, no root, no display. */
export default defineConfig({
  test: {
    include: ["test/{unit,vectors,contract,sim,fuzz,arch}/**/*.test.{ts,tsx}"],
    environment: "node",
    pool: "threads",
    // Vitest leaves a processor to itself, which is every second one of CI's; the main thread has little to do.
    maxWorkers: availableParallelism(),
    passWithNoTests: false,
    testTimeout: 240_000,
    // Hooks that load a page's modules.
    hookTimeout: 240_000,
  },
});
