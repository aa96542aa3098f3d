import type { Terminal } from "@xterm/xterm";
import type { Settings } from "../../../shared/settings.ts";
import { lastSelection, readClipboard, rememberSelection, writeClipboard } from "./clipboard.ts";
import type { ClipboardRequest } from "./osc/clipboard-request.ts";
import type { PaneUiStore } from "./pane-ui.ts";
import { judgePaste } from "./paste/judge-paste.ts";
import { cleanText, type PasteBytes, pasteBytes } from "./paste/paste-text.ts";
import { takeDroppedText } from "./terminal-drop.ts";

/** A browser that knows the primary selection pastes it by itself, right after the click. */
const NATIVE_PASTE_MS = 40;
/** A program that may write to the clipboard does so at most once in this time: else nobody could copy anything else. */
const BETWEEN_WRITES_MS = 1_000;
const isLinux = /Linux|X11/.test(navigator.platform);

export interface ClipboardRules {
  readonly guard: Settings["pasteGuard"];
  readonly production: boolean;
  readonly copyOnSelect: boolean;
  /** What was said of programs in this app's shells (OSC 52). */
  readonly writes: "allow" | "deny" | undefined;
  readonly readOnly: boolean;
}

export interface PasteSink {
  /** False: there is no shell to take it. */
  paste(bytes: PasteBytes): boolean;
}

/** Copying from and pasting into one terminal. Every way of pasting ends in `paste` (complaints 14 and 26). */
export class TerminalClipboard {
  rules: ClipboardRules = {
    guard: "lines",
    production: false,
    copyOnSelect: false,
    writes: undefined,
    readOnly: false,
  };
  readonly #terminal: Terminal;
  readonly #ui: PaneUiStore;
  readonly #sink: PasteSink;
  #isSelecting = false;
  #middleClick: ReturnType<typeof setTimeout> | undefined;

  /** The last thing that a program wrote too soon after another, and when it may. */
  #tooSoon: ReturnType<typeof setTimeout> | undefined;
  #mayWriteAt = Number.NEGATIVE_INFINITY;
  readonly #now: () => number;

  constructor(terminal: Terminal, host: HTMLElement, ui: PaneUiStore, sink: PasteSink, now = () => performance.now()) {
    this.#now = now;
    this.#terminal = terminal;
    this.#ui = ui;
    this.#sink = sink;
    host.addEventListener("paste", this.#onPaste, true);
    host.addEventListener("mousedown", this.#onMouseDown, true);
    host.addEventListener("auxclick", this.#onAuxClick, true);
    document.addEventListener("mouseup", this.#onMouseUp);
    takeDroppedText(host, {
      isWritable: () => !this.rules.readOnly,
      paste: (text) => {
        this.paste(text);
        terminal.focus();
      },
    });
  }

  /** Copies what is selected and takes the selection back; says so in the pane when the browser refuses. */
  async copy(): Promise<void> {
    const text = this.#terminal.getSelection();
    if (text === "") return;
    if (await this.put(text)) this.#terminal.clearSelection();
  }

  async put(text: string): Promise<boolean> {
    const done = await writeClipboard(text);
    this.#ui.setState({ notice: done ? null : { kind: "copy-failed", text } });
    return done;
  }

  /** For menus and commands; keys come as the browser's own paste event, which needs no permission. */
  async pasteFromClipboard(): Promise<void> {
    const text = await readClipboard();
    if (text === undefined) this.#ui.setState({ notice: { kind: "paste-failed" } });
    else this.paste(text);
  }

  /** The one way in: cleaned, and shown first where the rules say so. */
  paste(text: string): void {
    const clean = cleanText(text);
    if (clean.text === "" || this.rules.readOnly) return;
    const bracketed = this.#terminal.modes.bracketedPasteMode;
    const question = judgePaste(clean, { bracketed, ...this.rules });
    this.#ui.setState({ paste: question, notice: null });
    if (question === null) this.confirmPaste(clean.text);
  }

  /** Sends a clean text without a further question. */
  confirmPaste(clean: string): void {
    this.#ui.setState({ paste: null });
    const isSent = this.#sink.paste(pasteBytes(clean, this.#terminal.modes.bracketedPasteMode));
    if (!isSent) this.#ui.setState({ notice: { kind: "paste-unsent" } });
    this.#terminal.scrollToBottom();
  }

  /** A program's wish (OSC 52). One that waits for an answer stays as it is, for it may be answered at this moment. */
  requested(request: Exclude<ClipboardRequest, { kind: "ignored" }>): void {
    if (this.rules.writes === "deny") return;
    if (request.kind === "too-large") this.#ui.setState({ notice: { kind: "clipboard-too-large" } });
    else if (this.rules.writes === "allow") this.#write(request.text);
    else {
      const { text, bytes } = request;
      this.#ui.setState(({ clipboard: first }) => ({
        clipboard: first === null ? { text, bytes, later: 0 } : { ...first, later: first.later + 1 },
      }));
    }
  }

  #write(text: string): void {
    clearTimeout(this.#tooSoon);
    if (this.rules.writes !== "allow") return;
    const wait = this.#mayWriteAt - this.#now();
    if (wait > 0) {
      this.#tooSoon = setTimeout(() => this.#write(text), wait);
      return;
    }
    this.#mayWriteAt = this.#now() + BETWEEN_WRITES_MS;
    void this.put(text);
  }

  dispose(): void {
    clearTimeout(this.#middleClick);
    clearTimeout(this.#tooSoon);
    document.removeEventListener("mouseup", this.#onMouseUp);
  }

  readonly #onPaste = (event: ClipboardEvent): void => {
    event.preventDefault();
    event.stopPropagation();
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (text !== "") this.#stopMiddleClick();
    this.paste(text);
  };

  readonly #onMouseDown = (event: MouseEvent): void => {
    if (event.button === 0) this.#isSelecting = true;
  };

  readonly #onMouseUp = (): void => {
    if (!this.#isSelecting) return;
    this.#isSelecting = false;
    // xterm ends its selection in a listener of its own.
    setTimeout(() => {
      const text = this.#terminal.hasSelection() ? this.#terminal.getSelection() : "";
      if (text === "") return;
      rememberSelection(text);
      if (this.rules.copyOnSelect) void this.put(text);
    });
  };

  /** X11's middle button: what was selected last, here or, where the browser tells, in any program. */
  readonly #onAuxClick = (event: MouseEvent): void => {
    if (event.button !== 1 || !isLinux) return;
    if (this.#terminal.modes.mouseTrackingMode !== "none" && !event.shiftKey) return;
    this.#stopMiddleClick();
    this.#middleClick = setTimeout(() => this.paste(lastSelection()), NATIVE_PASTE_MS);
  };

  #stopMiddleClick(): void {
    clearTimeout(this.#middleClick);
    this.#middleClick = undefined;
  }
}
