import { useEffect, useRef } from "react";
import { useBridge } from "../../../bridge/bridge-context.ts";
import { useBridgeState } from "../../../bridge/use-bridge-state.ts";
import { closePane, retryPane, showRestored } from "../../../state/shell-actions.ts";
import { type Pane, sessionOf, useShells } from "../../../state/shell-store.ts";
import { focusPaneKey } from "../../../state/tabs.ts";
import { ConnectingPanel } from "../ConnectingPanel.tsx";
import { FailedPanel } from "../FailedPanel.tsx";
import { terminalOf } from "../open-terminals.ts";
import { TerminalPane } from "../TerminalPane.tsx";
import { PaneHeader, type PanePlace } from "./PaneHeader.tsx";
import { ProductionBanner } from "./ProductionBanner.tsx";

interface PaneFrameProps {
  paneKey: string;
  place: PanePlace;
  zoomed: boolean;
  /** Has the keyboard when its tab is in front. */
  focused: boolean;
  visible: boolean;
  /** Its tab is in front. */
  front: boolean;
}

/** A pane: its header, when there are several, and its shell, whatever state that is in. */
export function PaneFrame({ paneKey, place, zoomed, focused, visible, front }: PaneFrameProps) {
  const pane = useShells((state) => state.panes.get(paneKey));
  useKeptFocus(paneKey, focused && front);
  if (pane === undefined) return null;
  const take = (): void => focusPaneKey(paneKey);
  return (
    <div
      className="flex h-full min-w-0 flex-col"
      data-pane={paneKey}
      onPointerDownCapture={visible ? take : undefined}
      onFocusCapture={visible ? take : undefined}
    >
      {place.of > 1 && <PaneHeader pane={pane} place={place} focused={focused} zoomed={zoomed} />}
      <ProductionBanner request={pane.request} />
      <div className="relative min-h-0 flex-1">
        <PaneContent pane={pane} visible={visible} focused={focused} />
      </div>
    </div>
  );
}

/** A pane that was moved to another place, or whose neighbour closed, has the keyboard again, unless it is elsewhere. */
function useKeptFocus(paneKey: string, wanted: boolean): void {
  useEffect(() => {
    const { activeElement } = document;
    if (wanted && (activeElement === null || activeElement === document.body)) terminalOf(paneKey)?.focus();
  });
}

function PaneContent({ pane, visible, focused }: { pane: Pane; visible: boolean; focused: boolean }) {
  const bridge = useBridge();
  const session = useShells((state) => sessionOf(state, pane));
  useRestored(pane, visible);
  useConnectOnFocus(pane, visible && focused);
  const close = (): void => closePane(bridge, pane);
  if (pane.kind === "refused") {
    return (
      <FailedPanel
        error={pane.error}
        session={undefined}
        request={pane.request}
        onRetry={() => void retryPane(bridge, pane)}
        onClose={close}
      />
    );
  }
  if (pane.kind === "restored") return null;
  if (session === undefined) return <ConnectingPanel session={undefined} request={pane.request} onCancel={close} />;
  return <TerminalPane key={session.id} pane={pane} session={session} visible={visible} focused={focused} />;
}

/** A shell of an earlier run: its text is asked for when the pane is first seen, and again with a new link. */
function useRestored(pane: Pane, visible: boolean): void {
  const bridge = useBridge();
  const isOpen = useBridgeState() === "open";
  useEffect(() => {
    if (visible && isOpen && pane.kind === "restored") void showRestored(bridge, pane);
  }, [bridge, pane, visible, isOpen]);
}

/** #13: it connects when a person turns to it, and not by being there when the window opens. */
function useConnectOnFocus(pane: Pane, hasKeyboard: boolean): void {
  const bridge = useBridge();
  const isWaiting = useShells((state) => state.attended && sessionOf(state, pane)?.restored != null);
  const asked = useRef(false);
  useEffect(() => {
    if (!hasKeyboard || !isWaiting || asked.current) return;
    asked.current = true;
    void retryPane(bridge, pane);
  }, [bridge, pane, hasKeyboard, isWaiting]);
}
