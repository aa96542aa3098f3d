import { readFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { asCulvertError } from "../../../electron/base/errors.ts";
import { LIMITS } from "../../../shared/limits.ts";
import { EngineOnDemo } from "../../support/engine-on-demo.ts";
import { readPcapng } from "../../support/netstack-pcapng.ts";

/** What the system's resolver was asked for: it would lead every name to this computer. */
const system = vi.hoisted(() => ({ asked: [] as string[] }));

vi.mock("node:dns/promises", async (original) => ({
  ...(await original<typeof import("node:dns/promises")>()),
  lookup: (name: string) => {
    system.asked.push(name);
    return Promise.resolve({ address: "127.0.0.1", family: 4 });
  },
}));

vi.mock("node:dns", async (original) => {
  const dns = await original<typeof import("node:dns")>();
  const lookup = (
    name: string,
    options: unknown,
    done?: (error: null, address: unknown, family?: number) => void,
  ): void => {
    system.asked.push(name);
    const all = typeof options === "object" && options !== null && "all" in options && options.all === true;
    const answer = typeof options === "function" ? (options as typeof done) : done;
    if (all) answer?.(null, [{ address: "127.0.0.1", family: 4 }]);
    else answer?.(null, "127.0.0.1", 4);
  };
  return { ...dns, lookup, default: { ...dns, lookup } };
});

let world: EngineOnDemo;
let tunnelId: string;
let address: string;

beforeEach(async () => {
  system.asked.length = 0;
  world = await EngineOnDemo.start();
  const { id } = await world.open("api");
  await world.settled(id, "open");
  tunnelId = (await world.call("tunnels.list", {}))[0]!.id;
  const at = { accountId: world.accountId, orgSlug: await world.orgSlug(), appName: "api" };
  address = (await world.call("machines.list", at)).find(({ status }) => status === "running")?.address ?? "";
});

afterEach(() => world.dispose());

const failure = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "no failure",
    (error: unknown) => asCulvertError(error).code,
  );

describe("names", () => {
  test("of the private network are asked inside of the tunnel only, whatever the system's resolver says", async () => {
    const { answers, server } = await world.call("tunnels.dig", { tunnelId, name: "api.internal" });
    expect(answers.map(({ data }) => data)).toContain(address);
    expect(server).toMatch(/^fd/);
    const { sent, received } = await world.call("tunnels.ping", { tunnelId, host: "api.internal", count: 1 });
    expect([sent, received]).toEqual([1, 1]);
    expect(await failure(world.call("tunnels.ping", { tunnelId, host: "nowhere.internal" }))).toBe("name-not-found");
    expect(system.asked).toContain("127.0.0.1");
    // The shell, its machine and these names were all found; the system was asked for the gateway at most.
    expect(system.asked.filter((name) => name !== "127.0.0.1" && name !== "localhost")).toEqual([]);
  });
});

describe("ping", () => {
  test("counts answers and their round trips", async () => {
    const report = await world.call("tunnels.ping", {
      tunnelId,
      host: address,
      count: 3,
      intervalMs: 200,
      bytes: 2_000,
    });
    expect(report).toMatchObject({
      address,
      bytes: 2_000,
      sent: 3,
      received: 3,
      lost: 0,
      lossPercent: 0,
      duplicates: 0,
    });
    expect(report.events).toMatchObject([1, 2, 3].map((sequence) => ({ kind: "reply", sequence, bytes: 2_000 })));
    const { min, avg, max } = report.rttMs!;
    expect(0 <= min && min <= avg && avg <= max).toBe(true);
  });

  test("a few runs at once are all that a tunnel does, and each that ends makes room", async () => {
    const ping = () => world.call("tunnels.ping", { tunnelId, host: address, count: 1, intervalMs: 200 });
    const results = await Promise.allSettled(Array.from({ length: 6 }, ping));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(4);
    const refused = results.flatMap((r) => (r.status === "rejected" ? asCulvertError(r.reason).code : []));
    expect(refused).toEqual(["too-many-pings", "too-many-pings"]);
    expect(await ping()).toMatchObject({ received: 1 });
    expect(await failure(world.call("tunnels.ping", { tunnelId, host: "192.0.2.1" }))).toBe("not-allowed");
    expect(await failure(Promise.all([ping(), ping(), ping(), ping()]))).toBe("no failure");
  });

  test("an address that the tunnel does not lead to, or has no address for, is told apart from silence", async () => {
    expect(await failure(world.call("tunnels.ping", { tunnelId, host: "192.0.2.1" }))).toBe("not-allowed");
    expect(await failure(world.call("tunnels.ping", { tunnelId: "none", host: address }))).toBe("not-found");
  });
});

describe("dig", () => {
  test("shows what the server says, also that there is nothing", async () => {
    const found = await world.call("tunnels.dig", { tunnelId, name: "_apps.internal", type: "TXT" });
    expect(found).toMatchObject({ rcode: "NOERROR", transport: "udp", authoritative: true });
    expect(found.answers[0]?.data).toContain("api");
    const missing = await world.call("tunnels.dig", { tunnelId, name: "nowhere.internal" });
    expect(missing).toMatchObject({ rcode: "NXDOMAIN", answers: [], negativeTtl: 5 });
    expect(missing.authority[0]).toMatchObject({ type: "SOA", name: "internal" });
    expect(await world.call("tunnels.dig", { tunnelId, name: "example.com" })).toMatchObject({ rcode: "REFUSED" });
    expect(await failure(world.call("tunnels.dig", { tunnelId, name: "a..b" }))).toBe("name-not-found");
  });
});

test("names asked for at once are bounded, whoever asks, and each that is answered makes room", async () => {
  const dig = () => world.call("tunnels.dig", { tunnelId, name: "_apps.internal", type: "TXT" });
  const results = await Promise.allSettled(Array.from({ length: LIMITS.lookups + 2 }, dig));
  const refused = results.flatMap((r) => (r.status === "rejected" ? asCulvertError(r.reason).code : []));
  expect(refused).toEqual(["too-many-lookups", "too-many-lookups"]);
  expect(await dig()).toMatchObject({ rcode: "NOERROR" });
});

test("a capture holds the pings, both ways", async () => {
  const started = await world.call("tunnels.startCapture", { tunnelId });
  expect(started.path.startsWith(world.captures)).toBe(true);
  await world.call("tunnels.ping", { tunnelId, host: address, count: 2, intervalMs: 200 });
  expect((await world.call("tunnels.list", {}))[0]?.capture).toMatchObject({ state: "running", path: started.path });
  const ended = await world.call("tunnels.stopCapture", { tunnelId });
  expect(ended).toMatchObject({ state: "stopped", dropped: 0 });
  const { packets } = readPcapng(await readFile(started.path));
  const icmp = packets.filter(({ data }) => data[6] === 58 && data[40]! >= 128);
  expect(icmp.map(({ direction, data }) => `${direction} ${data[40]}`)).toEqual([
    "out 128",
    "in 129",
    "out 128",
    "in 129",
  ]);
});
