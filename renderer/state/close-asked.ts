import { create } from "zustand";
import { appKey, type Settings } from "../../shared/settings.ts";
import { shownName } from "../../shared/visible-text.ts";
import type { Bridge } from "../bridge/bridge.ts";
import { panesOf } from "./layout.ts";
import { closePane, closeTab } from "./shell-actions.ts";
import { type Pane, sessionOf, type Tab, useShells } from "./shell-store.ts";

/** What a person is asked before shells end by a slip of the pointer or of a key. */
export interface ClosingQuestion {
  readonly what: "pane" | "tab" | "tabs";
  /** Of the first shell that ends. */
  readonly app: string;
  readonly tabs: number;
  readonly shells: number;
  /** The apps in production among them. */
  readonly production: readonly string[];
  close(): void;
}

export const useClosing = create<{ readonly question: ClosingQuestion | null }>(() => ({ question: null }));

/** Every route that closes what runs comes here: a tab, a menu, a key. What is over, or was never there, is closed at once. */
export interface Closer {
  readonly bridge: Bridge;
  readonly marks: Settings["marks"];
}

export function askToClosePane({ bridge, marks }: Closer, pane: Pane): void {
  ask({ what: "pane", tabs: 0, close: () => closePane(bridge, pane) }, [pane], marks);
}

export function askToCloseTab(closer: Closer, key: string): void {
  askToCloseTabs("tab", closer, ({ tabs }) => tabs.filter((tab) => tab.key === key));
}

/** Every tab but this one; without a key, but the one in front. */
export function askToCloseOthers(closer: Closer, key = useShells.getState().activeKey): void {
  askToCloseTabs("tabs", closer, ({ tabs }) => tabs.filter((tab) => tab.key !== key));
}

function askToCloseTabs(
  what: "tab" | "tabs",
  { bridge, marks }: Closer,
  choose: (state: { readonly tabs: readonly Tab[] }) => readonly Tab[],
): void {
  const state = useShells.getState();
  const tabs = choose(state);
  const panes = tabs.flatMap(({ root }) => panesOf(root)).flatMap((key) => state.panes.get(key) ?? []);
  const close = (): void => {
    for (const { key } of tabs) closeTab(bridge, key);
  };
  ask({ what, tabs: tabs.length, close }, panes, marks);
}

/** Of several live shells, or of one in production. */
function ask(
  about: Pick<ClosingQuestion, "what" | "tabs" | "close">,
  panes: readonly Pane[],
  marks: Settings["marks"],
): void {
  const state = useShells.getState();
  const live = panes.filter((pane) => ["open", "connecting"].includes(sessionOf(state, pane)?.state ?? ""));
  const marked = live.filter(({ request }) => marks[appKey(request)]?.production === true);
  const production = [...new Set(marked.map(({ request }) => shownName(request.appName)))];
  const [first] = live;
  if (first === undefined || (live.length < 2 && production.length === 0)) {
    about.close();
    return;
  }
  const app = shownName(first.request.appName);
  useClosing.setState({ question: { ...about, app, shells: live.length, production } });
}
