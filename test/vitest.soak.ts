import { defineConfig } from "vitest/config";

/** `npm run soak`: wireguard-go for ten minutes of real time. */
export default defineConfig({
  test: {
    include: ["test/soak/**/*.test.ts"],
    environment: "node",
    pool: "threads",
    testTimeout: 3_600_000,
    hookTimeout: 60_000,
  },
});
