import { Tabs } from "@base-ui/react/tabs";
import { Bell, X } from "lucide-react";
import { type MouseEvent, memo, useEffect, useRef } from "react";
import { appKey } from "../../../shared/settings.ts";
import { shownName } from "../../../shared/visible-text.ts";
import { useBridge } from "../../bridge/bridge-context.ts";
import { askToCloseTab } from "../../state/close-asked.ts";
import { panesOf } from "../../state/layout.ts";
import { useNetworkName } from "../../state/network-names.ts";
import { useSettings } from "../../state/queries.ts";
import { type Pane, sessionOf, type Tab, useShells } from "../../state/shell-store.ts";
import { strings } from "../../strings.ts";
import { Badge } from "../../ui/Badge.tsx";
import { cx } from "../../ui/class-names.ts";
import { shortId } from "../../ui/format.ts";
import { MiddleText } from "../../ui/MiddleText.tsx";
import { StatusShape } from "../../ui/StatusShape.tsx";
import { NO_APP_MARK } from "../apps/app-marks.ts";
import { terminalOf } from "./open-terminals.ts";
import { ProgressRing } from "./panes/ProgressRing.tsx";
import { panelId, tabId } from "./tab-ids.ts";
import { onTabKey } from "./tab-keys.ts";
import { spokenMark } from "./tab-state.ts";
import { useDescription } from "./use-description.ts";
import { useTabMark } from "./use-tab-mark.ts";

/**
 * A tab: state, app, machine, region, and its marks. The cross is for the pointer only, since a tab may hold no other
 * control: with the keyboard Delete closes, and the menu of the tab and the list of shells have the same command.
 */
export const ShellTabItem = memo(function ShellTabItem({ tab, pane }: { tab: Tab; pane: Pane }) {
  const bridge = useBridge();
  const session = useShells((state) => sessionOf(state, pane));
  const isActive = useShells((state) => state.activeKey === tab.key);
  const mark = useTabMark(tab);
  const { marks } = useSettings();
  const appMark = marks[appKey(pane.request)] ?? NO_APP_MARK;
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const tab = element.current;
    const strip = tab?.parentElement;
    if (!isActive || tab == null || strip == null) return;
    // An observer tells at once, and again whenever the strip has more or less room.
    const observer = new ResizeObserver(() => tab.scrollIntoView({ block: "nearest", inline: "nearest" }));
    observer.observe(strip);
    return () => observer.disconnect();
  }, [isActive]);

  const { word, machine, region, exit } = useDescription(pane, session);
  const count = panesOf(tab.root).length;
  const apart = useApart(tab, pane);
  const close = (): void => askToCloseTab({ bridge, marks }, tab.key);
  const facts = [
    shownName(pane.request.appName),
    apart.network ?? "",
    machine,
    region,
    word,
    exit ?? "",
    count > 1 ? strings.panes.count(count) : "",
    appMark.production ? strings.panes.production : "",
    ...spokenMark(mark),
  ].filter(Boolean);
  return (
    <Tabs.Tab
      ref={element}
      value={tab.key}
      id={tabId(tab.key)}
      nativeButton={false}
      render={<div />}
      title={[...facts, session?.remoteTitle].filter(Boolean).join(" · ")}
      aria-label={facts.join(", ")}
      aria-controls={panelId(tab.key)}
      aria-keyshortcuts="Delete"
      data-tab={tab.key}
      draggable
      onClick={(event) => {
        if (!isCross(event)) {
          terminalOf(pane.key)?.focus();
          return;
        }
        event.preventBaseUIHandler();
        close();
      }}
      onMouseDown={(event: MouseEvent) => {
        if (event.button === 1) event.preventDefault();
      }}
      onAuxClick={(event: MouseEvent) => {
        if (event.button === 1) close();
      }}
      onKeyDown={(event) => onTabKey(event, tab.key, close)}
      className={cx(
        "group focus-inset relative flex max-w-72 shrink items-center gap-2 border-r border-line pr-1 pl-3 text-text-2 hover:bg-hover data-active:bg-canvas data-active:text-text",
        apart.needed ? "min-w-44" : "min-w-32",
      )}
    >
      <span
        className="absolute inset-x-0 top-0 h-0.5 bg-accent opacity-0 group-data-active:opacity-100"
        aria-hidden="true"
      />
      <Stripe colour={appMark.colour} />
      <TabFace
        pane={pane}
        count={count}
        mark={mark}
        production={appMark.production}
        isActive={isActive}
        apart={apart}
      />
      <Cross news={mark.news} bell={mark.bell} isActive={isActive} />
    </Tabs.Tab>
  );
});

/** The colour that a person gave the app. */
function Stripe({ colour }: { colour: string }) {
  if (colour === "none") return null;
  return (
    <span
      className="absolute inset-x-0 bottom-0 h-0.5"
      style={{ background: `var(--mark-${colour})` }}
      aria-hidden="true"
    />
  );
}

interface TabFaceProps {
  pane: Pane;
  count: number;
  mark: ReturnType<typeof useTabMark>;
  production: boolean;
  isActive: boolean;
  apart: Apart;
}

interface Apart {
  /** Another tab has the same app's name. */
  readonly needed: boolean;
  /** Of another network: then this one's name says more than the machine's. */
  readonly network: string | null;
}

/** What tells this tab from others of the same name. */
function useApart(tab: Tab, { request }: Pane): Apart {
  const networkOf = useNetworkName();
  const others = useShells((state) => {
    const alike = state.tabs.flatMap(({ key, focused }) => {
      const other = key === tab.key ? undefined : state.panes.get(focused)?.request;
      return other?.appName === request.appName ? [other] : [];
    });
    if (alike.length === 0) return "none";
    return alike.some((other) => other.accountId !== request.accountId || other.orgSlug !== request.orgSlug)
      ? "elsewhere"
      : "here";
  });
  return { needed: others !== "none", network: others === "elsewhere" ? networkOf(request) : null };
}

function TabFace({ pane, count, mark, production, isActive, apart }: TabFaceProps) {
  const session = useShells((state) => sessionOf(state, pane));
  const { status, machine, region, exit } = useDescription(pane, session);
  return (
    <>
      {mark.progress === null || status === "silent" ? (
        <StatusShape status={status} />
      ) : (
        <ProgressRing progress={mark.progress} />
      )}
      <span className="flex min-w-0 items-baseline" aria-hidden="true">
        <bdi
          className={cx(
            "truncate",
            "shrink",
            apart.needed && "min-w-[3ch]",
            isActive && "font-medium",
            mark.news && "font-semibold text-text",
          )}
        >
          {shownName(pane.request.appName)}
        </bdi>
        {(machine !== "" || region !== "") && (
          <Where
            machine={machine === "" ? "" : (apart.network ?? shortId(machine))}
            region={region}
            keepsMachine={apart.needed}
          />
        )}
        {exit !== null && <span className="ml-1.5 shrink-0 text-xs text-warn">{exit}</span>}
        {count > 1 && <span className="ml-1.5 shrink-0 rounded-sm bg-pressed px-1 text-xs text-text-2">{count}</span>}
      </span>
      {production && (
        <span aria-hidden="true">
          <Badge tone="bad">{strings.marks.productionShort}</Badge>
        </span>
      )}
    </>
  );
}

/** The first of a line stays in it whatever the room: where that is nothing, the next may go as well. */
const ALONE = "\u200b";

/**
 * The machine gives way first, then the region, and the app's name last: factors so far apart that what stands is not cut by
 * a part of a pixel. What has no room goes to a second line, which is not seen; what stays moves up to the app's name, as the
 * first to stay is the first of the line, whichever side it stands on. Where another tab has the same app, the machine tells
 * them apart: then the region gives way first, the machine down to its ends, and the app's name last.
 */
function Where({ machine, region, keepsMachine }: { machine: string; region: string; keepsMachine: boolean }) {
  // In em, as the line is not of the machine's font: a letter of that is 0.6 em wide.
  const ends = `calc(${Math.min(machine.length, 9) * 0.6}em + 0.375rem)`;
  const cut = keepsMachine ? { minWidth: ends } : { flex: `1 1 ${ends}`, maxWidth: "max-content" };
  const parts = [
    machine !== "" && (
      <span key="machine" data-part="machine" className="flex h-4 min-w-0 ps-1.5 font-mono" style={cut}>
        <MiddleText text={machine} />
      </span>
    ),
    region !== "" && (
      <span key="region" data-part="region" className="h-4 ps-1.5 whitespace-nowrap">
        {region}
      </span>
    ),
  ];
  return (
    <span
      className={cx(
        "flex h-4 min-w-0 shrink-[1e5] flex-wrap overflow-hidden text-xs text-text-3",
        !keepsMachine && "flex-row-reverse justify-end",
      )}
      style={keepsMachine ? { minWidth: ends } : undefined}
    >
      {keepsMachine ? parts : [<span key="first">{ALONE}</span>, ...parts.toReversed()]}
    </span>
  );
}

/** Closes the tab; until the pointer is over it, it says what happened. */
function Cross({ news, bell, isActive }: { news: boolean; bell: boolean; isActive: boolean }) {
  return (
    <span
      data-close
      aria-hidden="true"
      title={strings.shell.close}
      className={cx(
        "relative ml-auto flex size-6 shrink-0 items-center justify-center rounded-sm hover:bg-pressed",
        !isActive && !bell && !news && "opacity-60 group-hover:opacity-100",
      )}
    >
      {bell && <Bell className="size-3.5 text-warn group-hover:hidden" />}
      {news && !bell && <span className="size-2 rounded-full bg-accent group-hover:hidden" />}
      <X className={cx("size-3.5", (news || bell) && "hidden group-hover:block")} />
    </span>
  );
}

function isCross(event: MouseEvent): boolean {
  return event.target instanceof Element && event.target.closest("[data-close]") !== null;
}
