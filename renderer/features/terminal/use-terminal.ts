import { type RefObject, useEffect, useRef, useState } from "react";
import type { ErrorInfo } from "../../../shared/errors.ts";
import type { Session } from "../../../shared/models.ts";
import { useBridge } from "../../bridge/bridge-context.ts";
import { useSettings } from "../../state/queries.ts";
import { markNews } from "../../state/shell-store.ts";
import { isShortcut } from "../../state/shortcuts.ts";
import { useTheme } from "../../state/theme.ts";
import { TerminalController } from "./terminal-controller.ts";
import { useFontReady } from "./use-font-ready.ts";

interface TerminalView {
  readonly controller: TerminalController | undefined;
  /** Not shown here: in another window (null), or because of an error; undefined while it is shown. */
  readonly away: ErrorInfo | null | undefined;
  readonly link: string | null;
}

/** Whether there is a screen to show: the shell was open at some time. */
export function hasScreen(session: Session): boolean {
  return session.state === "open" || session.readyMs !== null;
}

/** Ties a TerminalController to a place on the page, its session and the settings. */
export function useTerminal(
  place: RefObject<HTMLDivElement | null>,
  session: Session,
  { visible, focused }: { visible: boolean; focused: boolean },
  onEndedKey: (key: string) => boolean,
): TerminalView {
  const bridge = useBridge();
  const settings = useSettings();
  const theme = useTheme();
  const fontReady = useFontReady(settings.fontSize);
  const [controller, setController] = useState<TerminalController>();
  const [away, setAway] = useState<ErrorInfo | null | undefined>(undefined);
  const [link, setLink] = useState<string | null>(null);
  const latest = useRef({ settings, onEndedKey });
  latest.current = { settings, onEndedKey };
  const sessionId = session.id;
  const readOnly = session.state === "ended" || session.state === "failed";
  // A terminal is made when its tab is first looked at, so that a page with many tabs loads fast.
  const [wanted, setWanted] = useState(visible);
  useEffect(() => {
    if (visible) setWanted(true);
  }, [visible]);

  useEffect(() => {
    const host = place.current;
    if (!fontReady || !wanted || host === null) return;
    const made = new TerminalController(bridge, sessionId, host, latest.current.settings, {
      onAttached: () => setAway(undefined),
      onDetached: (error) => setAway(error),
      onNews: () => markNews(sessionId),
      onLink: setLink,
      onEndedKey: (key) => latest.current.onEndedKey(key),
      isShortcut,
    });
    setController(made);
    return () => {
      setController(undefined);
      made.dispose();
    };
  }, [bridge, sessionId, place, fontReady, wanted]);

  useEffect(() => {
    controller?.setAppearance(settings, { readOnly, theme });
  }, [controller, settings, readOnly, theme]);

  useEffect(() => {
    if (controller === undefined) return;
    controller.setVisible(visible);
  }, [controller, visible]);

  useEffect(() => {
    if (visible && focused) controller?.focus();
  }, [controller, visible, focused]);

  useAttached(controller, session);
  return { controller, away, link };
}

/** Shows the session here as soon as it has a screen, and again after it was opened anew or the link came back. */
function useAttached(controller: TerminalController | undefined, session: Session): void {
  const bridge = useBridge();
  const screen = hasScreen(session);
  // A session that only ended is left where it is shown.
  const isOpen = session.state === "open";
  useEffect(() => {
    if (controller !== undefined && screen) void controller.attach();
  }, [controller, screen]);

  useEffect(() => {
    if (controller !== undefined && isOpen) void controller.attach();
  }, [controller, isOpen]);

  useEffect(
    () =>
      bridge.onState((state) => {
        if (state === "open" && screen) void controller?.attach();
      }),
    [bridge, controller, screen],
  );
}
