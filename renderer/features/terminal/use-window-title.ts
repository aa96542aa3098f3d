import { useEffect } from "react";
import { activePane, sessionOf, useShells } from "../../state/shell-store.ts";
import { strings } from "../../strings.ts";
import { shortId } from "../../ui/format.ts";
import { oneLine } from "./safe-text.ts";
import { describePane } from "./tab-state.ts";

const LONGEST_PART = 60;

/** The window's own title names the shell in front by app, machine and region (complaints 6 and 27). */
export function useWindowTitle(): void {
  const pane = useShells(activePane);
  const session = useShells((state) => sessionOf(state, pane));
  let title: string = strings.product;
  if (pane !== undefined) {
    const { machine, region } = describePane(pane, session);
    const parts = [pane.request.appName, shortId(machine), region].map((part) => oneLine(part, LONGEST_PART));
    title = strings.shell.windowTitle(parts);
  }
  useEffect(() => {
    document.title = title;
  }, [title]);
}
