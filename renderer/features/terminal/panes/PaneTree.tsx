import { type ReactNode, useEffect, useLayoutEffect, useRef } from "react";
import { createPortal } from "react-dom";
import { Group, Panel, Separator, useGroupRef } from "react-resizable-panels";
import { type Layout, panesOf, type Split } from "../../../state/layout.ts";
import type { Tab } from "../../../state/shell-store.ts";
import { resizePanes } from "../../../state/tabs.ts";
import { strings } from "../../../strings.ts";
import { cx } from "../../../ui/class-names.ts";
import { SEPARATOR } from "../../../ui/separator.ts";
import { PaneFrame } from "./PaneFrame.tsx";

type HostOf = (pane: string) => HTMLElement;

/**
 * The panes of a tab in their places. Each pane is drawn once, into an element of its own, which is put into whatever place
 * the tree has for it: so no terminal is made anew when panes are split, closed, zoomed or moved.
 */
export function PaneTree({ tab, visible }: { tab: Tab; visible: boolean }) {
  const panes = panesOf(tab.root);
  const hostOf = useHosts(panes);
  const zoomed = tab.zoomed && panes.length > 1;
  return (
    <div className="relative min-h-0 flex-1">
      <div className={cx("absolute inset-0", zoomed && "invisible")}>
        <Place
          layout={tab.root}
          path={[]}
          tabKey={tab.key}
          slot={(pane) => <Slot host={zoomed && pane === tab.focused ? null : hostOf(pane)} />}
        />
      </div>
      {zoomed && (
        <div className="absolute inset-0">
          <Slot host={hostOf(tab.focused)} />
        </div>
      )}
      {panes.map((pane, index) =>
        createPortal(
          <PaneFrame
            paneKey={pane}
            place={{ at: index + 1, of: panes.length }}
            zoomed={zoomed}
            focused={pane === tab.focused}
            visible={visible && (!zoomed || pane === tab.focused)}
            front={visible}
          />,
          hostOf(pane),
          pane,
        ),
      )}
    </div>
  );
}

/** One element for each pane, for as long as it is there. */
function useHosts(panes: readonly string[]): HostOf {
  const hosts = useRef(new Map<string, HTMLElement>());
  useEffect(() => {
    for (const key of hosts.current.keys()) if (!panes.includes(key)) hosts.current.delete(key);
  }, [panes]);
  return (pane) => {
    const known = hosts.current.get(pane);
    if (known !== undefined) return known;
    const made = document.createElement("div");
    made.className = "h-full";
    hosts.current.set(pane, made);
    return made;
  };
}

/** Where the tree wants a pane: takes its element in. */
function Slot({ host }: { host: HTMLElement | null }) {
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (host !== null && host.parentElement !== place.current) place.current?.append(host);
  });
  return <div ref={place} className="h-full" />;
}

interface PlaceProps {
  layout: Layout;
  path: readonly number[];
  tabKey: string;
  slot(pane: string): ReactNode;
}

function Place(props: PlaceProps) {
  const { layout, slot } = props;
  if (layout.kind === "leaf") return slot(layout.pane);
  // A group remembers the sizes of its panels, so another set of them is another group.
  return <SplitPlace key={layout.children.map(keyOf).join(" ")} {...props} layout={layout} />;
}

function SplitPlace({ layout, path, tabKey, slot }: PlaceProps & { layout: Split }) {
  const group = useGroupRef();
  const ids = layout.children.map((child) => `place-${path.join("-")}-${keyOf(child)}`);
  const wanted = Object.fromEntries(ids.map((id, index) => [id, (layout.sizes[index] ?? 0) * 100]));
  const isRow = layout.kind === "row";
  useEffect(() => {
    const now = group.current?.getLayout() ?? {};
    const isSame = Object.entries(wanted).every(([id, size]) => Math.abs((now[id] ?? size) - size) < 0.1);
    if (!isSame) group.current?.setLayout(wanted);
  });
  return (
    <Group
      groupRef={group}
      orientation={isRow ? "horizontal" : "vertical"}
      defaultLayout={wanted}
      className="h-full"
      onLayoutChanged={(now, { isUserInteraction, requestedLayout }) => {
        if (isUserInteraction)
          resizePanes(
            tabKey,
            path,
            ids.map((id) => (requestedLayout ?? now)[id] ?? 0),
          );
      }}
    >
      {layout.children.flatMap((child, index) => [
        index > 0 && (
          <Separator
            key={`line-${keyOf(child)}`}
            aria-label={strings.panes.resize}
            className={`${SEPARATOR} ${isRow ? "w-px" : "h-px"}`}
          />
        ),
        <Panel key={keyOf(child)} id={ids[index] ?? ""} minSize={isRow ? 96 : 72}>
          <Place layout={child} path={[...path, index]} tabKey={tabKey} slot={slot} />
        </Panel>,
      ])}
    </Group>
  );
}

/** Stays the same while the part of the tree grows behind its first pane. */
function keyOf(layout: Layout): string {
  return panesOf(layout)[0] ?? "";
}
