import { Unicode11Addon } from "@xterm/addon-unicode11";
import { Terminal } from "@xterm/xterm";
import { boundCounts } from "../../../shared/counted-sequences.ts";
import type { ErrorInfo } from "../../../shared/errors.ts";
import { LIMITS } from "../../../shared/limits.ts";
import type { Settings } from "../../../shared/settings.ts";
import type { Bridge } from "../../bridge/bridge.ts";
import { errorInfoOf } from "../../bridge/bridge-error.ts";
import type { TerminalChannel } from "../../bridge/terminal-channels.ts";
import type { PaneMark } from "../../state/shell-store.ts";
import { rememberTerminalSize } from "../../state/terminal-size.ts";
import type { ThemeName } from "../../state/theme.ts";
import { keepCompositionInside } from "./composition-view.ts";
import { CursorBlink } from "./cursor-blink.ts";
import { CursorLine } from "./cursor-line.ts";
import { TerminalFind } from "./find/terminal-find.ts";
import { FramePace, paceFrames } from "./frame-pace.ts";
import { keepInverseContrast } from "./inverse-contrast.ts";
import { addOscHandlers } from "./osc/osc-handlers.ts";
import { OutputFlow } from "./output-flow.ts";
import { makePaneUi, type PaneUiStore } from "./pane-ui.ts";
import { InputQueue } from "./paste/input-queue.ts";
import type { PasteBytes } from "./paste/paste-text.ts";
import { type Cell, PlaceFit } from "./place-fit.ts";
import { oneLine } from "./safe-text.ts";
import { syncScrollbarWithFrames } from "./scrollbar-sync.ts";
import { redrawSelectionOnlyIfAny } from "./selection-redraw.ts";
import { useTabMovesFocus } from "./tab-moves-focus.ts";
import { bytesOfBinary, bytesOfText } from "./terminal-bytes.ts";
import { type ClipboardRules, TerminalClipboard } from "./terminal-clipboard.ts";
import { fontStack } from "./terminal-font.ts";
import { judgeKey } from "./terminal-keys.ts";
import { addLinks } from "./terminal-links.ts";
import { terminalTheme } from "./terminal-theme.ts";
import { moveTextAreaWithRows } from "./text-area-place.ts";
import { WebglLayer } from "./webgl-layer.ts";

const RESIZE_AFTER_MS = 80;
/** Keys typed before the shell is there are kept up to this many bytes, and sent when it is. */
const TYPED_AHEAD = 4096;

interface TerminalEvents {
  onAttached(): void;
  /** The session is shown elsewhere, or could not be attached. */
  onDetached(error: ErrorInfo | null): void;
  onNews(): void;
  onBell(): void;
  /** OSC 0 and 2, for one line. */
  onTitle(title: string): void;
  /** OSC 7. */
  onDirectory(path: string): void;
  /** OSC 9;4. */
  onProgress(progress: PaneMark["progress"]): void;
  onEndedKey(key: string): boolean;
  isShortcut(event: KeyboardEvent): boolean;
}

export interface Appearance {
  readonly readOnly: boolean;
  /** The app's shells are in production: a paste of several lines is always asked for. */
  readonly production: boolean;
  /** What was said of clipboard writes by this app's programs. */
  readonly clipboardWrites: ClipboardRules["writes"];
  /** Names the terminal to a screen reader. */
  readonly label: string;
  /** Which set of tokens the page shows; the colours themselves are read from the page. */
  readonly theme: ThemeName;
}

/** One xterm for one session, from the first attach to the closing of its tab. Owns what it opens until dispose(). */
export class TerminalController {
  readonly ui: PaneUiStore = makePaneUi();
  readonly clipboard: TerminalClipboard;
  readonly find: TerminalFind;
  readonly cursorLine: CursorLine;
  readonly #input: InputQueue;
  readonly #bridge: Bridge;
  readonly #sessionId: string;
  readonly #events: TerminalEvents;
  readonly #terminal: Terminal;
  readonly #fit: PlaceFit;
  readonly #pace: FramePace;
  readonly #webgl: WebglLayer;
  readonly #blink: CursorBlink;
  readonly #output: OutputFlow;
  readonly #observer: ResizeObserver;
  #channel: TerminalChannel | undefined;
  #attaching = false;
  #visible = false;
  #disposed = false;
  #typedAhead: Uint8Array[] = [];
  #resizeTimer: ReturnType<typeof setTimeout> | undefined;
  #told = "";
  #theme = "";
  #blinks = false;

  constructor(bridge: Bridge, sessionId: string, host: HTMLElement, settings: Settings, events: TerminalEvents) {
    this.#bridge = bridge;
    this.#sessionId = sessionId;
    this.#events = events;
    this.#terminal = new Terminal({
      allowProposedApi: true,
      customGlyphs: true,
      fontFamily: fontStack(settings.fontFamily),
      fontSize: settings.fontSize,
      fontWeightBold: 700,
      lineHeight: 1.2,
      macOptionIsMeta: true,
      minimumContrastRatio: 4.5,
      rescaleOverlappingGlyphs: true,
      scrollback: settings.scrollback,
      theme: terminalTheme(true),
    });
    this.#webgl = new WebglLayer(this.#terminal, () => this.#blinkSomehow());
    this.#blink = new CursorBlink(host, () => this.#blinkSomehow());
    this.#pace = new FramePace(this.#terminal);
    this.#output = new OutputFlow(this.#pace, () => this.#visible);
    this.#fit = new PlaceFit(this.#terminal);
    this.#terminal.loadAddon(new Unicode11Addon());
    this.#terminal.unicode.activeVersion = "11";
    boundCounts(this.#terminal, () => new Promise((resolve) => setTimeout(resolve)));
    addLinks(this.#terminal, (link) => this.ui.setState({ link }));
    this.#terminal.open(host);
    keepCompositionInside(this.#terminal, host);
    redrawSelectionOnlyIfAny(this.#terminal);
    keepInverseContrast(this.#terminal);
    paceFrames(this.#terminal, this.#pace);
    moveTextAreaWithRows(this.#terminal);
    syncScrollbarWithFrames(this.#terminal);
    this.#input = new InputQueue(
      { input: (bytes) => this.#send(bytes), paste: (bytes) => this.#channel?.paste(bytes) },
      (pasting) => this.ui.setState({ pasting }),
    );
    this.cursorLine = new CursorLine(this.#terminal);
    this.find = new TerminalFind(this.#terminal, (find) => this.ui.setState({ find }));
    this.clipboard = new TerminalClipboard(this.#terminal, host, this.ui, { paste: (bytes) => this.#paste(bytes) });
    addOscHandlers(this.#terminal, {
      onDirectory: events.onDirectory,
      onProgress: events.onProgress,
      onClipboard: (request) => this.clipboard.requested(request),
    });
    this.#listen();
    this.#observer = new ResizeObserver(() => this.#resizeSoon());
    this.#observer.observe(host);
  }

  /** Shows the session here. Does nothing while it is shown or asked for. */
  async attach(): Promise<void> {
    if (this.#channel !== undefined || this.#attaching || this.#disposed) return;
    this.#attaching = true;
    this.fit();
    const size = { columns: this.#terminal.cols, rows: this.#terminal.rows };
    try {
      const channel = await this.#bridge.openTerminal(this.#sessionId, size, {
        output: (bytes) => {
          if (!this.#visible) this.#events.onNews();
          this.#output.output(bytes);
        },
        snapshot: (bytes) => this.#output.snapshot(bytes),
        taken: (count) => this.#input.taken(count),
        detached: (by) => {
          this.#channel = undefined;
          const cut = this.#input.reset();
          if (cut !== undefined) this.ui.setState({ notice: { kind: "paste-cut", progress: cut } });
          this.#output.detached();
          // With the link the text stays as it is, and the hook attaches again when the link is back.
          if (!this.#disposed && by === "host") this.#events.onDetached(null);
        },
      });
      this.#attached(channel, size);
    } catch (reason) {
      if (!this.#disposed) this.#events.onDetached(errorInfoOf(reason));
    } finally {
      this.#attaching = false;
    }
  }

  setVisible(visible: boolean): void {
    this.#visible = visible;
    this.#pace.setShown(visible);
    this.#webgl.set(visible);
    this.#blinkSomehow();
    this.#output.flush();
    if (visible) this.fit();
  }

  /** A read-only terminal takes no keys for a shell; those of an ended shell still work. */
  setAppearance(settings: Settings, how: Appearance): void {
    const options = this.#terminal.options;
    options.disableStdin = how.readOnly;
    this.#blinks = settings.cursorBlink && !how.readOnly;
    this.#blinkSomehow();
    options.minimumContrastRatio = settings.contrast === "more" ? 7 : 4.5;
    this.clipboard.rules = {
      guard: settings.pasteGuard,
      production: how.production,
      copyOnSelect: settings.copyOnSelect,
      writes: how.clipboardWrites,
      readOnly: how.readOnly,
    };
    this.#terminal.textarea?.setAttribute("aria-label", how.label);
    options.screenReaderMode = settings.screenReader;
    const theme = `${how.theme} ${settings.contrast} ${how.readOnly}`;
    if (theme !== this.#theme) options.theme = terminalTheme(!how.readOnly);
    this.#theme = theme;
    if (how.readOnly) this.#typedAhead = [];
    const fontFamily = fontStack(settings.fontFamily);
    const isBarOther = (options.scrollback === 0) !== (settings.scrollback === 0);
    options.scrollback = settings.scrollback;
    if (isBarOther || options.fontSize !== settings.fontSize || options.fontFamily !== fontFamily) {
      options.fontSize = settings.fontSize;
      options.fontFamily = fontFamily;
      this.fit();
      this.#tellSize();
    }
  }

  focus(): void {
    this.#terminal.focus();
  }

  /** A key that the window or the browser would keep for itself, as bytes. */
  type(text: string): void {
    this.#type(bytesOfText(text));
  }

  /** Draws all of it anew: after glyphs were spoilt by the graphics driver. */
  repaint(): void {
    this.#webgl.repaint();
    this.#blinkSomehow();
  }

  /** With what is selected as the first query, if that is one line. */
  openFind(): void {
    const selected = this.#terminal.getSelection();
    this.ui.setState(({ findAsked, findText }) => ({
      findOpen: true,
      findAsked: findAsked + 1,
      findText: /^.{1,200}$/.test(selected) ? selected : findText,
    }));
  }

  closeFind(): void {
    this.ui.setState({ findOpen: false });
    this.focus();
  }

  /** The accessible view over the terminal, or the terminal again. */
  toggleReading(): void {
    const reading = !this.ui.getState().reading;
    this.ui.setState({ reading });
    if (!reading) this.focus();
  }

  /** The newest rows as text, at most so many, wrapped ones joined. */
  text(mostRows: number): string {
    const { active } = this.#terminal.buffer;
    const rows: string[] = [];
    for (let row = Math.max(0, active.length - mostRows); row < active.length; row += 1) {
      const line = active.getLine(row);
      const wraps = active.getLine(row + 1)?.isWrapped === true;
      rows.push((line?.translateToString(!wraps) ?? "") + (wraps ? "" : "\n"));
    }
    return rows.join("").trimEnd();
  }

  /** The bell, to be seen. */
  flash(): void {
    this.ui.setState(({ flashes }) => ({ flashes: flashes + 1 }));
  }

  /** A shell that is over does nothing any more. */
  forgetProgress(): void {
    this.#events.onProgress(null);
  }

  cancelPaste(): void {
    this.#input.cancel();
  }

  clear(): void {
    this.#terminal.clear();
  }

  get hasSelection(): boolean {
    return this.#terminal.hasSelection();
  }

  selectAll(): void {
    this.#terminal.selectAll();
  }

  get cell(): Cell | undefined {
    return this.#fit.cell;
  }

  /** Matches the terminal to its place; nothing while that is hidden, or is as it was. */
  fit(): void {
    if (!this.#fit.isShown) return;
    if (this.#fit.isDue) this.cursorLine.during(() => this.#fit.fit());
    rememberTerminalSize({ columns: this.#terminal.cols, rows: this.#terminal.rows });
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    clearTimeout(this.#resizeTimer);
    document.removeEventListener("visibilitychange", this.#pageHidden);
    this.#observer.disconnect();
    this.#output.flush();
    this.#channel?.close();
    this.#channel = undefined;
    this.#webgl.set(false);
    this.#blink.dispose();
    this.clipboard.dispose();
    this.find.close();
    this.#terminal.dispose();
  }

  readonly #pageHidden = (): void => {
    if (document.hidden) this.#output.flush();
    else this.#webgl.refresh();
  };

  #listen(): void {
    this.#terminal.onData((text) => this.#type(bytesOfText(text)));
    this.#terminal.onBinary((binary) => this.#type(bytesOfBinary(binary)));
    this.#terminal.onBell(() => this.#events.onBell());
    this.#terminal.onTitleChange((title) => this.#events.onTitle(oneLine(title, LIMITS.titleLength)));
    this.#terminal.attachCustomKeyEventHandler(
      (event) =>
        judgeKey(event, {
          terminal: this.#terminal,
          tabMovesFocus: useTabMovesFocus.getState().on,
          isShortcut: (key) => this.#events.isShortcut(key),
          onEndedKey: (key) => this.#events.onEndedKey(key),
          copy: () => void this.clipboard.copy(),
        }) === "shell",
    );
    document.addEventListener("visibilitychange", this.#pageHidden);
  }

  #attached(channel: TerminalChannel, size: { columns: number; rows: number }): void {
    if (this.#disposed) {
      channel.close();
      return;
    }
    this.#channel = channel;
    this.#output.attached((count) => channel.drawn(count));
    this.#told = `${size.columns}×${size.rows}`;
    this.#tellSize();
    for (const bytes of this.#typedAhead.splice(0)) channel.input(bytes);
    this.#events.onAttached();
  }

  #type(bytes: Uint8Array): void {
    this.#blink.restart();
    this.#input.type(bytes);
  }

  /** False when no shell is there and it is more than may be typed ahead. */
  #paste(bytes: PasteBytes): boolean {
    if (this.#channel === undefined && bytes.body.length > TYPED_AHEAD) return false;
    this.#input.paste(bytes);
    return true;
  }

  #send(bytes: Uint8Array): void {
    if (this.#channel !== undefined) {
      this.#channel.input(bytes);
      return;
    }
    const kept = this.#typedAhead.reduce((sum, one) => sum + one.length, 0);
    if (kept + bytes.length <= TYPED_AHEAD) this.#typedAhead.push(bytes);
  }

  /** WebGL draws a blinking cursor cheaply by itself; for the DOM renderer styles.css stills it and we do it. */
  #blinkSomehow(): void {
    const drawnBy = this.#webgl.isOn ? "renderer" : "page";
    this.#blink.set(this.#blinks && this.#visible ? drawnBy : undefined);
    this.#terminal.options.cursorBlink = this.#blinks && (drawnBy === "page" || !this.#blink.isResting);
  }

  #resizeSoon(): void {
    clearTimeout(this.#resizeTimer);
    this.#resizeTimer = setTimeout(() => {
      if (!this.#visible) return;
      this.fit();
      this.#tellSize();
    }, RESIZE_AFTER_MS);
  }

  #tellSize(): void {
    const size = { columns: this.#terminal.cols, rows: this.#terminal.rows };
    const text = `${size.columns}×${size.rows}`;
    if (this.#channel === undefined || text === this.#told) return;
    this.#told = text;
    void this.#bridge.call("sessions.resize", { sessionId: this.#sessionId, ...size }).catch(() => undefined);
  }
}
