import { sentenceFor } from "../../../shared/errors.ts";
import { appKey } from "../../../shared/settings.ts";
import { errorInfoOf } from "../../bridge/bridge-error.ts";
import { withMark } from "../../features/apps/app-marks.ts";
import { areShellsSeen, showShells } from "../../features/frame/sidebar.ts";
import { announce } from "../../state/announcer.ts";
import { askToClosePane } from "../../state/close-asked.ts";
import { callGateway } from "../../state/gateway-calls.ts";
import type { Direction, Side } from "../../state/layout.ts";
import { canSplit, neighbourOf } from "../../state/layout.ts";
import { queries } from "../../state/queries.ts";
import { openShell, reopenClosed, retryPane, splitActive } from "../../state/shell-actions.ts";
import { activePane, frontTab, type Pane, sessionOf, useShells } from "../../state/shell-store.ts";
import { activateNeighbour, activateTab, focusPane, toggleZoom } from "../../state/tabs.ts";
import { carrierOf, carriesNothing, type TunnelBrief, useTunnels } from "../../state/tunnel-store.ts";
import type { ShellCommand } from "../command-ids.ts";
import type { Action, CommandContext } from "../context.ts";

/** What changes a shell is not offered while a view covers the shells: nobody would see which one it was. */
function inSight(action: Action): Action {
  return { ...action, when: (context) => areShellsSeen() && (action.when?.(context) ?? true) };
}

/** Something to do with the pane that has the keyboard; not offered without one. */
function withPane(
  run: (context: CommandContext, pane: Pane) => void,
  when: (pane: Pane, context: CommandContext) => boolean = () => true,
): Action {
  const active = (): Pane | undefined => activePane(useShells.getState());
  return {
    when: (context) => {
      const pane = active();
      return pane !== undefined && when(pane, context);
    },
    run: (context) => {
      const pane = active();
      if (pane !== undefined) run(context, pane);
    },
  };
}

function split(side: Side): Action {
  return inSight({
    when: () => {
      const tab = frontTab(useShells.getState());
      return tab !== undefined && canSplit(tab.root);
    },
    run: ({ bridge }) => void splitActive(bridge, side),
  });
}

function focus(direction: Direction): Action {
  return inSight({
    when: () => {
      const tab = frontTab(useShells.getState());
      return tab !== undefined && neighbourOf(tab.root, tab.focused, direction) !== undefined;
    },
    run: () => focusPane(direction),
  });
}

function isSplit(): boolean {
  const tab = frontTab(useShells.getState());
  return tab !== undefined && tab.root.kind !== "leaf";
}

const severalTabs: Action["when"] = () => useShells.getState().tabs.length > 1;

function tabAction(number: number): Action {
  const key = (): string | undefined => useShells.getState().tabs[number - 1]?.key;
  return {
    when: () => key() !== undefined,
    run: () => {
      const wanted = key();
      if (wanted === undefined) return;
      activateTab(wanted);
      // It may be the one in front already, under another view.
      showShells();
    },
  };
}

/** Marks the app of the focused pane, or takes the mark away. */
function production(wanted: boolean): Action {
  return inSight(
    withPane(
      ({ settings, change }, { request }) =>
        change({ marks: withMark(settings().marks, appKey(request), { production: wanted }) }),
      ({ request }, { settings }) => (settings().marks[appKey(request)]?.production === true) !== wanted,
    ),
  );
}

/** A shell that runs, or is about to, has nothing to reconnect. */
function isOver(pane: Pane): boolean {
  if (pane.kind === "asking") return false;
  const session = pane.kind === "session" ? useShells.getState().sessions.get(pane.sessionId) : undefined;
  return session?.state !== "open" && session?.state !== "connecting";
}

/** The tunnel of a shell that is open and that nobody hears: its gateway can be called again. */
function silentTunnel({ bridge, client }: CommandContext, pane: Pane): TunnelBrief | undefined {
  if (sessionOf(useShells.getState(), pane)?.state !== "open") return undefined;
  const apps = client.getQueryData(queries.apps(bridge, pane.request).queryKey);
  const network = apps?.find(({ name }) => name === pane.request.appName)?.network;
  const tunnel = carrierOf(useTunnels.getState().briefs, pane.request, network);
  return carriesNothing(tunnel?.state) ? tunnel : undefined;
}

function reconnect(context: CommandContext, pane: Pane): void {
  const tunnel = silentTunnel(context, pane);
  if (tunnel === undefined) void retryPane(context.bridge, pane);
  else
    callGateway(context.bridge, tunnel.id).catch((reason) => announce(sentenceFor(errorInfoOf(reason).code), "polite"));
}

export const shellActions: Record<ShellCommand, Action> = {
  newShell: withPane(({ bridge }, pane) => void openShell(bridge, pane.request)),
  closeShell: inSight(
    withPane(({ bridge, settings }, pane) => askToClosePane({ bridge, marks: settings().marks }, pane)),
  ),
  reopenClosed: {
    when: () => useShells.getState().closed.length > 0,
    run: ({ bridge }) => {
      void reopenClosed(bridge);
      // Beside a pane of the tab that is in front already, it comes to no other tab.
      showShells();
    },
  },
  splitRight: split("right"),
  splitDown: split("down"),
  zoomPane: inSight({ when: isSplit, run: toggleZoom }),
  focusLeft: focus("left"),
  focusRight: focus("right"),
  focusUp: focus("up"),
  focusDown: focus("down"),
  nextTab: { when: severalTabs, run: () => activateNeighbour(1) },
  previousTab: { when: severalTabs, run: () => activateNeighbour(-1) },
  tab1: tabAction(1),
  tab2: tabAction(2),
  tab3: tabAction(3),
  tab4: tabAction(4),
  tab5: tabAction(5),
  tab6: tabAction(6),
  tab7: tabAction(7),
  tab8: tabAction(8),
  tab9: tabAction(9),
  reconnect: inSight(withPane(reconnect, (pane, context) => isOver(pane) || silentTunnel(context, pane) !== undefined)),
  markProduction: production(true),
  unmarkProduction: production(false),
};
