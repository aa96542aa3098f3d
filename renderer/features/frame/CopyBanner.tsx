import { TriangleAlert, X } from "lucide-react";
import { copyText, dismissCopyFailure, useCopyFailure } from "../../state/copy.ts";
import { strings } from "../../strings.ts";
import { Button } from "../../ui/Button.tsx";
import { IconButton } from "../../ui/IconButton.tsx";

/** The browser kept a text off the clipboard. The announcer has said so aloud. It lies over the top bar, and moves nothing. */
export function CopyBanner() {
  const text = useCopyFailure((state) => state.text);
  if (text === null) return null;
  return (
    <div className="fixed inset-x-0 top-0 z-40 flex min-h-9 items-center justify-center gap-2 border-b border-line bg-warn-soft px-3">
      <TriangleAlert className="size-4 shrink-0 text-warn" aria-hidden="true" />
      <p>{strings.clipboard.failed}</p>
      <Button onClick={() => void copyText(text)}>{strings.clipboard.copyAgain}</Button>
      <IconButton label={strings.common.close} onClick={dismissCopyFailure}>
        <X className="size-4" />
      </IconButton>
    </div>
  );
}
