import { type RefObject, useEffect, useRef, useState } from "react";
import type { ErrorInfo } from "../../../shared/errors.ts";
import type { Session } from "../../../shared/models.ts";
import { appKey, type Settings } from "../../../shared/settings.ts";
import { useBridge } from "../../bridge/bridge-context.ts";
import { isShortcut } from "../../commands/bindings.ts";
import { useSettings } from "../../state/queries.ts";
import { setPaneMark } from "../../state/shell-store.ts";
import { useTheme } from "../../state/theme.ts";
import { useTerminalCode } from "./load-terminal.ts";
import type { TerminalController } from "./terminal-controller.ts";
import { useFontReady } from "./use-font-ready.ts";

interface TerminalView {
  readonly controller: TerminalController | undefined;
  /** Not shown here: in another window (null), or because of an error; undefined while it is shown. */
  readonly away: ErrorInfo | null | undefined;
}

interface TerminalPlace {
  readonly visible: boolean;
  readonly focused: boolean;
  /** Where its marks are kept. */
  readonly paneKey: string;
  /** Names the shell to a screen reader. */
  readonly name: string;
}

/** Whether there is a screen to show: the shell was open at some time. */
export function hasScreen(session: Session): boolean {
  return session.state === "open" || session.readyMs !== null || session.restored !== null;
}

function isOver({ state }: Session): boolean {
  return state === "ended" || state === "failed";
}

/** Ties a TerminalController to a place on the page, its session and the settings. */
export function useTerminal(
  place: RefObject<HTMLDivElement | null>,
  session: Session,
  { visible, focused, paneKey, name }: TerminalPlace,
  onEndedKey: (key: string) => boolean,
): TerminalView {
  const bridge = useBridge();
  const settings = useSettings();
  const fontReady = useFontReady(settings.fontFamily, settings.fontSize);
  const Controller = useTerminalCode();
  const [controller, setController] = useState<TerminalController>();
  const [away, setAway] = useState<ErrorInfo | null | undefined>(undefined);
  const over = isOver(session);
  const latest = useRef({ settings, onEndedKey, visible, over });
  latest.current = { settings, onEndedKey, visible, over };
  /** Another window shows it, or did when it ended: it comes back there. A window that only gets the end's text is told off too. */
  const elsewhere = useRef(false);
  const sessionId = session.id;
  // A terminal is made when its tab is first looked at, so that a page with many tabs loads fast.
  const [wanted, setWanted] = useState(visible);
  useEffect(() => {
    if (visible) setWanted(true);
  }, [visible]);

  useEffect(() => {
    const host = place.current;
    if (!fontReady || Controller === undefined || !wanted || host === null) return;
    const made: TerminalController = new Controller(bridge, sessionId, host, latest.current.settings, {
      onAttached: () => {
        if (!latest.current.over) elsewhere.current = false;
        setAway(undefined);
      },
      onDetached: (error) => {
        if (!latest.current.over && error === null) elsewhere.current = true;
        setAway(error);
      },
      onNews: () => setPaneMark(paneKey, { news: true }),
      onBell: () => ring(made, paneKey, latest.current),
      onTitle: (title) => setPaneMark(paneKey, { title: title === "" ? null : title }),
      onDirectory: (cwd) => setPaneMark(paneKey, { cwd }),
      onProgress: (progress) => setPaneMark(paneKey, { progress }),
      onEndedKey: (key) => latest.current.onEndedKey(key),
      isShortcut,
    });
    setController(made);
    return () => {
      setController(undefined);
      made.dispose();
    };
  }, [bridge, sessionId, place, fontReady, Controller, wanted, paneKey]);

  useAppearance(controller, session, name);

  useEffect(() => controller?.setVisible(visible), [controller, visible]);

  useEffect(() => {
    // A pane that came to the front by one of its own buttons leaves the focus there: Tab would never get beyond it.
    const isInPane = place.current?.closest("[data-pane]")?.contains(document.activeElement) === true;
    if (visible && focused && !isInPane) controller?.focus();
  }, [controller, visible, focused, place]);

  useAttached(controller, session, elsewhere);
  return { controller, away };
}

function useAppearance(controller: TerminalController | undefined, session: Session, label: string): void {
  const settings = useSettings();
  const theme = useTheme();
  const app = appKey(session.target);
  const readOnly = isOver(session);
  const production = settings.marks[app]?.production === true;
  const clipboardWrites = settings.clipboardWrites[app];
  useEffect(() => {
    controller?.setAppearance(settings, { readOnly, theme, production, clipboardWrites, label });
  }, [controller, settings, readOnly, theme, production, clipboardWrites, label]);
  useEffect(() => {
    // What it was doing ended with it.
    if (readOnly) controller?.forgetProgress();
  }, [controller, readOnly]);
}

const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

/** The bell as the settings have it. A flash that nobody would see, or wants to see, is a mark. */
function ring(
  controller: TerminalController,
  paneKey: string,
  { settings, visible }: { settings: Settings; visible: boolean },
): void {
  if (settings.bell === "none") return;
  if (settings.bell === "flash" && visible && !document.hidden && !calm.matches) controller.flash();
  else setPaneMark(paneKey, { bell: true });
}

/**
 * Shows the session here as soon as it has a screen, and again after it was opened anew or the link came back; `elsewhere`
 * only its end, for which the host takes it from no window.
 */
function useAttached(
  controller: TerminalController | undefined,
  session: Session,
  elsewhere: RefObject<boolean>,
): void {
  const bridge = useBridge();
  const screen = hasScreen(session);
  const over = isOver(session);
  const isOpen = session.state === "open";
  useEffect(() => {
    if (controller !== undefined && screen && !elsewhere.current) void controller.attach();
  }, [controller, screen, elsewhere]);

  useEffect(() => {
    if (controller !== undefined && isOpen && !elsewhere.current) void controller.attach();
  }, [controller, isOpen, elsewhere]);

  useEffect(() => {
    if (controller !== undefined && over && elsewhere.current) void controller.attach();
  }, [controller, over, elsewhere]);

  useEffect(
    () =>
      bridge.onState((state) => {
        if (state === "open" && screen) void controller?.attach();
      }),
    [bridge, controller, screen],
  );
}
