import { describe, expect, test } from "vitest";
import { DEFAULT_SETTINGS } from "../../../shared/settings.ts";
import { DEMO_ACCOUNT } from "../../support/host-memory-engine.ts";
import { settled } from "../../support/host-memory-link.ts";
import { hostWorld } from "../../support/host-world.ts";

describe("calls", () => {
  test("the host answers what concerns it, the engine the rest", async () => {
    const { open, engine } = await hostWorld();
    const link = open();
    expect((await link.request("app.info", {})).ok).toEqual({
      version: "1.2.3",
      edition: "browser",
      platform: process.platform,
      demoRunning: false,
    });
    engine.answer = () => [{ id: "1", slug: "acme", name: "Acme", kind: "shared", secret: "x" }];
    const { ok } = await link.request("organizations.list", { accountId: "a" });
    expect(ok).toEqual([{ id: "1", slug: "acme", name: "Acme", kind: "shared" }]);
    expect(engine.calls.at(-1)).toEqual({ name: "organizations.list", input: { accountId: "a" } });
  });

  test("settings are kept, merged, and told to every window", async () => {
    const { open, store } = await hostWorld();
    const [first, second] = [open(), open()];
    expect((await first.request("settings.get", {})).ok).toEqual(DEFAULT_SETTINGS);
    await first.request("settings.set", { theme: "dark" });
    await second.request("settings.set", { fontSize: 20 });
    const wanted = { ...DEFAULT_SETTINGS, theme: "dark", fontSize: 20 };
    expect(first.events("settings.changed").at(-1)).toEqual(wanted);
    expect(second.events("settings.changed")).toHaveLength(2);
    expect(JSON.parse(store.texts.get("settings") ?? "")).toEqual(wanted);
  });

  test("the engine is told which carrier a person forces, and told again when it is started anew", async () => {
    const world = await hostWorld();
    expect(world.engine.carriers).toEqual(["auto"]);
    await world.open().request("settings.set", { carrier: "websocket" });
    expect(world.engine.carriers.at(-1)).toBe("websocket");
    world.engine.crash();
    expect(world.engines).toHaveLength(2);
    expect(world.engine.carriers).toEqual(["websocket"]);
  });

  test("what the system says of sleep goes to the engine, until the end", async () => {
    const world = await hostWorld();
    world.host.power("suspend");
    world.host.power("resume");
    await world.host.shutdown();
    world.host.power("suspend");
    expect(world.engine.powerChanges).toEqual(["suspend", "resume"]);
  });

  test("an event that does not fit the contract is dropped and logged", async () => {
    const { open, engine, log } = await hostWorld();
    const link = open();
    engine.emitEvent("accounts.changed", [{ id: 7 }]);
    engine.emitEvent("accounts.changed", [{ ...DEMO_ACCOUNT, token: "secret" }]);
    expect(link.events("accounts.changed")).toEqual([[DEMO_ACCOUNT]]);
    expect(log.lines.filter((line) => line.level === "error")).toHaveLength(1);
  });

  test("an answer that does not fit the contract is internal and not sent", async () => {
    const { open, engine } = await hostWorld();
    engine.answer = () => [{ token: "secret" }];
    const link = open();
    expect((await link.request("accounts.list", {})).error?.code).toBe("internal");
    expect(JSON.stringify(link.sent)).not.toContain("secret");
  });
});

describe("tunnels.watch", () => {
  test("the engine watches as closely as any window does", async () => {
    const { open, engine } = await hostWorld();
    const [first, second] = [open(), open()];
    await first.request("tunnels.watch", { on: true });
    expect(engine.watches.at(-1)).toBe("calmly");
    await second.request("tunnels.watch", { on: true, closely: true });
    await first.request("tunnels.watch", { on: true, closely: false });
    expect(engine.watches.at(-1)).toBe("closely");
    await second.request("tunnels.watch", { on: false });
    expect(engine.watches.at(-1)).toBe("calmly");
    first.close();
    expect(engine.watches.at(-1)).toBe("off");
  });

  test("figures go to windows that watch, and not to one that lags behind", async () => {
    const { open, engine } = await hostWorld();
    const [first, second] = [open(), open()];
    await first.request("tunnels.watch", { on: true });
    engine.emitEvent("tunnels.changed", []);
    first.bufferedAmount = 2 * 1024 * 1024;
    engine.emitEvent("tunnels.changed", []);
    expect(first.events("tunnels.changed")).toHaveLength(1);
    expect(second.events("tunnels.changed")).toHaveLength(0);
  });
});

describe("demo", () => {
  test("starts once with a seed that stays", async () => {
    const { open, engine, demo, store } = await hostWorld();
    const link = open();
    const [one, two] = await Promise.all([
      link.request("accounts.startDemo", {}),
      link.request("accounts.startDemo", {}),
    ]);
    expect(one.ok).toEqual(DEMO_ACCOUNT);
    expect(two.ok).toEqual(DEMO_ACCOUNT);
    expect(demo.starts).toHaveLength(1);
    expect(demo.starts[0]).toHaveLength(32);
    expect(store.secrets.get("demo-seed")).toBe(Buffer.from(demo.starts[0]!).toString("base64"));
    expect(engine.demoSignIns[0]).toEqual({ api: "http://127.0.0.1:1/graphql", token: "demo-token" });
    expect((await link.request("app.info", {})).ok).toMatchObject({ demoRunning: true });
  });

  test("starts again at the start when its account is there", async () => {
    const { demo, engine } = await hostWorld((fresh) => fresh.accounts.push(DEMO_ACCOUNT));
    expect(demo.starts).toHaveLength(1);
    expect(engine.demoSignIns).toHaveLength(1);
  });

  test("stops when its account is removed", async () => {
    const { open, engine, demo } = await hostWorld((fresh) => fresh.accounts.push(DEMO_ACCOUNT));
    engine.answer = (name) => {
      if (name === "accounts.remove") engine.accounts = [];
      return name === "accounts.remove" ? { peersLeft: [] } : engine.accounts;
    };
    await open().request("accounts.remove", { accountId: "demo" });
    expect(demo.stops).toBe(1);
  });

  test("one that died by itself is not given out again", async () => {
    const { open, demo, engine } = await hostWorld();
    const link = open();
    await link.request("accounts.startDemo", {});
    demo.die();
    await settled();
    expect((await link.request("app.info", {})).ok).toMatchObject({ demoRunning: false });
    await link.request("accounts.startDemo", {});
    expect(engine.demoSignIns.map(({ api }) => api)).toEqual([
      "http://127.0.0.1:1/graphql",
      "http://127.0.0.1:2/graphql",
    ]);
    expect((await link.request("app.info", {})).ok).toMatchObject({ demoRunning: true });
  });

  test("a failed start is told and may be tried again", async () => {
    const { open, demo } = await hostWorld();
    demo.fails = true;
    const link = open();
    expect((await link.request("accounts.startDemo", {})).error?.code).toBe("internal");
    demo.fails = false;
    expect((await link.request("accounts.startDemo", {})).ok).toEqual(DEMO_ACCOUNT);
  });
});

describe("life", () => {
  test("a dead engine is replaced and windows are cut so that they come back", async () => {
    const world = await hostWorld((fresh) => fresh.accounts.push(DEMO_ACCOUNT));
    const link = world.open();
    world.engine.crash();
    expect(link.closed).toBe(true);
    expect(world.engines).toHaveLength(2);
    await settled();
    expect(world.engine.demoSignIns).toHaveLength(1);
    expect((await world.open().request("accounts.list", {})).ok).toEqual([DEMO_ACCOUNT]);
  });

  test("an engine that keeps dying is given up", async () => {
    const world = await hostWorld();
    for (let i = 0; i < 10; i++) world.engine.crash();
    expect(world.engines).toHaveLength(6);
  });

  test("shutdown ends windows, engine and demo, once", async () => {
    const { host, open, engine, demo } = await hostWorld();
    const link = open();
    await host.startDemo();
    await Promise.all([host.shutdown(), host.shutdown()]);
    expect(link.closed).toBe(true);
    expect(engine.isShutDown).toBe(true);
    expect(demo.stops).toBe(1);
    expect(open().closed).toBe(true);
  });
});
