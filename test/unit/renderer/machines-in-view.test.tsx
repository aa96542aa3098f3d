// @vitest-environment happy-dom
import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, renderHook } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Bridge } from "../../../renderer/bridge/bridge.ts";
import { BridgeProvider } from "../../../renderer/bridge/bridge-context.ts";
import type { AppRow } from "../../../renderer/features/apps/tree-model.ts";
import { useMachinesInView } from "../../../renderer/features/apps/use-machines-in-view.ts";
import { makeQueryClient } from "../../../renderer/state/queries.ts";
import { app, DEMO, hostOf, org, smallCloud } from "../../support/renderer-fixtures.ts";

const ORG = org("harbor", "Harbor");
/** How long rows must rest before they are asked about. */
const REST_MS = 120;

const row = (name: string, parentKey = "org"): AppRow => ({
  kind: "app",
  key: `${parentKey}/${name}`,
  level: 3,
  parentKey,
  account: DEMO,
  org: ORG,
  app: app(name, ORG.slug),
  machines: undefined,
  open: false,
});
const rows = (...names: string[]): AppRow[] => names.map((name) => row(name));

let client: QueryClient;
let answers: (() => void)[] = [];

/** Draws `first` and whatever is shown later; `slow`: a call is answered when `answers` says so. */
function tree(first: readonly AppRow[], slow = false) {
  const host = hostOf(smallCloud()).handle("machines.list", async () => {
    if (slow) await new Promise<void>((resolve) => answers.push(resolve));
    return [];
  });
  const bridge = new Bridge(host.link);
  const { rerender, unmount } = renderHook(({ seen }) => useMachinesInView(seen), {
    initialProps: { seen: first },
    wrapper: ({ children }: { children: ReactNode }) => (
      <BridgeProvider value={bridge}>
        <QueryClientProvider client={client}>{children}</QueryClientProvider>
      </BridgeProvider>
    ),
  });
  return {
    show: (seen: readonly AppRow[]) => rerender({ seen }),
    unmount,
    asked: () => host.asked("machines.list").map((input) => (input as { appName: string }).appName),
  };
}

/** Lets this much time pass, and what is due happen. */
const pass = (ms: number): Promise<void> => act(() => vi.advanceTimersByTimeAsync(ms).then(() => undefined));
async function answerAll(): Promise<void> {
  while (answers.length > 0) {
    for (const answer of answers.splice(0)) answer();
    await pass(0);
  }
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  client = makeQueryClient();
});

afterEach(async () => {
  cleanup();
  // The slots for asking are the module's: none may stay taken.
  await answerAll();
  answers = [];
  client.clear();
  vi.useRealTimers();
});

describe("machines of the rows in view", () => {
  it("the first rows are asked about at once, a pinned app once", async () => {
    const { asked } = tree([row("a", "pins"), row("a"), row("b")]);
    await pass(0);
    expect(asked()).toEqual(["a", "b"]);
  });

  it("rows scrolled to are asked about when they have rested, those still there not again", async () => {
    const { show, asked } = tree(rows("a", "b"));
    await pass(0);
    show(rows("b", "c"));
    await pass(REST_MS - 1);
    expect(asked()).toEqual(["a", "b"]);
    await pass(1);
    expect(asked()).toEqual(["a", "b", "c"]);
  });

  it("scrolling on begins the rest anew: of what flew by nothing is asked", async () => {
    const { show, asked } = tree(rows("a"));
    await pass(0);
    for (const name of ["b", "c", "d"]) {
      show(rows(name));
      await pass(REST_MS - 1);
    }
    expect(asked()).toEqual(["a"]);
    await pass(1);
    expect(asked()).toEqual(["a", "d"]);
  });

  it("the same rows drawn anew rest on", async () => {
    const { show, asked } = tree(rows("a"));
    await pass(0);
    show(rows("b"));
    await pass(REST_MS - 1);
    show(rows("b"));
    await pass(1);
    expect(asked()).toEqual(["a", "b"]);
  });

  it("what waits its turn is taken back when its row has left, and when the tree has", async () => {
    const { show, unmount, asked } = tree(rows("a", "b", "c", "d", "e", "f"), true);
    await pass(0);
    const turn = ["a", "b", "c", "d"];
    expect(asked()).toEqual(turn);
    show(rows("f", "g", "h"));
    await pass(REST_MS);
    answers.shift()?.();
    await pass(0);
    expect(asked()).toEqual([...turn, "f"]);
    show(rows("i"));
    await pass(REST_MS - 1);
    unmount();
    await pass(1);
    await answerAll();
    expect(asked()).toEqual([...turn, "f"]);
  });
});
