// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Bridge } from "../../../renderer/bridge/bridge.ts";
import { announceSession, useAnnouncer } from "../../../renderer/state/announcer.ts";
import { leaf, splitPane } from "../../../renderer/state/layout.ts";
import { syncSessions } from "../../../renderer/state/session-sync.ts";
import { acceptHostKey, closePane, openShell, retryPane } from "../../../renderer/state/shell-actions.ts";
import {
  addTab,
  dropSession,
  markOf,
  NO_SHELLS,
  type Pane,
  putSession,
  putTab,
  rememberClosed,
  type ShellRequest,
  sessionPane,
  setPaneMark,
  takeClosed,
  useShells,
} from "../../../renderer/state/shell-store.ts";
import { Slots } from "../../../renderer/state/slots.ts";
import { activateNeighbour, activateTab, moveTab, toggleZoom } from "../../../renderer/state/tabs.ts";
import { carrierOf, rttOf, takeTunnels, tunnelOf, useTunnels } from "../../../renderer/state/tunnel-store.ts";
import { hostOf, machine, session, smallCloud, tunnel } from "../../support/renderer-fixtures.ts";
import { ScriptedError } from "../../support/renderer-scripted-host.ts";

const WEB: ShellRequest = { accountId: "demo", orgSlug: "harbor", appName: "web", machine: null };
const AMS = machine("m-web-1", "ams");
const panes = (): Pane[] =>
  useShells.getState().tabs.flatMap((tab) => useShells.getState().panes.get(tab.focused) ?? []);
const keys = () => panes().map(({ key }) => key);
const kinds = () => panes().map(({ kind }) => kind);
const tabOf = (pane: string) => useShells.getState().tabs.find(({ focused }) => focused === pane)?.key ?? "none";
const active = () =>
  useShells.getState().tabs.find(({ key }) => key === useShells.getState().activeKey)?.focused ?? null;

beforeEach(() => {
  useShells.setState(NO_SHELLS);
  useTunnels.setState({ tunnels: [], history: new Map() });
  sessionStorage.clear();
});

describe("opening a shell", () => {
  it("shows a tab before the host has answered, and its session after", async () => {
    const host = hostOf(smallCloud()).handle("sessions.open", () => session("s1", "web", AMS));
    const opening = openShell(new Bridge(host.link), WEB);
    expect(kinds()).toEqual(["asking"]);
    await opening;
    expect(kinds()).toEqual(["session"]);
    expect(host.asked("sessions.open")).toEqual([
      { accountId: "demo", orgSlug: "harbor", appName: "web", sessionId: expect.any(String), columns: 80, rows: 24 },
    ]);
  });

  it("names the machine only when one was asked for", async () => {
    const host = hostOf(smallCloud()).handle("sessions.open", () => session("s1", "web", AMS));
    await openShell(new Bridge(host.link), { ...WEB, machine: { id: "m-web-2", name: "m-web-2", region: "fra" } });
    expect(host.asked("sessions.open")).toMatchObject([{ machineId: "m-web-2" }]);
  });

  it("keeps a refusal in the tab, where it can be tried again", async () => {
    let stopped = true;
    const host = hostOf(smallCloud()).handle("sessions.open", () => {
      if (stopped) throw new ScriptedError({ code: "machine-stopped", detail: "m-web-3" });
      return session("s1", "web", AMS);
    });
    const bridge = new Bridge(host.link);
    await openShell(bridge, WEB);
    expect(panes()).toMatchObject([{ kind: "refused", error: { code: "machine-stopped" } }]);
    stopped = false;
    await retryPane(bridge, panes()[0]!);
    expect(kinds()).toEqual(["session"]);
  });

  it("keeps what an event said before the answer came", async () => {
    const host = hostOf(smallCloud());
    const bridge = new Bridge(host.link);
    bridge.on("session.changed", putSession);
    host.handle("sessions.open", () => {
      host.emit("session.changed", session("s1", "web", AMS, { state: "open" }));
      return session("s1", "web", AMS, { state: "connecting" });
    });
    await openShell(bridge, WEB);
    expect(useShells.getState().sessions.get("s1")?.state).toBe("open");
  });

  it("closes the shell of a tab that was closed meanwhile", async () => {
    const cloud = smallCloud();
    const host = hostOf(cloud).handle("sessions.open", () => session("s1", "web", AMS));
    const bridge = new Bridge(host.link);
    const opening = openShell(bridge, WEB);
    closePane(bridge, panes()[0]!);
    await opening;
    expect(keys()).toEqual([]);
    expect(host.asked("sessions.close")).toEqual([{ sessionId: "s1" }]);
  });

  it("accepts the host key that was shown, and only then connects again", async () => {
    const cloud = smallCloud();
    const change = { alias: "a", knownFingerprint: "SHA256:old", offeredFingerprint: "SHA256:new" };
    const failed = session("s1", "web", AMS, { state: "failed", hostKeyChange: change });
    cloud.sessions = [failed];
    const host = hostOf(cloud).handle("sessions.acceptHostKey", () => ({}));
    addTab(sessionPane(failed));
    putSession(failed);
    await acceptHostKey(new Bridge(host.link), panes()[0]!, failed);
    expect(host.requests.map(({ name }) => name)).toEqual(["sessions.acceptHostKey", "sessions.reopen"]);
    expect(host.asked("sessions.acceptHostKey")).toEqual([{ sessionId: "s1", offeredFingerprint: "SHA256:new" }]);
  });
});

describe("tabs", () => {
  const three = () => {
    for (const id of ["a", "b", "c"]) addTab(sessionPane(session(id, "web", AMS)));
  };

  it("closing the one in front brings its right neighbour, at the end its left one", () => {
    three();
    activateTab(tabOf("b"));
    dropSession("b");
    expect([keys(), active()]).toEqual([["a", "c"], "c"]);
    dropSession("c");
    dropSession("a");
    expect([keys(), active()]).toEqual([[], null]);
  });

  it("closing another one leaves the front as it is", () => {
    three();
    dropSession("a");
    expect(active()).toBe("c");
  });

  it("neighbours go round", () => {
    three();
    activateNeighbour(1);
    expect(active()).toBe("a");
    activateNeighbour(-1);
    expect(active()).toBe("c");
  });

  it("moves keep every tab", () => {
    three();
    moveTab(tabOf("a"), 2);
    expect(keys()).toEqual(["b", "c", "a"]);
    moveTab(tabOf("a"), 0);
    expect(keys()).toEqual(["a", "b", "c"]);
  });

  it("have news only while another is in front", () => {
    three();
    setPaneMark("c", { news: true });
    setPaneMark("a", { news: true });
    expect(keys().map((key) => markOf(useShells.getState(), key).news)).toEqual([true, false, false]);
    activateTab(tabOf("a"));
    expect(keys().map((key) => markOf(useShells.getState(), key).news)).toEqual([false, false, false]);
  });
});

describe("a tab of several panes", () => {
  const pane = (key: string): Pane => ({ key, request: WEB, kind: "session", sessionId: key });
  const root = splitPane(splitPane(leaf("a"), "a", "right", "b"), "b", "right", "c");
  const zoomed = (gone: string) => {
    putTab({ key: "three", root, focused: "a", zoomed: true }, ["a", "b", "c"].map(pane));
    dropSession(gone);
    return useShells.getState().tabs[0]?.zoomed;
  };

  it("shows all that are left when the zoomed one goes", () => {
    expect(zoomed("a")).toBe(false);
  });

  it("stays zoomed when another one goes", () => {
    expect(zoomed("b")).toBe(true);
  });
});

describe("what is told to a screen reader", () => {
  it.each([
    ["open", "assertive"],
    ["connecting", "polite"],
  ] as const)("a shell that fails after it was %s is told %s", (state, how) => {
    vi.useFakeTimers();
    useAnnouncer.setState({ polite: "", assertive: "" });
    const failed = session("s1", "web", AMS, { state: "failed", error: { code: "gateway-silent" } });
    announceSession(session("s1", "web", AMS, { state }), failed);
    const { polite, assertive } = useAnnouncer.getState();
    expect({ polite: polite !== "", assertive: assertive !== "" }).toEqual({
      polite: how === "polite",
      assertive: how === "assertive",
    });
    vi.runAllTimers();
    vi.useRealTimers();
  });
});

describe("the sessions of the host", () => {
  const list = () => [
    session("late", "web", AMS, { createdAt: 3 }),
    session("first", "web", AMS, { createdAt: 1 }),
    session("second", "web", AMS, { createdAt: 2 }),
  ];

  it("come back as tabs in the order in which they were opened, the last one in front", async () => {
    const cloud = { ...smallCloud(), sessions: list() };
    await syncSessions(new Bridge(hostOf(cloud).link));
    expect([keys(), active()]).toEqual([["first", "second", "late"], "late"]);
  });

  it("come behind a tab that a person opened meanwhile, which stays in front", async () => {
    addTab(sessionPane(session("mine", "web", AMS)));
    const front = useShells.getState().activeKey;
    await syncSessions(new Bridge(hostOf({ ...smallCloud(), sessions: list() }).link));
    expect(useShells.getState().activeKey).toBe(front);
    expect(active()).toBe("mine");
  });

  it("that ended while the link was lost lose their tab; others keep theirs, new ones of other windows get none", async () => {
    const cloud = { ...smallCloud(), sessions: list() };
    const bridge = new Bridge(hostOf(cloud).link);
    await syncSessions(bridge);
    cloud.sessions = [...list().filter(({ id }) => id !== "second"), session("elsewhere", "web", AMS)];
    await syncSessions(bridge);
    expect(keys()).toEqual(["first", "late"]);
  });
});

describe("tunnel figures", () => {
  it("become rates over the time that passed", () => {
    takeTunnels([tunnel({ bytesIn: 1000, bytesOut: 0 })], 10_000);
    takeTunnels([tunnel({ bytesIn: 3000, bytesOut: 500 })], 12_000);
    const { history, tunnels } = useTunnels.getState();
    expect(tunnels[0] && history.get(tunnels[0].id)?.samples.at(-1)).toMatchObject({
      at: 12_000,
      downRate: 1000,
      upRate: 250,
    });
  });

  it("two answers at the same moment make no rate, and lose no bytes", () => {
    takeTunnels([tunnel({ bytesIn: 0 })], 0);
    takeTunnels([tunnel({ bytesIn: 500 })], 10);
    takeTunnels([tunnel({ bytesIn: 1000 })], 1000);
    const { history } = useTunnels.getState();
    expect(history.get("tunnel-1")?.samples.map(({ downRate }) => downRate)).toEqual([1000]);
  });

  it("of a tunnel that was made anew make no negative rate", () => {
    takeTunnels([tunnel({ bytesIn: 9000 })], 0);
    takeTunnels([tunnel({ bytesIn: 10 })], 1000);
    takeTunnels([tunnel({ bytesIn: 110 })], 2000);
    const { history } = useTunnels.getState();
    expect(history.get("tunnel-1")?.samples.map(({ downRate }) => downRate)).toEqual([100]);
  });

  it("are kept for a quarter of an hour and forgotten with their tunnel", () => {
    for (let at = 0; at < 1000; at += 1) takeTunnels([tunnel({ bytesIn: at })], at * 1000);
    expect(useTunnels.getState().history.get("tunnel-1")?.samples).toHaveLength(900);
    takeTunnels([], 1_001_000);
    expect(useTunnels.getState().history.size).toBe(0);
  });

  it("come from the tunnel of the shell in front, rather from one that is up", () => {
    const list = [tunnel({ id: "1", state: "failed" }), tunnel({ id: "2" }), tunnel({ id: "3", orgSlug: "ada" })];
    expect(tunnelOf(list, { accountId: "demo", orgSlug: "harbor" })?.id).toBe("2");
    expect(tunnelOf(list, { accountId: "demo", orgSlug: "ada" })?.id).toBe("3");
    expect(tunnelOf(list, { accountId: "fly", orgSlug: "ada" })).toBeUndefined();
  });

  it("N8 an app's is that of its network, and any of the organization's while the network is not known", () => {
    const list = [tunnel({ state: "silent" }), tunnel({ id: "t2", network: "staging" })];
    const harbor = { accountId: "demo", orgSlug: "harbor" };
    expect(carrierOf(list, harbor, null)?.state).toBe("silent");
    expect(carrierOf(list, harbor, "staging")?.id).toBe("t2");
    expect(carrierOf(list, harbor, undefined)?.state).toBe("up");
    expect(carrierOf(list, harbor, "other")).toBeUndefined();
  });
});

describe("slots", () => {
  it("run so many at a time, all in the end, also after a failure", async () => {
    const slots = new Slots(2);
    let running = 0;
    let most = 0;
    const task = async (index: number): Promise<number> => {
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      running -= 1;
      if (index === 1) throw new Error("one");
      return index;
    };
    const { signal } = new AbortController();
    const results = await Promise.allSettled([0, 1, 2, 3, 4].map((index) => slots.run(() => task(index), signal)));
    expect(most).toBe(2);
    expect(results.map(({ status }) => status)).toEqual([
      "fulfilled",
      "rejected",
      "fulfilled",
      "fulfilled",
      "fulfilled",
    ]);
  });

  it("do not start what was given up meanwhile, and pass its slot on", async () => {
    const slots = new Slots(1);
    const given = new AbortController();
    const open = new AbortController();
    const started: string[] = [];
    const run = (name: string, signal: AbortSignal) => slots.run(async () => void started.push(name), signal);
    const all = Promise.allSettled([run("a", open.signal), run("b", given.signal), run("c", open.signal)]);
    given.abort();
    await all;
    expect(started).toEqual(["a", "c"]);
  });
});

describe("what a person has seen", () => {
  const root = splitPane(leaf("a"), "a", "right", "b");

  it("is the zoomed pane alone: a bell behind it still rings when all panes show again", () => {
    const pane = (key: string): Pane => ({ key, request: WEB, kind: "session", sessionId: key });
    addTab(pane("other"));
    putTab({ key: "both", root, focused: "a", zoomed: true }, [pane("a"), pane("b")]);
    activateTab(tabOf("other"));
    setPaneMark("a", { news: true });
    setPaneMark("b", { bell: true });
    activateTab("both");
    expect(markOf(useShells.getState(), "a").news).toBe(false);
    expect(markOf(useShells.getState(), "b").bell).toBe(true);
    toggleZoom();
    expect(markOf(useShells.getState(), "b").bell).toBe(false);
  });

  it("tells its store of a zoom once", () => {
    putTab({ key: "both", root, focused: "a", zoomed: false }, []);
    const told = vi.fn();
    const stop = useShells.subscribe(told);
    toggleZoom();
    stop();
    expect(told).toHaveBeenCalledTimes(1);
  });
});

it("the last 20 closed tabs can be opened again, the latest first", () => {
  for (let index = 0; index < 21; index += 1)
    rememberClosed({ root: leaf(`p${index}`), requests: new Map(), index, from: null });
  const again = Array.from({ length: 21 }, () => takeClosed()?.index);
  expect(again).toEqual([...Array.from({ length: 20 }, (_, step) => 20 - step), undefined]);
});

it.each([
  [{ state: "up", rttMs: 31, handshakeRttMs: 40 }, 31],
  [{ state: "up", rttMs: null, handshakeRttMs: 40 }, 40],
  [{ state: "silent", rttMs: 31, handshakeRttMs: 40 }, null],
] as const)("the round trip of %o is %s", (change, rtt) => {
  expect(rttOf(tunnel(change))).toBe(rtt);
});
