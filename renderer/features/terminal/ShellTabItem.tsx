import { Tabs } from "@base-ui/react/tabs";
import { X } from "lucide-react";
import { type MouseEvent, useEffect, useRef } from "react";
import type { Session } from "../../../shared/models.ts";
import { useBridge } from "../../bridge/bridge-context.ts";
import { closeTab } from "../../state/shell-actions.ts";
import { markOf, type Pane, sessionOf, type Tab, useShells } from "../../state/shell-store.ts";
import { strings } from "../../strings.ts";
import { cx } from "../../ui/class-names.ts";
import { shortId } from "../../ui/format.ts";
import { MiddleText } from "../../ui/MiddleText.tsx";
import { StatusShape } from "../../ui/StatusShape.tsx";
import { terminalOf } from "./open-terminals.ts";
import { panelId, tabId } from "./tab-ids.ts";
import { describePane } from "./tab-state.ts";

interface ShellTabItemProps {
  tab: Tab;
  pane: Pane;
  onDragStart(): void;
  onDragEnd(): void;
  onDragOver(): void;
}

/**
 * A tab: state, app, machine, region. The cross is for the pointer only, since a tab may hold no other control: with the
 * keyboard Delete closes, and the list of shells has the same command.
 */
export function ShellTabItem({ tab, pane, onDragStart, onDragEnd, onDragOver }: ShellTabItemProps) {
  const bridge = useBridge();
  const session = useShells((state) => sessionOf(state, pane));
  const { news } = useShells((state) => markOf(state, pane.key));
  const isActive = useShells((state) => state.activeKey === tab.key);
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isActive) element.current?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [isActive]);

  const { word, machine, region } = describePane(pane, session);
  const close = (): void => closeTab(bridge, tab.key);
  const title = [pane.request.appName, machine, region, word, session?.remoteTitle].filter(Boolean).join(" · ");
  return (
    <Tabs.Tab
      ref={element}
      value={tab.key}
      id={tabId(tab.key)}
      nativeButton={false}
      render={<div />}
      title={title}
      aria-label={strings.shell.tabName(pane.request.appName, machine, region, word, news)}
      aria-controls={panelId(tab.key)}
      aria-keyshortcuts="Delete"
      draggable
      onDragStart={onDragStart}
      onDragEnd={onDragEnd}
      onDragOver={(event) => {
        event.preventDefault();
        onDragOver();
      }}
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
      onKeyDown={(event) => {
        if (event.key === "Delete") close();
      }}
      className="group focus-inset relative flex max-w-72 min-w-28 shrink items-center gap-2 border-r border-line pr-1 pl-3 text-text-2 hover:bg-hover data-active:bg-canvas data-active:text-text"
    >
      <TabFace pane={pane} news={news} session={session} isActive={isActive} />
    </Tabs.Tab>
  );
}

function TabFace({
  pane,
  news,
  session,
  isActive,
}: {
  pane: Pane;
  news: boolean;
  session: Session | undefined;
  isActive: boolean;
}) {
  const { status, machine, region } = describePane(pane, session);
  return (
    <>
      <span
        className="absolute inset-x-0 top-0 h-0.5 bg-accent opacity-0 group-data-active:opacity-100"
        aria-hidden="true"
      />
      <StatusShape status={status} />
      <span className="flex min-w-0 items-baseline gap-1.5" aria-hidden="true">
        <span className={cx("shrink truncate", isActive && "font-medium", news && "font-semibold text-text")}>
          {pane.request.appName}
        </span>
        {machine !== "" && (
          // Gives way before the app's name does.
          <MiddleText text={shortId(machine)} className="shrink-[1000] font-mono text-xs text-text-3" />
        )}
        {region !== "" && <span className="text-xs text-text-3">{region}</span>}
      </span>
      <span
        data-close
        aria-hidden="true"
        title={strings.shell.close}
        className={cx(
          "relative flex size-6 shrink-0 items-center justify-center rounded-sm hover:bg-pressed",
          !isActive && "opacity-60 group-hover:opacity-100",
        )}
      >
        {news && <span className="size-2 rounded-full bg-accent group-hover:hidden" />}
        <X className={cx("size-3.5", news && "hidden group-hover:block")} />
      </span>
    </>
  );
}

function isCross(event: MouseEvent): boolean {
  return event.target instanceof Element && event.target.closest("[data-close]") !== null;
}
