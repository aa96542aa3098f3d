// @vitest-environment happy-dom
import { focusManager, type QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Bridge } from "../../../renderer/bridge/bridge.ts";
import { connectStores } from "../../../renderer/state/connect-stores.ts";
import { makeQueryClient, queries } from "../../../renderer/state/queries.ts";
import type { ErrorCode } from "../../../shared/errors.ts";
import { app, hostOf, machine, org, PLATFORM, smallCloud } from "../../support/renderer-fixtures.ts";
import { ScriptedError, type ScriptedHost } from "../../support/renderer-scripted-host.ts";

const OF = { accountId: PLATFORM.id, orgSlug: "harbor" };
/** Two retries of TanStack's own after a second and two. */
const FIRST_FAILURE_MS = 3_000;

/** What the platform says to everything but what `works`; null while all is well. */
let trouble: ErrorCode | null;
let works: ReadonlySet<string>;
let client: QueryClient;
let host: ScriptedHost;
let bridge: Bridge;
let stops: (() => void)[];

function answer<T>(name: string, value: T): T {
  if (trouble !== null && !works.has(name)) throw new ScriptedError({ code: trouble });
  return value;
}

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
const asked = (): string[] => host.requests.map(({ name }) => name).filter((name) => /^(org|app|machine)/.test(name));
function forget(): void {
  host.requests.length = 0;
}

async function lookAtLists(): Promise<void> {
  bridge = new Bridge(host.link);
  stops.push(connectStores(bridge, client));
  stops.push(new QueryObserver(client, queries.accounts(bridge)).subscribe(() => undefined));
  stops.push(new QueryObserver(client, queries.organizations(bridge, OF.accountId)).subscribe(() => undefined));
  stops.push(new QueryObserver(client, queries.apps(bridge, OF)).subscribe(() => undefined));
  stops.push(new QueryObserver(client, queries.machines(bridge, OF, "web")).subscribe(() => undefined));
  await pass(0);
  await pass(10);
  forget();
}

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"] });
  focusManager.setFocused(true);
  trouble = null;
  works = new Set();
  stops = [];
  client = makeQueryClient();
  host = hostOf(smallCloud())
    .handle("accounts.list", () => [PLATFORM])
    .handle("organizations.list", () => answer("organizations.list", [org("harbor", "Harbor")]))
    .handle("apps.list", () => answer("apps.list", [app("web", "harbor")]))
    .handle("machines.list", () => answer("machines.list", [machine("m1", "ams")]));
  await lookAtLists();
});

afterEach(() => {
  for (const stop of stops) stop();
  client.clear();
  focusManager.setFocused(undefined);
  vi.useRealTimers();
});

/** Asks for everything anew, and lets it fail. */
async function fail(code: ErrorCode): Promise<void> {
  trouble = code;
  void client.invalidateQueries();
  await pass(FIRST_FAILURE_MS + 10);
  forget();
}

describe("lists that failed are asked for again by themselves (#22)", () => {
  it("after a token that was refused, as soon as the account works again", async () => {
    host.emit("accounts.changed", [{ ...PLATFORM, error: { code: "unauthorized" } }]);
    await fail("unauthorized");
    await pass(600_000);
    expect(asked()).toEqual([]);
    trouble = null;
    host.emit("accounts.changed", [PLATFORM]);
    await pass(10);
    expect(asked().sort()).toEqual(["apps.list", "machines.list", "organizations.list"]);
  });

  it("after an answer that passes, with waits that grow", async () => {
    await fail("api-error");
    await pass(14_000);
    expect(asked()).toEqual([]);
    trouble = null;
    await pass(1_100);
    expect(asked().sort()).toEqual(["apps.list", "machines.list", "organizations.list"]);
    forget();
    await pass(600_000);
    expect(asked()).toEqual([]);
    await fail("api-unreachable");
    await pass(600_000);
    const tries = host.asked("apps.list").length / 3;
    expect(tries).toBeGreaterThan(3);
    expect(tries).toBeLessThan(8);
  });

  it("one that nobody may see is not asked for again", async () => {
    await fail("forbidden");
    await pass(600_000);
    expect(asked()).toEqual([]);
  });

  it("as soon as another list of the account is answered that had failed too", async () => {
    await fail("forbidden");
    works = new Set(["organizations.list"]);
    trouble = "forbidden";
    void client.refetchQueries({ queryKey: queries.organizations(bridge, OF.accountId).queryKey });
    await pass(10);
    expect(asked()).toEqual(["organizations.list", "apps.list", "machines.list"]);
  });

  it("and not those that had not failed", async () => {
    works = new Set(["machines.list"]);
    await fail("forbidden");
    trouble = null;
    void client.refetchQueries({ queryKey: queries.organizations(bridge, OF.accountId).queryKey });
    await pass(10);
    expect(asked()).toEqual(["organizations.list", "apps.list"]);
  });
});
