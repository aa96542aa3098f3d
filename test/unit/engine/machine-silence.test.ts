import { expect, test, vi } from "vitest";
import { PlatformClient } from "../../../electron/platform/client.ts";
import type { SshConnectOptions } from "../../../electron/ssh/client.ts";
import { EngineOnDemo } from "../../support/engine-on-demo.ts";

/** The unanswered keepalive is called by the test, because a real one takes twenty seconds; all else is real. */
const connections = vi.hoisted((): SshConnectOptions[] => []);
vi.mock("../../../electron/ssh/client.ts", async (original) => {
  const real = await original<typeof import("../../../electron/ssh/client.ts")>();
  return {
    ...real,
    connectSsh: (options: SshConnectOptions) => {
      connections.push(options);
      return real.connectSsh(options);
    },
  };
});

test("#5 a keepalive without an answer asks the platform: a machine that runs keeps its shell, one that is gone ends it", async () => {
  const world = await EngineOnDemo.start();
  try {
    const { id } = await world.open("api");
    await world.settled(id, "open");
    const asked = vi.spyOn(PlatformClient.prototype, "machines");
    const silence = new AbortController().signal;
    connections[0]?.onUnanswered?.(silence);
    while (asked.mock.settledResults[0]?.type !== "fulfilled") await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    expect(world.sessions.get(id)?.state).toBe("open");
    asked.mockResolvedValueOnce([]);
    connections[0]?.onUnanswered?.(silence);
    const ended = await world.settled(id, "failed");
    expect(ended.error?.code).toBe("machine-gone");
    const events = await world.call("tunnels.events", {});
    expect(events.at(-1)?.facts).toMatchObject({ kind: "shell-lost", code: "machine-gone" });
  } finally {
    vi.restoreAllMocks();
    await world.dispose();
  }
});
