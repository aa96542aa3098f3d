import { ClipboardCopy, TriangleAlert, X } from "lucide-react";
import type { ReactNode } from "react";
import type { Target } from "../../../shared/models.ts";
import { appKey } from "../../../shared/settings.ts";
import { useChangeSettings, useSettings } from "../../state/queries.ts";
import { strings } from "../../strings.ts";
import { Button } from "../../ui/Button.tsx";
import { bytes } from "../../ui/format.ts";
import { IconButton } from "../../ui/IconButton.tsx";
import type { PaneNotice } from "./pane-ui.ts";
import { oneLine } from "./safe-text.ts";
import type { TerminalController } from "./terminal-controller.ts";
import { usePaneUi } from "./use-pane-ui.ts";

/** Shorter pastes are over before anyone could read how far they are. */
const WORTH_SHOWING = 256 * 1024;
const PREVIEW = 80;

/** Over a terminal's text, one above the other: what runs, what is asked, what went wrong. */
export function PaneBars({ controller, target }: { controller: TerminalController; target: Target }) {
  const pasting = usePaneUi(controller, (ui) => ui.pasting);
  const notice = usePaneUi(controller, (ui) => ui.notice);
  return (
    <>
      {pasting !== null && pasting.total >= WORTH_SHOWING && (
        <Bar actions={<Button onClick={() => controller.cancelPaste()}>{strings.common.cancel}</Button>}>
          <span className="tabular-nums">{strings.paste.running(bytes(pasting.sent), bytes(pasting.total))}</span>
          <span
            role="progressbar"
            aria-label={strings.paste.text}
            aria-valuenow={Math.round((100 * pasting.sent) / pasting.total)}
            aria-valuemin={0}
            aria-valuemax={100}
            className="h-1.5 w-32 overflow-hidden rounded-full bg-pressed"
          >
            <span className="block h-full bg-accent" style={{ width: `${(100 * pasting.sent) / pasting.total}%` }} />
          </span>
        </Bar>
      )}
      <ClipboardBar controller={controller} target={target} />
      {notice !== null && <NoticeBar controller={controller} notice={notice} app={target.appName} />}
    </>
  );
}

/** A program's wish to put text on the clipboard (OSC 52), asked once for each app. */
function ClipboardBar({ controller, target }: { controller: TerminalController; target: Target }) {
  const wish = usePaneUi(controller, (ui) => ui.clipboard);
  const { clipboardWrites } = useSettings();
  const change = useChangeSettings();
  if (wish === null) return null;
  const app = target.appName;
  const done = (): void => {
    controller.ui.setState({ clipboard: null });
    controller.focus();
  };
  const remember = (word: "allow" | "deny"): void =>
    change.mutate({ clipboardWrites: { ...clipboardWrites, [appKey(target)]: word } });
  const allow = (): void => {
    void controller.clipboard.put(wish.text);
    done();
  };
  return (
    <Bar
      askedByProgram
      icon={<ClipboardCopy className="size-4 shrink-0 text-accent" aria-hidden="true" />}
      actions={
        <>
          <Button onClick={allow}>{strings.clipboard.once}</Button>
          <Button
            onClick={() => {
              remember("allow");
              allow();
            }}
          >
            {strings.clipboard.always(app)}
          </Button>
          <Button
            onClick={() => {
              remember("deny");
              done();
            }}
          >
            {strings.clipboard.never}
          </Button>
          <Dismiss onClick={done} />
        </>
      }
    >
      <span>{strings.clipboard.asks(app, bytes(wish.bytes))}</span>
      <bdi className="min-w-0 truncate rounded-sm bg-canvas px-1.5 font-mono text-xs text-text-2">
        {oneLine(wish.text.replaceAll("\n", " ⏎ "), PREVIEW)}
      </bdi>
      {wish.later > 0 && <span className="shrink-0 text-text-2">{strings.clipboard.later(wish.later)}</span>}
    </Bar>
  );
}

function NoticeBar({ controller, notice, app }: { controller: TerminalController; notice: PaneNotice; app: string }) {
  const done = (): void => {
    controller.ui.setState({ notice: null });
    controller.focus();
  };
  return (
    <Bar
      alert
      icon={<TriangleAlert className="size-4 shrink-0 text-warn" aria-hidden="true" />}
      actions={
        <>
          {notice.kind === "copy-failed" && (
            <Button onClick={() => void controller.clipboard.put(notice.text)}>{strings.clipboard.copyAgain}</Button>
          )}
          <Dismiss onClick={done} />
        </>
      }
    >
      <span>{sentenceOf(notice, app)}</span>
    </Bar>
  );
}

function sentenceOf(notice: PaneNotice, app: string): string {
  switch (notice.kind) {
    case "copy-failed":
      return strings.clipboard.failed;
    case "paste-failed":
      return strings.paste.refused;
    case "paste-cut":
      return strings.paste.cut(bytes(notice.progress.sent), bytes(notice.progress.total));
    case "paste-unsent":
      return strings.paste.unsent;
    case "clipboard-too-large":
      return strings.clipboard.tooLarge(app);
    case "no-room":
      return strings.panes.noRoom;
  }
}

interface BarProps {
  icon?: ReactNode;
  actions: ReactNode;
  /** Told at once by a screen reader. */
  alert?: boolean;
  /** OverText.tsx takes no answer before it could be read. */
  askedByProgram?: boolean;
  children: ReactNode;
}

function Bar({ icon, actions, alert, askedByProgram, children }: BarProps) {
  return (
    <div
      data-asked-by-program={askedByProgram}
      className="flex min-h-9 flex-wrap items-center gap-x-3 gap-y-1 bg-raised py-1 pr-1 pl-3"
    >
      {icon}
      <div
        role={alert === true ? "alert" : "status"}
        className="flex min-w-48 flex-1 flex-wrap items-center gap-x-3 gap-y-1"
      >
        {children}
      </div>
      <span className="flex flex-wrap items-center gap-1">{actions}</span>
    </div>
  );
}

function Dismiss({ onClick }: { onClick(): void }) {
  return (
    <IconButton label={strings.common.close} onClick={onClick}>
      <X className="size-4" />
    </IconButton>
  );
}
