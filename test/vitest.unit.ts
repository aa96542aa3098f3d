import { defineConfig } from "vitest/config";

/** Unit, vector, contract, simulation, fuzz and import-rule tests: no network, no root, no display. */
export default defineConfig({
  test: {
    include: ["test/{unit,vectors,contract,sim,fuzz,arch}/**/*.test.{ts,tsx}"],
    environment: "node",
    pool: "threads",
    passWithNoTests: false,
    testTimeout: 60_000,
  },
});
