// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Bridge } from "../../../renderer/bridge/bridge.ts";
import { connectStores } from "../../../renderer/state/connect-stores.ts";
import { listKeys, makeQueryClient } from "../../../renderer/state/queries.ts";
import { NO_SHELLS, useShells } from "../../../renderer/state/shell-store.ts";
import { DEMO, hostOf, smallCloud } from "../../support/renderer-fixtures.ts";
import { ScriptedError } from "../../support/renderer-scripted-host.ts";

beforeEach(() => {
  vi.useFakeTimers();
  useShells.setState(NO_SHELLS);
  sessionStorage.clear();
});
afterEach(() => {
  vi.useRealTimers();
});

function connected(host = hostOf(smallCloud())) {
  const client = makeQueryClient();
  const stop = connectStores(new Bridge(host.link), client);
  const isOld = (key: readonly string[]) => client.getQueryState(key)?.isInvalidated;
  return { host, client, stop, isOld };
}

describe("what the window knows", () => {
  it("#4 is old as soon as the link is back", async () => {
    const { host, client, stop, isOld } = connected();
    const key = listKeys.apps("demo", "harbor");
    client.setQueryData(key, []);
    host.setLink("lost");
    expect(isOld(key)).toBe(false);
    host.setLink("open");
    expect(isOld(key)).toBe(true);
    stop();
  });

  it("of an account's organizations is old when the accounts changed", () => {
    const { host, client, stop, isOld } = connected();
    client.setQueryData(listKeys.organizations("demo"), []);
    client.setQueryData(listKeys.organizations("other"), []);
    host.emit("accounts.changed", [DEMO]);
    expect([isOld(listKeys.organizations("demo")), isOld(listKeys.organizations("other"))]).toEqual([true, false]);
    stop();
  });

  it("is asked for again when the first answer was a failure", async () => {
    const host = hostOf(smallCloud());
    let fails = true;
    host.handle("sessions.list", () => {
      if (fails) throw new ScriptedError({ code: "internal" });
      return [];
    });
    const { stop } = connected(host);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(useShells.getState().loaded).toBe(false);
    fails = false;
    await vi.advanceTimersByTimeAsync(1_500);
    expect(useShells.getState().loaded).toBe(true);
    expect(host.asked("sessions.list")).toHaveLength(2);
    stop();
  });
});
