import { defineConfig } from "vitest/config";

/** Tests against real peers: wireguard-go, Linux TCP behind a TUN, OpenSSH. They need root and Debian packages. */
export default defineConfig({
  test: {
    include: ["test/interop/**/*.test.ts"],
    environment: "node",
    fileParallelism: false,
    // Concurrent tests wait for a slow path, not for the processor.
    maxConcurrency: 16,
    testTimeout: 300_000,
    hookTimeout: 60_000,
  },
});
