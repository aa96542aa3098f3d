import { afterEach, expect, test } from "vitest";
import { EngineOnDemo } from "../../../support/engine-on-demo.ts";

let world: EngineOnDemo;

afterEach(() => world.dispose());

test("#13 after a restart a shell's text is there before it connects, and above the new shell after", async () => {
  world = await EngineOnDemo.start();
  world.engine.keepTexts(true, null);
  const { id } = await world.open("api");
  const before = await world.settled(id, "open");
  const channel = await world.attach(id);
  world.type(channel, "echo remember-$((20+1))\r");
  await world.shows(channel, /remember-21/);
  await world.engine.settle();
  const { store } = world;
  await world.dispose();

  world = await EngineOnDemo.start({ store });
  world.engine.keepTexts(true, [id]);
  const { accountId, orgSlug, appName, machineId, machineName, region } = before.target;
  const machine = { id: machineId, name: machineName, region };
  const request = { accountId, orgSlug, appName, machine };
  const restored = await world.call("sessions.restore", { sessionId: id, request, columns: 80, rows: 24 });
  expect(restored).toMatchObject({ id, state: "ended", restored: { textFrom: expect.any(Number) } });
  expect(await world.call("tunnels.list", {})).toEqual([]);
  const again = await world.attach(id);
  await world.shows(again, /remember-21/);
  await world.call("sessions.reopen", { sessionId: id });
  // Typed while it connects: the shell gets it when it is there.
  world.type(again, "echo below-$((40+2))\r");
  expect((await world.settled(id, "open", "failed")).restored).toBeNull();
  await world.shows(again, /remember-21[\s\S]*below-42/);
  await world.call("sessions.close", { sessionId: id });
  expect([...store.texts.keys()].filter((name) => name.startsWith("screen-"))).toEqual([]);
});

test("a shell of which nothing was kept comes back empty; one that is there is left as it is", async () => {
  world = await EngineOnDemo.start();
  const { id, target } = await world.open("api");
  await world.settled(id, "open");
  const request = { accountId: target.accountId, orgSlug: target.orgSlug, appName: "api", machine: null };
  const size = { columns: 80, rows: 24 };
  expect(await world.call("sessions.restore", { sessionId: id, request, ...size })).toMatchObject({ state: "open" });
  const unknown = await world.call("sessions.restore", { sessionId: "never-kept", request, ...size });
  expect(unknown).toMatchObject({ state: "ended", restored: { textFrom: null } });
});

test("E1 a shell that is asked for twice under one name is one, as it is", async () => {
  world = await EngineOnDemo.start();
  const orgSlug = await world.orgSlug();
  const place = { accountId: world.accountId, orgSlug, appName: "api", columns: 80, rows: 24 };
  const first = await world.call("sessions.open", { ...place, sessionId: "named-by-a-page" });
  expect(first).toMatchObject({ id: "named-by-a-page", state: "connecting" });
  await world.settled(first.id, "open");
  expect(await world.call("sessions.open", { ...place, sessionId: first.id })).toMatchObject({ state: "open" });
  expect(await world.call("sessions.list", {})).toHaveLength(1);
});

test("W44 at the end the handshake times are on the disk before the first text is written", async () => {
  world = await EngineOnDemo.start();
  const { store } = world;
  const write = store.write.bind(store);
  const written: string[] = [];
  let letGo = (): void => undefined;
  const slowDisk = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  store.write = async (name, text) => {
    if (name === "handshake-times") await slowDisk;
    await write(name, text);
    written.push(name);
  };
  world.engine.keepTexts(true, null);
  const { id } = await world.open("api");
  await world.settled(id, "open");
  const channel = await world.attach(id);
  world.type(channel, "echo last-$((20+1))\r");
  await world.shows(channel, /last-21/);
  written.length = 0;
  const settled = world.engine.settle();
  for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(written).toEqual([]);
  letGo();
  await settled;
  expect(written).toEqual(["handshake-times", "screens", `screen-${id}`]);
});
