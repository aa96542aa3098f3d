import { afterEach, expect, test, vi } from "vitest";
import { EngineOnDemo } from "../../support/engine-on-demo.ts";
import { type RawServer, sendJson, startRawServer } from "../../support/platform-server.ts";

/** Signing out of a platform that does not do, or does not say, what it is asked: which peers stayed there is told and kept. */

let world: EngineOnDemo;
let platform: RawServer;

afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  await platform.dispose();
  await world.dispose();
});

type Answer = "hangs" | "refuses" | "removes";

/** An account at a platform that answers a removal of the nth peer so, with a peer in each of the app's networks. */
async function signedIn(answerOf: (nth: number) => Answer, ...apps: string[]) {
  world = await EngineOnDemo.start();
  const { api, token } = world.cloud;
  let removals = 0;
  platform = await startRawServer(async (res, count, req) => {
    const body = platform.bodies[count] ?? "";
    const answer = body.includes("removeWireGuardPeer(") ? answerOf(removals++) : "removes";
    if (answer === "refuses") sendJson(res, { errors: [{ message: "no" }] });
    if (answer !== "removes") return;
    const headers = { authorization: req.headers.authorization ?? "", "content-type": "application/json" };
    const there = await fetch(api, { method: "POST", headers, body });
    sendJson(res, await there.json(), there.status);
  });
  const { id, endpoint, label } = await world.call("accounts.signIn", { token, endpoint: platform.url });
  const orgSlug = await world.orgSlug();
  for (const appName of apps) {
    const shell = await world.call("sessions.open", { accountId: id, orgSlug, appName, columns: 80, rows: 24 });
    await world.settled(shell.id, "open");
  }
  const names = async () => (await world.call("peers.list", { accountId: id, orgSlug })).map(({ name }) => name).sort();
  return { accountId: id, orgSlug, made: await names(), asked: () => removals, account: label, endpoint };
}

/** What stays when the account is gone. */
async function gone(accountId: string): Promise<void> {
  expect((await world.call("accounts.list", {})).map(({ id }) => id)).not.toContain(accountId);
  expect(await world.call("tunnels.list", {})).toEqual([]);
  expect([...world.store.secrets.keys()].filter((key) => key.includes(accountId))).toEqual([]);
}

test("a peer that the platform does not remove is named, and the others are removed all the same", async () => {
  const { accountId, orgSlug, made, account, endpoint } = await signedIn(
    (nth) => (nth === 0 ? "refuses" : "removes"),
    "api",
    "vault",
  );
  expect(made).toHaveLength(2);
  const { peersLeft } = await world.call("accounts.remove", { accountId });
  expect(peersLeft).toEqual([{ name: expect.any(String), orgSlug, account, endpoint, at: expect.any(Number) }]);
  expect(made).toContain(peersLeft[0]?.name);
  await gone(accountId);
  const there = await world.call("peers.list", { accountId: world.accountId, orgSlug });
  expect(there.map(({ name }) => name)).toEqual([peersLeft[0]?.name]);
  expect(await world.call("peers.left", {})).toEqual(peersLeft);
});

test("while the platform hangs the peers can be left: that signs out at once, and says which they are", async () => {
  const { accountId, made, asked } = await signedIn(() => "hangs", "api", "vault");
  const removal = world.call("accounts.remove", { accountId });
  // A window that was loaded again asks for the same.
  const again = world.call("accounts.remove", { accountId });
  await expect.poll(asked).toBe(2);
  await world.call("accounts.leavePeers", { accountId });
  const { peersLeft } = await removal;
  expect(peersLeft.map(({ name }) => name).sort()).toEqual(made);
  expect(await again).toEqual({ peersLeft });
  await gone(accountId);
});

test("a platform that hangs is waited for no longer than one time-out in all", async () => {
  const { accountId, made, asked } = await signedIn(() => "hangs", "api", "vault");
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const removal = world.call("accounts.remove", { accountId });
  while (asked() < 2) await new Promise(setImmediate);
  vi.advanceTimersByTime(15_000);
  const { peersLeft } = await removal;
  expect(peersLeft.map(({ name }) => name).sort()).toEqual(made);
});

test("an account whose token was lost names what it had made; its keys go", async () => {
  const { accountId, made } = await signedIn(() => "removes", "api");
  const store = world.store;
  await world.dispose();
  store.secrets.delete(`account:${accountId}`);
  world = await EngineOnDemo.start({ store });
  const { peersLeft } = await world.call("accounts.remove", { accountId });
  expect(peersLeft.map(({ name }) => name)).toEqual(made);
  await gone(accountId);
});

test("what was left is forgotten when it is no longer there, and when a person has seen it", async () => {
  const { accountId, orgSlug, made } = await signedIn(() => "refuses", "api", "vault");
  await world.call("accounts.remove", { accountId });
  const again = await world.call("accounts.signIn", { token: world.cloud.token, endpoint: platform.url });
  // Another platform may have an organization of the same name.
  await world.call("peers.list", { accountId: world.accountId, orgSlug });
  await world.call("peers.remove", { accountId: world.accountId, orgSlug, name: made[0] ?? "" });
  expect(await world.call("peers.left", {})).toHaveLength(2);
  await world.call("peers.list", { accountId: again.id, orgSlug });
  expect((await world.call("peers.left", {})).map(({ name }) => name)).toEqual([made[1]]);
  await world.call("peers.forgetLeft", {});
  expect(await world.call("peers.left", {})).toEqual([]);
});

test("the demo's peers go with the demo: none is left anywhere", async () => {
  await signedIn(() => "removes");
  await world.settled((await world.open("api")).id, "open");
  vi.spyOn(globalThis, "fetch").mockRejectedValue(new TypeError("fetch failed"));
  expect(await world.call("accounts.remove", { accountId: world.accountId })).toEqual({ peersLeft: [] });
});
