import { ProgressAddon } from "@xterm/addon-progress";
import type { Terminal } from "@xterm/xterm";
import { KnownLinks } from "../../../../shared/known-links.ts";
import type { PaneMark } from "../../../state/shell-store.ts";
import { type ClipboardRequest, clipboardRequest } from "./clipboard-request.ts";
import { directoryOf } from "./directory.ts";
import { isLinkAllowed } from "./link-target.ts";

/** Characters of all addresses that a terminal knows: some ten thousand names of files, as `ls --hyperlink` prints them. */
const KNOWN_CHARACTERS = 1024 * 1024;

export interface OscEvents {
  onDirectory(path: string): void;
  /** OSC 9;4. */
  onProgress(progress: PaneMark["progress"]): void;
  onClipboard(request: Exclude<ClipboardRequest, { kind: "ignored" }>): void;
}

/** The operating system commands that mean something to the window. None of them is ever answered. */
export function addOscHandlers(terminal: Terminal, events: OscEvents): void {
  terminal.parser.registerOscHandler(7, (data) => {
    const path = directoryOf(data);
    if (path !== undefined) events.onDirectory(path);
    return true;
  });
  const links = KnownLinks.of(terminal, KNOWN_CHARACTERS);
  // True takes the sequence away from xterm, which would make a link of any address.
  terminal.parser.registerOscHandler(8, (data) => links === undefined || !isLinkAllowed(data));
  terminal.parser.registerOscHandler(52, (data) => {
    const request = clipboardRequest(data);
    if (request.kind !== "ignored") events.onClipboard(request);
    return true;
  });
  const progress = new ProgressAddon();
  terminal.loadAddon(progress);
  progress.onChange(({ state, value }) => events.onProgress(progressOf(state, value)));
}

/** The states as ConEmu defined them. */
function progressOf(state: number, value: number): PaneMark["progress"] {
  if (state === 1) return { state: "normal", value };
  if (state === 2) return { state: "error", value };
  if (state === 3) return { state: "unknown", value: null };
  return state === 4 ? { state: "paused", value } : null;
}
