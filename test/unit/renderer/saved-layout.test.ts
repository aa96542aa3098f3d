// @vitest-environment happy-dom
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Bridge } from "../../../renderer/bridge/bridge.ts";
import { type Layout, leaf, panesOf, rectsOf, splitPane } from "../../../renderer/state/layout.ts";
import { keepLayout, recallLayout } from "../../../renderer/state/layout-keeper.ts";
import { fromSaved, toSaved } from "../../../renderer/state/saved-layout.ts";
import { syncSessions } from "../../../renderer/state/session-sync.ts";
import { addTab, NO_SHELLS, type Pane, sessionPane, useShells } from "../../../renderer/state/shell-store.ts";
import { moveTab } from "../../../renderer/state/tabs.ts";
import { type SavedLayout, type SavedNode, savedLayout } from "../../../shared/layout.ts";
import { hostOf, machine, session, smallCloud } from "../../support/renderer-fixtures.ts";
import { ScriptedError } from "../../support/renderer-scripted-host.ts";
import { seed } from "../../support/seed.ts";

const AMS = machine("m-web-1", "ams");
const request = { accountId: "demo", orgSlug: "harbor", appName: "web", machine: null };
const open = (id: string) => session(id, "web", AMS);
const paneNode = (sessionId: string | null): SavedNode => ({ pane: { request, sessionId } });
const saved = (...tabs: SavedNode[][]): SavedLayout => ({
  version: 1,
  active: 0,
  tabs: tabs.map((nodes) => ({ nodes, focused: 0, zoomed: false })),
});
const TWO: SavedNode[] = [{ split: "row", sizes: [0.25, 0.75] }, paneNode("a"), paneNode("b")];

beforeEach(() => {
  useShells.setState(NO_SHELLS);
  sessionStorage.clear();
});
afterEach(() => vi.useRealTimers());

describe("a layout that was kept", () => {
  it("is the same one again, whatever its tree", () => {
    const steps = fc.array(fc.tuple(fc.nat(), fc.constantFrom("right" as const, "down" as const)), { maxLength: 20 });
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 5 }), fc.nat(), (tabs, front) => {
        const panes = new Map<string, Pane>();
        const made = tabs.map((one, index) => {
          const names = [`t${index}-0`];
          let root: Layout = leaf(`t${index}-0`);
          for (const [at, side] of one) {
            const name = `t${index}-${names.length}`;
            const next = splitPane(root, names[at % names.length]!, side, name);
            if (next !== root) names.push(name);
            root = next;
          }
          for (const key of names) panes.set(key, { key, request, kind: "session", sessionId: key });
          return { key: `tab-${index}`, root, focused: names.at(-1)!, zoomed: false };
        });
        const activeKey = made[front % Math.max(1, made.length)]?.key ?? null;
        const kept = savedLayout.parse(
          JSON.parse(JSON.stringify(toSaved({ tabs: made, panes, sessions: new Map(), activeKey }))),
        );
        const again = fromSaved(kept, [...panes.keys()].map(open), true);
        expect(again.tabs.map(({ root }) => root)).toEqual(made.map(({ root }) => root));
        expect(again.tabs.map(({ focused }) => focused)).toEqual(made.map(({ focused }) => focused));
        const frontAgain = again.tabs.findIndex(({ key }) => key === again.activeKey);
        expect(frontAgain).toBe(made.findIndex(({ key }) => key === activeKey));
      }),
      { seed: seed(), numRuns: 200 },
    );
  });

  it("#13 whatever is in its file, it is refused or makes sound trees", () => {
    const node = fc.oneof(
      fc.constantFrom<unknown>(paneNode("a"), paneNode("b"), paneNode(null), { pane: 1 }, null),
      fc.record({ split: fc.constantFrom("row", "column", "x"), sizes: fc.array(fc.double(), { maxLength: 5 }) }),
      fc.record({ split: fc.constantFrom("row", "column"), sizes: fc.constantFrom([0.5, 0.5], [0.2, 0.3, 0.5]) }),
    );
    const tab = fc.record({ nodes: fc.array(node, { maxLength: 8 }), focused: fc.nat(20), zoomed: fc.boolean() });
    const anything = fc.record({ version: fc.constantFrom(1, 2), active: fc.option(fc.nat(5)), tabs: fc.array(tab) });
    fc.assert(
      fc.property(anything, (value) => {
        const parsed = savedLayout.safeParse(value);
        if (!parsed.success) return;
        const { tabs, panes, activeKey } = fromSaved(parsed.data, [open("a")], true);
        const keys = tabs.flatMap(({ root }) => panesOf(root));
        expect(new Set(keys).size).toBe(keys.length);
        expect(panes.map(({ key }) => key).sort()).toEqual([...keys].sort());
        expect(tabs.length === 0 || tabs.some(({ key }) => key === activeKey)).toBe(true);
        for (const one of tabs) {
          expect(panesOf(one.root)).toContain(one.focused);
          const area = [...rectsOf(one.root).values()].reduce(
            (sum, rect) => sum + (rect.right - rect.left) * (rect.bottom - rect.top),
            0,
          );
          expect(area).toBeCloseTo(1, 6);
        }
      }),
      { seed: seed(), numRuns: 500 },
    );
  });

  it("a list that is no one tree, or nests without end, is refused", () => {
    const split: SavedNode = { split: "row", sizes: [0.5, 0.5] };
    for (const nodes of [[], [split], [split, paneNode("a")], [paneNode("a"), paneNode("b")], Array(31).fill(split)]) {
      expect(savedLayout.safeParse(saved(nodes)).success).toBe(false);
    }
    expect(savedLayout.safeParse({ ...saved(TWO), version: 2 }).success).toBe(false);
    expect(savedLayout.safeParse(saved(TWO)).success).toBe(true);
  });

  it("a shell that is gone comes back as text, or not at all when nobody wants that", () => {
    const back = fromSaved(saved(TWO), [open("b")], true);
    expect(back.panes).toMatchObject([
      { kind: "restored", sessionId: "a" },
      { kind: "session", sessionId: "b" },
    ]);
    const without = fromSaved(saved(TWO, [paneNode("x")]), [open("b")], false);
    expect(without.panes).toMatchObject([{ kind: "session", sessionId: "b" }]);
    expect(without.tabs).toHaveLength(1);
  });

  it("a shell that it names twice is shown once, one that it does not name gets a tab behind the others", () => {
    const { tabs, panes } = fromSaved(saved(TWO, [paneNode("a")]), [open("a"), open("b"), open("c")], true);
    expect(panes.map(({ key }) => key)).toEqual(["a", "b", "c"]);
    expect(tabs.map(({ root }) => panesOf(root))).toEqual([["a", "b"], ["c"]]);
  });
});

describe("keeping it", () => {
  async function kept() {
    vi.useFakeTimers();
    const cloud = { ...smallCloud(), sessions: [open("a"), open("b")] };
    const host = hostOf(cloud);
    const bridge = new Bridge(host.link);
    const stop = keepLayout(bridge);
    await syncSessions(bridge);
    return { cloud, host, bridge, stop };
  }
  const move = () => moveTab(useShells.getState().tabs[0]!.key, 1);

  it("#13 is done within a second of a change, and once for several", async () => {
    const { host, stop } = await kept();
    await vi.advanceTimersByTimeAsync(2000);
    expect(host.asked("layout.set")).toEqual([]);
    move();
    addTab(sessionPane(open("c")));
    await vi.advanceTimersByTimeAsync(1000);
    expect(host.asked("layout.set")).toHaveLength(1);
    expect(host.asked("layout.set")).toMatchObject([{ layout: { tabs: [{}, {}, {}], active: 2 } }]);
    stop();
  });

  it("does not wait when the page goes away, which keeps a copy of its own", async () => {
    const { host, stop } = await kept();
    move();
    window.dispatchEvent(new Event("pagehide"));
    await vi.advanceTimersByTimeAsync(0);
    expect(host.asked("layout.set")).toHaveLength(1);
    expect(recallLayout()).toEqual((host.asked("layout.set")[0] as { layout: SavedLayout }).layout);
    stop();
  });

  it("what could not be said is said when the link is back", async () => {
    const { host, stop } = await kept();
    host.setLink("lost");
    move();
    await vi.advanceTimersByTimeAsync(1000);
    expect(host.asked("layout.set")).toEqual([]);
    host.setLink("open");
    await vi.advanceTimersByTimeAsync(1000);
    expect(host.asked("layout.set")).toHaveLength(1);
    stop();
  });

  it("what the host did not take is said again with the next change, also one that it does not show", async () => {
    const { host, stop } = await kept();
    host.handle("layout.set", () => {
      throw new ScriptedError({ code: "storage" });
    });
    addTab(sessionPane(open("c")));
    await vi.advanceTimersByTimeAsync(1000);
    useShells.setState(({ tabs }) => ({ tabs: [...tabs] }));
    await vi.advanceTimersByTimeAsync(1000);
    expect(host.asked("layout.set")).toHaveLength(2);
    stop();
  });

  it.each(["junk", "null", '{"layout":{"version":9}}'])("a copy that is %s is as good as none", (text) => {
    sessionStorage.setItem("culvert.layout", text);
    expect(recallLayout()).toBeNull();
  });
});

describe("the engine", () => {
  it("#12 a reload finds the shells in the places that this window gave them", async () => {
    sessionStorage.setItem("culvert.layout", JSON.stringify({ layout: saved(TWO) }));
    const cloud = {
      ...smallCloud(),
      sessions: [open("b"), open("a")],
      layout: saved([paneNode("b")], [paneNode("a")]),
    };
    await syncSessions(new Bridge(hostOf(cloud).link));
    expect(useShells.getState().tabs.map(({ root }) => panesOf(root))).toEqual([["a", "b"]]);
  });

  it("#12 that was started again leaves every pane in its place, to connect again", async () => {
    const cloud = { ...smallCloud(), sessions: [open("a"), open("b")], layout: saved(TWO) };
    const bridge = new Bridge(hostOf(cloud).link);
    await syncSessions(bridge);
    cloud.sessions = [];
    cloud.run = "run-2";
    await syncSessions(bridge);
    const { tabs, panes, engineRestarted } = useShells.getState();
    expect(tabs.map(({ root }) => panesOf(root))).toEqual([["a", "b"]]);
    expect([...panes.values()]).toMatchObject([
      { kind: "restored", sessionId: "a", lost: true },
      { kind: "restored", sessionId: "b", lost: true },
    ]);
    expect(engineRestarted).toBe(true);
  });
});
