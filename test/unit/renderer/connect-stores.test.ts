// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Bridge } from "../../../renderer/bridge/bridge.ts";
import { connectStores } from "../../../renderer/state/connect-stores.ts";
import { leaf } from "../../../renderer/state/layout.ts";
import { listKeys, makeQueryClient } from "../../../renderer/state/queries.ts";
import { NO_SHELLS, useShells } from "../../../renderer/state/shell-store.ts";
import { useTree } from "../../../renderer/state/tree-store.ts";
import { DEMO, hostOf, machine, session, smallCloud } from "../../support/renderer-fixtures.ts";
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

describe("a host that another window renames", () => {
  const at = { accountId: "office", orgSlug: "config" };
  const request = { ...at, appName: "good", machine: { id: "good", name: "10.8.0.3", region: "" } };
  const named = { ...request, appName: "better", machine: { ...request.machine, id: "better" } };

  it("is called so in panes without a live shell, in what was closed and in the tree's current row", async () => {
    const { host, client, stop, isOld } = connected();
    await vi.advanceTimersByTimeAsync(1);
    const pane = { key: "p1", sessionId: "s1", request, kind: "restored", lost: false } as const;
    const closed = { root: leaf("p2"), requests: new Map([["p2", request]]), index: 0, from: null };
    useShells.setState({ panes: new Map([["p1", pane]]), closed: [closed] });
    useTree.setState({ currentKey: "app/office/config/good" });
    client.setQueryData(listKeys.apps("office", "config"), []);
    host.emit("host.renamed", { ...at, appName: "good", name: "better" });
    expect(useShells.getState().panes.get("p1")?.request).toEqual(named);
    expect(useShells.getState().closed[0]?.requests.get("p2")).toEqual(named);
    expect(useTree.getState().currentKey).toBe("app/office/config/better");
    expect(isOld(listKeys.apps("office", "config"))).toBe(true);
    stop();
  });

  it("while this one has no link is called so in the panes of its shells when the link is back", async () => {
    const cloud = smallCloud();
    const target = { ...at, appName: "good", machineId: "good", machineName: "10.8.0.3", region: "" };
    const live = session("s1", "good", machine("good", ""), { target });
    cloud.sessions = [live];
    const { host, stop } = connected(hostOf(cloud));
    await vi.advanceTimersByTimeAsync(1);
    host.setLink("lost");
    cloud.sessions = [{ ...live, target: { ...target, appName: "better", machineId: "better" } }];
    host.setLink("open");
    await vi.advanceTimersByTimeAsync(1);
    expect([...useShells.getState().panes.values()].map((pane) => pane.request)).toEqual([named]);
    stop();
  });
});
