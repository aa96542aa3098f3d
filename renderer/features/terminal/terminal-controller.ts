import { FitAddon } from "@xterm/addon-fit";
import { SearchAddon } from "@xterm/addon-search";
import { Unicode11Addon } from "@xterm/addon-unicode11";
import { Terminal } from "@xterm/xterm";
import type { ErrorInfo } from "../../../shared/errors.ts";
import type { Settings } from "../../../shared/models.ts";
import type { Bridge } from "../../bridge/bridge.ts";
import { errorInfoOf } from "../../bridge/bridge-error.ts";
import type { TerminalChannel } from "../../bridge/terminal-channels.ts";
import { rememberTerminalSize } from "../../state/terminal-size.ts";
import type { ThemeName } from "../../state/theme.ts";
import { CursorBlink } from "./cursor-blink.ts";
import { DrawnCredit } from "./drawn-credit.ts";
import { bytesOfBinary, bytesOfText, withoutControls } from "./terminal-bytes.ts";
import { judgeKey } from "./terminal-keys.ts";
import { addLinks } from "./terminal-links.ts";
import { terminalTheme } from "./terminal-theme.ts";
import { WebglLayer } from "./webgl-layer.ts";

const RESIZE_AFTER_MS = 80;
/** Keys typed before the shell is there are kept up to this many bytes, and sent when it is. */
const TYPED_AHEAD = 4096;
/** Clears screen, scrollback and modes (RIS), in order with the bytes around it, which Terminal.reset() is not. */
const RESET = Uint8Array.of(0x1b, 0x63);

interface TerminalEvents {
  onAttached(): void;
  /** The session is shown elsewhere, or could not be attached. */
  onDetached(error: ErrorInfo | null): void;
  onNews(): void;
  onLink(address: string | null): void;
  onEndedKey(key: string): boolean;
  isShortcut(event: KeyboardEvent): boolean;
}

export interface Appearance {
  readonly readOnly: boolean;
  /** Which set of tokens the page shows; the colours themselves are read from the page. */
  readonly theme: ThemeName;
}

/** One xterm for one session, from the first attach to the closing of its tab. Owns what it opens until dispose(). */
export class TerminalController {
  readonly search = new SearchAddon();
  readonly #bridge: Bridge;
  readonly #sessionId: string;
  readonly #events: TerminalEvents;
  readonly #terminal: Terminal;
  readonly #fit = new FitAddon();
  readonly #webgl: WebglLayer;
  readonly #blink: CursorBlink;
  readonly #credit: DrawnCredit;
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
      fontFamily: '"JetBrains Mono Variable", ui-monospace, monospace',
      fontSize: settings.fontSize,
      fontWeightBold: 700,
      lineHeight: 1.2,
      macOptionIsMeta: true,
      minimumContrastRatio: 4.5,
      rescaleOverlappingGlyphs: true,
      scrollback: settings.scrollback,
      theme: terminalTheme(true),
    });
    this.#webgl = new WebglLayer(this.#terminal);
    this.#blink = new CursorBlink(host);
    this.#credit = new DrawnCredit((count) => this.#channel?.drawn(count));
    this.#terminal.loadAddon(this.#fit);
    this.#terminal.loadAddon(this.search);
    this.#terminal.loadAddon(new Unicode11Addon());
    this.#terminal.unicode.activeVersion = "11";
    addLinks(this.#terminal, (address) => events.onLink(address));
    this.#terminal.open(host);
    this.#listen(host);
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
          this.#draw(bytes);
        },
        snapshot: (bytes) => {
          this.#terminal.write(RESET);
          this.#draw(bytes);
        },
        taken: () => undefined,
        detached: (by) => {
          this.#channel = undefined;
          this.#credit.reset();
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
    this.#webgl.set(visible);
    this.#blinkSomehow();
    if (visible) this.fit();
  }

  /** A read-only terminal takes no keys for a shell; those of an ended shell still work. */
  setAppearance(settings: Settings, how: Appearance): void {
    const options = this.#terminal.options;
    options.disableStdin = how.readOnly;
    this.#blinks = settings.cursorBlink && !how.readOnly;
    this.#blinkSomehow();
    options.scrollback = settings.scrollback;
    options.screenReaderMode = settings.screenReader;
    const theme = `${how.theme} ${how.readOnly}`;
    if (theme !== this.#theme) options.theme = terminalTheme(!how.readOnly);
    this.#theme = theme;
    if (how.readOnly) this.#typedAhead = [];
    if (options.fontSize !== settings.fontSize) {
      options.fontSize = settings.fontSize;
      this.fit();
      this.#tellSize();
    }
  }

  focus(): void {
    this.#terminal.focus();
  }

  paste(text: string): void {
    this.#terminal.paste(withoutControls(text));
  }

  clear(): void {
    this.#terminal.clear();
  }

  selectAll(): void {
    this.#terminal.selectAll();
  }

  copy(): void {
    const text = this.#terminal.getSelection();
    if (text === "") return;
    void navigator.clipboard.writeText(text).catch(() => undefined);
    this.#terminal.clearSelection();
  }

  /** Matches the terminal to its place; nothing while that is hidden. */
  fit(): void {
    const host = this.#terminal.element?.parentElement;
    if (host == null || host.clientWidth === 0 || host.clientHeight === 0) return;
    this.#fit.fit();
    rememberTerminalSize({ columns: this.#terminal.cols, rows: this.#terminal.rows });
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    clearTimeout(this.#resizeTimer);
    document.removeEventListener("visibilitychange", this.#pageHidden);
    this.#observer.disconnect();
    this.#credit.flush();
    this.#channel?.close();
    this.#channel = undefined;
    this.#webgl.set(false);
    this.#blink.set(false);
    this.#terminal.dispose();
  }

  readonly #pageHidden = (): void => {
    if (document.hidden) this.#credit.flush();
  };

  #listen(host: HTMLElement): void {
    this.#terminal.onData((text) => this.#type(bytesOfText(text)));
    this.#terminal.onBinary((binary) => this.#type(bytesOfBinary(binary)));
    this.#terminal.onBell(() => this.#events.onNews());
    this.#terminal.attachCustomKeyEventHandler(
      (event) =>
        judgeKey(event, {
          terminal: this.#terminal,
          isShortcut: (key) => this.#events.isShortcut(key),
          onEndedKey: (key) => this.#events.onEndedKey(key),
          copy: () => this.copy(),
        }) === "shell",
    );
    host.addEventListener(
      "paste",
      (event) => {
        event.preventDefault();
        event.stopPropagation();
        this.paste(event.clipboardData?.getData("text/plain") ?? "");
      },
      true,
    );
    document.addEventListener("visibilitychange", this.#pageHidden);
  }

  #attached(channel: TerminalChannel, size: { columns: number; rows: number }): void {
    if (this.#disposed) {
      channel.close();
      return;
    }
    this.#channel = channel;
    this.#told = `${size.columns}×${size.rows}`;
    this.#tellSize();
    for (const bytes of this.#typedAhead.splice(0)) channel.input(bytes);
    this.#events.onAttached();
  }

  #draw(bytes: Uint8Array): void {
    const channel = this.#channel;
    this.#terminal.write(bytes, () => {
      if (channel === undefined || channel === this.#channel) this.#credit.add(bytes.length);
    });
  }

  #type(bytes: Uint8Array): void {
    this.#blink.restart();
    if (this.#channel !== undefined) {
      this.#channel.input(bytes);
      return;
    }
    const kept = this.#typedAhead.reduce((sum, one) => sum + one.length, 0);
    if (kept + bytes.length <= TYPED_AHEAD) this.#typedAhead.push(bytes);
  }

  /** WebGL draws a blinking cursor cheaply by itself; for the DOM renderer styles.css stills it and we do it. */
  #blinkSomehow(): void {
    this.#terminal.options.cursorBlink = this.#blinks;
    this.#blink.set(this.#blinks && this.#visible && !this.#webgl.isOn);
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
