import { afterEach, expect, test } from "vitest";
import { asCulvertError } from "../../../electron/base/errors.ts";
import { LIMITS } from "../../../shared/limits.ts";
import { encodeDrawn } from "../../../shared/terminal-frames.ts";
import { EngineOnDemo } from "../../support/engine-on-demo.ts";
import { MemoryStore } from "../../support/memory-store.ts";

let world: EngineOnDemo;

afterEach(() => world.dispose());

const failure = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "no failure",
    (error: unknown) => asCulvertError(error).code,
  );

test("from a click to 42, with every stage named and timed", async () => {
  world = await EngineOnDemo.start();
  const { id } = await world.open("api");
  const session = await world.settled(id, "open", "failed");
  expect(session.error).toBeNull();
  expect(session.stages.map(({ name, state }) => `${name} ${state}`)).toEqual(
    ["machine", "peer", "tunnel", "address", "connection", "login", "shell"].map((name) => `${name} done`),
  );
  expect(session.stages.every(({ durationMs }) => durationMs !== null)).toBe(true);
  const channel = await world.attach(id);
  world.type(channel, "echo $((6*7))\r");
  await world.shows(channel, /42\r\n/);
});

test("ten shells share one tunnel and one peer; a closed one frees its channel", async () => {
  world = await EngineOnDemo.start();
  const opened = await Promise.all(Array.from({ length: 10 }, () => world.open("api")));
  const sessions = await Promise.all(opened.map(({ id }) => world.settled(id, "open", "failed")));
  expect(sessions.map(({ state }) => state)).toEqual(Array.from({ length: 10 }, () => "open"));
  const tunnels = await world.call("tunnels.list", {});
  // How many initiations that took is not said: a starved machine sends a second one.
  expect(tunnels.map(({ state }) => state)).toEqual(["up"]);
  const peers = await world.call("peers.list", { accountId: world.accountId, orgSlug: await world.orgSlug() });
  expect(peers.filter(({ thisComputer }) => thisComputer)).toHaveLength(1);
  for (const { id } of opened) await world.call("sessions.close", { sessionId: id });
  expect(await world.call("sessions.list", {})).toEqual([]);
});

test("an app on another network gets a tunnel of its own", async () => {
  world = await EngineOnDemo.start();
  const first = await world.open("api");
  const second = await world.open("vault");
  await world.settled(first.id, "open");
  await world.settled(second.id, "open");
  const tunnels = await world.call("tunnels.list", {});
  expect(tunnels.map(({ network }) => network).sort()).toEqual([null, "restricted"].sort());
});

test("a stopped machine is refused with its state, and never replaced by another", async () => {
  world = await EngineOnDemo.start();
  const at = { accountId: world.accountId, orgSlug: await world.orgSlug(), appName: "web" };
  const stopped = (await world.call("machines.list", at)).find(({ status }) => status === "stopped");
  const { id } = await world.open("web", stopped?.id);
  const session = await world.settled(id, "failed", "open");
  expect(session.error?.code).toBe("machine-stopped");
  expect(session.error?.detail).toContain(stopped?.id);
  const cron = await world.open("cron");
  expect((await world.settled(cron.id, "failed", "open")).error?.code).toBe("no-machines");
});

test("a window that comes back finds its screen; the one that had it is told", async () => {
  world = await EngineOnDemo.start();
  const { id } = await world.open("api");
  await world.settled(id, "open");
  const first = await world.attach(id);
  world.type(first, "echo remember-$((1+1))\r");
  await world.shows(first, /remember-2/);
  const second = await world.attach(id);
  await world.shows(second, /remember-2/);
  await world.shows(first, /\[detached\]/);
  world.type(first, "echo stray\r");
  world.type(second, "echo second-$((2+2))\r");
  await world.shows(second, /second-4/);
  expect(world.screen(second)).not.toContain("stray");
});

test("N7 a shell that is over is shown to a second window as well, whole, and stays where it was", async () => {
  world = await EngineOnDemo.start();
  const { id } = await world.open("api");
  await world.settled(id, "open");
  const first = await world.attach(id);
  world.type(first, "echo last-$((1+1)); exit 3\r");
  await world.settled(id, "ended", "failed");
  const second = await world.attach(id);
  await world.shows(second, /last-2[\s\S]*\[detached\]/);
  expect(world.screen(first)).not.toContain("[detached]");
  await world.call("sessions.reopen", { sessionId: id });
  await world.settled(id, "open");
  world.type(second, "echo stray\r");
  world.type(first, "echo again-$((3+3))\r");
  await world.shows(first, /again-6/);
  expect(world.screen(first)).not.toContain("stray");
});

test("exit is kept with its status, and the shell can be opened again in place", async () => {
  world = await EngineOnDemo.start();
  const { id } = await world.open("api");
  await world.settled(id, "open");
  const channel = await world.attach(id);
  world.type(channel, "exit 3\r");
  expect((await world.settled(id, "ended", "failed")).exit).toEqual({ code: 3, signal: null });
  await world.call("sessions.reopen", { sessionId: id });
  await world.settled(id, "open");
  world.type(channel, "echo again-$((3+3))\r");
  await world.shows(channel, /again-6/);
});

test("another host key than the pinned one stops the login; accepting it lets the next one through", async () => {
  const store = new MemoryStore();
  world = await EngineOnDemo.start({ store });
  const { id } = await world.open("api");
  await world.settled(id, "open");
  const pinned = store.texts.get("known-hosts") ?? "";
  const machineId = world.sessions.get(id)?.target.machineId ?? "?";
  expect(pinned).toContain(machineId);
  await world.dispose();
  // A well-formed key that is not the machine's.
  const key = /AAAA\S+/.exec(pinned)?.[0] ?? "";
  const blob = Buffer.from(key, "base64");
  blob[blob.length - 1]! ^= 1;
  store.texts.set("known-hosts", pinned.replace(key, blob.toString("base64")));
  world = await EngineOnDemo.start({ store });
  const again = await world.open("api", machineId);
  const refused = await world.settled(again.id, "failed", "open");
  expect(refused.error?.code).toBe("host-key-changed");
  expect(refused.hostKeyChange?.knownFingerprint).toMatch(/^SHA256:/);
  const offeredFingerprint = refused.hostKeyChange?.offeredFingerprint ?? "";
  expect(
    await failure(world.call("sessions.acceptHostKey", { sessionId: again.id, offeredFingerprint: "SHA256:x" })),
  ).toBe("not-found");
  await world.call("sessions.acceptHostKey", { sessionId: again.id, offeredFingerprint });
  await world.call("sessions.reopen", { sessionId: again.id });
  expect((await world.settled(again.id, "failed", "open")).state).toBe("open");
});

test("a pinned key is forgotten only by its fingerprint, and that is told of", async () => {
  world = await EngineOnDemo.start();
  const { id } = await world.open("api");
  await world.settled(id, "open");
  const [key] = await world.call("hostKeys.list", {});
  if (key === undefined) throw new Error("nothing is pinned");
  const { alias, fingerprint } = key;
  expect(await failure(world.call("hostKeys.forget", { alias, fingerprint: "SHA256:x" }))).toBe("not-found");
  expect(await world.call("hostKeys.list", {})).toEqual([key]);
  await world.call("hostKeys.forget", { alias, fingerprint });
  expect(await world.call("hostKeys.list", {})).toEqual([]);
  const told = (await world.call("tunnels.events", {})).at(-1);
  expect(told?.facts).toEqual({ kind: "host-key-forgotten", alias, fingerprint });
});

test("the faults of a text that is no configuration are told up to a hundred", async () => {
  world = await EngineOnDemo.start();
  const { faults, more } = await world.call("accounts.checkConfig", { text: "x\n".repeat(1000) });
  expect([faults.length, (more ?? 0) >= 900]).toEqual([100, true]);
});

test("closing while it connects leaves nothing behind", async () => {
  world = await EngineOnDemo.start();
  const { id } = await world.open("api");
  await world.call("sessions.close", { sessionId: id });
  const other = await world.open("api");
  expect((await world.settled(other.id, "open", "failed")).state).toBe("open");
  expect((await world.call("sessions.list", {})).map((session) => session.id)).toEqual([other.id]);
  const [tunnel] = await world.call("tunnels.list", {});
  expect(tunnel?.connections.filter(({ state }) => state === "established")).toHaveLength(1);
});

test("removing the account closes its shells, removes its peers and forgets its secrets", async () => {
  world = await EngineOnDemo.start();
  const { id } = await world.open("api");
  await world.settled(id, "open");
  await world.call("accounts.remove", { accountId: world.accountId });
  expect(await world.call("sessions.list", {})).toEqual([]);
  expect(await world.call("tunnels.list", {})).toEqual([]);
  expect(await world.call("accounts.list", {})).toEqual([]);
  expect([...world.store.secrets.keys()]).toEqual([]);
});

test("a wrong token, an unknown account, a broken configuration: clear codes, and nothing is kept", async () => {
  world = await EngineOnDemo.start();
  const endpoint = world.cloud.api;
  expect(await failure(world.call("accounts.signIn", { token: "fo1_wrong", endpoint }))).toBe("unauthorized");
  for (const elsewhere of ["localhost:4900/graphql", "graphql", "http://cloud.example/graphql"])
    expect(await failure(world.call("accounts.signIn", { token: "fo1_x", endpoint: elsewhere }))).toBe(
      "endpoint-invalid",
    );
  expect(await failure(world.call("apps.list", { accountId: "nobody", orgSlug: "x" }))).toBe("not-found");
  const text = "[Interface]\nPrivateKey = short\n[Peer]\nAllowedIPs = 10.0.0.0/99\n";
  const broken = world.call("accounts.importConfig", { label: "x", text });
  const lines = await broken.catch((error: unknown) => asCulvertError(error).lines?.map(({ line }) => line));
  expect(lines).toEqual(expect.arrayContaining([2, 4]));
  expect(await world.call("accounts.list", {})).toHaveLength(1);
});

test("a new peer takes the tunnel's place, and the old one is gone from the platform", async () => {
  world = await EngineOnDemo.start();
  const orgSlug = await world.orgSlug();
  const list = () => world.call("peers.list", { accountId: world.accountId, orgSlug });
  await world.settled((await world.open("api")).id, "open");
  const [before] = (await list()).filter(({ thisComputer }) => thisComputer);
  const made = await world.call("peers.create", { accountId: world.accountId, orgSlug });
  expect(made.thisComputer).toBe(true);
  expect((await list()).map(({ name }) => name)).not.toContain(before?.name);
  const { id } = await world.open("api");
  expect((await world.settled(id, "open", "failed")).state).toBe("open");
});

test("#1 a shell whose tunnel was made anew says so, one whose peer was removed does too: nobody cancelled it", async () => {
  world = await EngineOnDemo.start();
  const orgSlug = await world.orgSlug();
  const { id } = await world.open("api");
  await world.settled(id, "open");
  const { name } = await world.call("peers.create", { accountId: world.accountId, orgSlug });
  expect((await world.settled(id, "failed", "ended")).error?.code).toBe("tunnel-replaced");
  await world.call("sessions.reopen", { sessionId: id });
  expect((await world.settled(id, "open", "failed")).state).toBe("open");
  await world.call("peers.remove", { accountId: world.accountId, orgSlug, name });
  expect((await world.settled(id, "failed", "ended")).error?.code).toBe("peer-removed");
});

test("a peer that another account of the profile uses is not left behind; one whose key nobody has is", async () => {
  world = await EngineOnDemo.start();
  const orgSlug = await world.orgSlug();
  const { api, token } = world.cloud;
  const other = await world.call("accounts.signIn", { token, endpoint: `${api}?other` });
  expect(other.id).not.toBe(world.accountId);
  await world.settled((await world.open("api")).id, "open");
  const leftBehind = async () => {
    const peers = await world.call("peers.list", { accountId: other.id, orgSlug });
    return peers.map((peer) => peer.leftBehind);
  };
  expect(await leftBehind()).toEqual([false]);
  for (const key of world.store.secrets.keys()) if (key.startsWith("peer:")) world.store.secrets.delete(key);
  expect(await leftBehind()).toEqual([true]);
});

test("after the demo restarted, its gateway no longer knows our peer: a new one is made, unasked", async () => {
  const store = new MemoryStore();
  world = await EngineOnDemo.start({ store });
  await world.settled((await world.open("api")).id, "open");
  await world.dispose();
  world = await EngineOnDemo.start({ store });
  const { id } = await world.open("api");
  const session = await world.settled(id, "open", "failed");
  expect(session.state).toBe("open");
  expect(session.stages.find(({ name }) => name === "peer")?.detail).toContain("made just now");
});

test("a window that changes its size while the shell connects gets a shell of that size", async () => {
  world = await EngineOnDemo.start();
  const { id } = await world.open("api");
  await world.call("sessions.resize", { sessionId: id, columns: 121, rows: 41 });
  await world.settled(id, "open");
  const { channel } = await world.call("sessions.attach", { sessionId: id, columns: 121, rows: 41 });
  world.type(channel, "stty size\r");
  await world.shows(channel, /41 121/);
});

test("a program that changes its title without end costs a few messages, and its title is cut", async () => {
  world = await EngineOnDemo.start();
  const { id } = await world.open("api");
  await world.settled(id, "open");
  const channel = await world.attach(id);
  const before = world.sessionEvents;
  const began = performance.now();
  world.type(channel, "for i in $(seq 1 300); do printf '\\033]0;%s-%0999d\\007' $i 7; done; echo over-$((1+1))\r");
  await world.shows(channel, /over-2/);
  // At most one in 50 ms, however long the program takes here; a timer may be early by one.
  expect(world.sessionEvents - before).toBeLessThanOrEqual(2 + (performance.now() - began) / 49);
  expect(world.sessions.get(id)?.remoteTitle?.length ?? 0).toBeLessThanOrEqual(200);
});

test("an account whose secret was lost can still be removed", async () => {
  const store = new MemoryStore();
  world = await EngineOnDemo.start({ store });
  await world.dispose();
  store.secrets.clear();
  world = await EngineOnDemo.start({ store });
  store.secrets.clear();
  await world.call("accounts.remove", { accountId: world.accountId });
  expect(await world.call("accounts.list", {})).toEqual([]);
});

test("two imports at the same time are both kept", async () => {
  world = await EngineOnDemo.start();
  const key = Buffer.alloc(32, 9).toString("base64");
  const text = `[Interface]\nPrivateKey = ${key}\nAddress = 10.9.0.2/32\n[Peer]\nPublicKey = ${Buffer.alloc(32, 5).toString("base64")}\nAllowedIPs = 10.9.0.0/24\nEndpoint = 127.0.0.1:9\n`;
  await Promise.all(["one", "two"].map((label) => world.call("accounts.importConfig", { label, text })));
  expect((await world.call("accounts.list", {})).map(({ label }) => label).sort()).toEqual([
    "Demo network",
    "one",
    "two",
  ]);
});

test("a window that draws nothing stops the shell's output; one that draws again lets it go on", async () => {
  world = await EngineOnDemo.start();
  const { id } = await world.open("api");
  await world.settled(id, "open");
  const channel = await world.attach(id);
  await world.shows(channel, /# /);
  world.draws = false;
  world.type(channel, "yes\r");
  const stalled = async (): Promise<number> => {
    for (let last = -1; ; ) {
      await new Promise((resolve) => setTimeout(resolve, 300));
      if (world.framedBytes === last && last > 10_000) return last;
      last = world.framedBytes;
    }
  };
  expect(await stalled()).toBeLessThan(LIMITS.terminalCredit + 2 * LIMITS.terminalFrame);
  world.draws = true;
  const before = world.framedBytes;
  world.engine.receiveFrame(encodeDrawn(channel, before));
  while (world.framedBytes < before + 2 * LIMITS.terminalCredit)
    await new Promise((resolve) => setTimeout(resolve, 10));
  world.type(channel, "\x03");
});

test("a gateway that falls silent is shown as such within seconds, and as up again once it answers", async () => {
  world = await EngineOnDemo.start();
  const { id } = await world.open("api");
  await world.settled(id, "open");
  const channel = await world.attach(id);
  const becomes = async (state: string): Promise<void> => {
    while ((await world.call("tunnels.list", {}))[0]?.state !== state) {
      world.type(channel, "x");
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  await becomes("up");
  world.cloud.gatewayControl.set({ unknownPeers: true });
  world.cloud.gatewayControl.evict();
  await becomes("silent");
  world.cloud.gatewayControl.set({ unknownPeers: false });
  await becomes("up");
});

test("#26 a long paste is told as taken when the shell has it, all of it arrives, and a shell that is over stalls nobody", async () => {
  world = await EngineOnDemo.start();
  const { id } = await world.open("api");
  await world.settled(id, "open");
  const channel = await world.attach(id);
  world.type(channel, "cat > pasted\r");
  await world.shows(channel, /cat > pasted\r\n/);
  const text = `${"x".repeat(99)}\r`.repeat(3000);
  for (let at = 0; at < text.length; at += 16_000) world.paste(channel, text.slice(at, at + 16_000));
  while (world.takenBytes < text.length) await new Promise((resolve) => setTimeout(resolve, 10));
  world.type(channel, "\x04wc -lc pasted\r");
  await world.shows(channel, /3000\s+300000\s+pasted/);
  world.type(channel, "exit\r");
  await world.settled(id, "ended");
  world.paste(channel, "late");
  expect(world.takenBytes).toBe(text.length + 4);
});
