import { expect, test, vi } from "vitest";
import type * as aead from "../../../electron/crypto/aead.ts";
import { EngineOnDemo } from "../../support/engine-on-demo.ts";

/** Transport keys as they are made: none may ever be told. */
const secrets = vi.hoisted((): Uint8Array[] => []);
vi.mock("../../../electron/crypto/aead.ts", async (original) => {
  const actual = await original<typeof aead>();
  return {
    ...actual,
    createTransportCipher: (key: Uint8Array) => {
      secrets.push(Uint8Array.from(key));
      return actual.createTransportCipher(key);
    },
  };
});

test("#22 the engine tells what happened to tunnel, shell and capture, in order and without a key", async () => {
  const world = await EngineOnDemo.start();
  try {
    const { id } = await world.open("web");
    await world.settled(id, "open");
    const [tunnel] = await world.call("tunnels.list", {});
    const tunnelId = tunnel?.id ?? "";
    await world.call("tunnels.startCapture", { tunnelId });
    // Answers the running one: nothing happens.
    await world.call("tunnels.startCapture", { tunnelId });
    await world.call("tunnels.stopCapture", { tunnelId });
    await world.call("tunnels.retry", { tunnelId });
    await world.call("sessions.close", { sessionId: id });
    const events = await world.call("tunnels.events", {});
    expect(events.map(({ facts }) => facts.kind)).toEqual([
      "tunnel-opened",
      "tunnel-up",
      "shell-opened",
      "capture-started",
      "capture-ended",
      "retried",
      "handshake",
      "shell-closed",
    ]);
    const orgSlug = await world.orgSlug();
    for (const event of events) {
      expect(event).toMatchObject({ accountId: world.accountId, orgSlug, times: 1 });
      expect(event.tunnelId).toBe(event.facts.kind.startsWith("shell") ? null : tunnelId);
    }
    expect(events[1]?.facts).toMatchObject({ carrier: "udp", peer: tunnel?.peers[0]?.publicKey.slice(0, 8) });
    expect(events[2]?.facts).toMatchObject({ app: "web", region: expect.any(String), machine: expect.any(String) });
    const stored = [...world.store.secrets.values()];
    const keys = secrets.map((bytes) => Buffer.from(bytes));
    expect(keys.length).toBeGreaterThanOrEqual(2);
    const told = JSON.stringify(events);
    for (const key of keys) {
      for (const text of [key.toString("base64"), key.toString("hex"), [...key].join()])
        expect(told).not.toContain(text.slice(0, 20));
    }
    for (const secret of stored) expect(told).not.toContain(secret.slice(0, 20));
    expect(told).not.toContain(tunnel?.peers[0]?.publicKey);
    expect(told).not.toContain(world.captures);
  } finally {
    await world.dispose();
  }
});

test("a tunnel that is not there cannot be asked again", async () => {
  const world = await EngineOnDemo.start();
  try {
    await expect(world.call("tunnels.retry", { tunnelId: "none" })).rejects.toMatchObject({ code: "not-found" });
  } finally {
    await world.dispose();
  }
});
