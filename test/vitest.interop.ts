import { defineConfig } from "vitest/config";

/** Tests against real peers: wireguard-go, Linux TCP behind a TUN, OpenSSH. They need root and Debian packages. */
export default defineConfig({
  test: {
    include: ["test/interop/**/*.test.ts"],
    environment: "node",
    // Two files at a time: each has namespaces, ports and keys of its own, and mostly waits for its peer. Not more:
    // the transfers keep a processor busy.
    maxWorkers: 2,
    // Concurrent tests wait for a slow path, not for the processor.
    maxConcurrency: 16,
    testTimeout: 300_000,
    hookTimeout: 60_000,
  },
});
