import { type ReactNode, useEffect, useRef } from "react";
import type { Session } from "../../../shared/models.ts";
import { useKeysOf } from "../../commands/bindings.ts";
import { strings } from "../../strings.ts";
import { Keys } from "../../ui/Keys.tsx";
import { AccessibleView } from "./access/AccessibleView.tsx";
import { OverText } from "./OverText.tsx";
import { PasteDialog } from "./paste/PasteDialog.tsx";
import { useTabMovesFocus } from "./tab-moves-focus.ts";
import type { TerminalController } from "./terminal-controller.ts";
import { usePaneUi } from "./use-pane-ui.ts";

interface PaneOverlaysProps {
  controller: TerminalController;
  session: Session;
  /** Names the shell to a screen reader. */
  name: string;
  /** Bars that come by themselves. */
  children: ReactNode;
}

/** What lies over a terminal, or asks before something gets into it. Nothing of it lies over another: programs make bars come. */
export function PaneOverlays({ controller, session, name, children }: PaneOverlaysProps) {
  const reading = usePaneUi(controller, (ui) => ui.reading);
  const question = usePaneUi(controller, (ui) => ui.paste);
  const done = (): void => {
    controller.ui.setState({ paste: null });
    controller.focus();
  };
  return (
    <>
      <BellFlash controller={controller} />
      <div className="pointer-events-none absolute inset-0 flex flex-col justify-end">
        {reading ? (
          <AccessibleView controller={controller} name={name} />
        ) : (
          <div className="flex items-end">
            <LinkTarget controller={controller} />
            <TabMovesFocusNote />
          </div>
        )}
        <OverText controller={controller} isBelow={reading}>
          {children}
        </OverText>
      </div>
      {question !== null && (
        <PasteDialog
          app={session.target.appName}
          question={question}
          onPaste={(text) => {
            controller.clipboard.confirmPaste(text);
            done();
          }}
          onCancel={done}
        />
      )}
    </>
  );
}

/** Where the link under the pointer leads, whatever its text says (complaint 26). */
function LinkTarget({ controller }: { controller: TerminalController }) {
  const link = usePaneUi(controller, (ui) => ui.link);
  if (link === null) return null;
  return (
    <p className="min-w-0 rounded-tr-md border-t border-r border-line bg-raised px-2 py-0.5 text-xs text-text-2 [overflow-wrap:anywhere]">
      {strings.shell.followLink(link)}
    </p>
  );
}

function TabMovesFocusNote() {
  const { on } = useTabMovesFocus();
  const keys = useKeysOf("tabMovesFocus");
  if (!on) return null;
  return (
    <p className="ml-auto flex shrink-0 items-center gap-2 rounded-tl-md border-t border-l border-line bg-raised px-2 py-0.5 text-xs text-text-2">
      {strings.accessible.tabMoves}
      {keys !== undefined && <Keys keys={keys} />}
    </p>
  );
}

const FLASH_MS = 160;

/** The bell as light at the edge. Never with reduced motion: use-terminal.ts marks the tab instead. */
function BellFlash({ controller }: { controller: TerminalController }) {
  const flashes = usePaneUi(controller, (ui) => ui.flashes);
  const edge = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (flashes > 0) edge.current?.animate([{ opacity: 1 }, { opacity: 0 }], FLASH_MS);
  }, [flashes]);
  return (
    <div
      ref={edge}
      aria-hidden="true"
      className="pointer-events-none absolute inset-0 border-2 border-warn opacity-0"
    />
  );
}
