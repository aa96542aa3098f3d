import type { Machine, Session, Target } from "../../../shared/models.ts";
import type { Clock } from "../../base/clock.ts";
import type { Disposable } from "../../base/dispose.ts";
import { asCulvertError, CulvertError } from "../../base/errors.ts";
import type { SshShell } from "../../ssh/client.ts";
import { CombiningLimit } from "./combining-limit.ts";
import type { Connected, ShellConnector } from "./connector.ts";
import { Screen } from "./screen.ts";
import { Stages } from "./stages.ts";
import type { Viewer } from "./viewer.ts";

export interface ShellSessionOptions {
  readonly id: string;
  readonly target: Target;
  readonly columns: number;
  readonly rows: number;
  readonly clock: Clock;
  readonly connector: ShellConnector;
  /** A session of an earlier run: its text is shown, and it connects when somebody asks for it. */
  readonly restored?: { readonly text: string; readonly textFrom: number | null };
  onChange(): void;
  /** The text on the screen has changed. */
  onText(): void;
}

/** Output parsed by the session's own screen may lag this many bytes behind before the shell has to wait. */
const SCREEN_BACKLOG = 512 * 1024;

/** Keys for a shell that is connecting again are kept up to this many bytes, and sent when it is there (#1). */
const TYPED_AHEAD = 4096;
const MOST_INPUT_AHEAD = 8 * 1024 * 1024;
/** What a write that waits costs besides its bytes. */
const WRITE_COST = 256;
/** With so much waiting, the screen's answers to queries are dropped: a program may ask for any number and read none (#26). */
const MOST_BEFORE_REPLY = 16 * 1024;
const INPUT_REFUSED = new TextEncoder().encode(
  "\r\n\x1b[7m The shell does not read; this input was not sent. \x1b[0m\r\n",
);

/** Emulator reset (RIS is too much: it would clear the text that a person wants to read after a drop). */
const SOFT_RESET = new TextEncoder().encode(
  "\x1b[!p\x1b[?1047l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?2004l\x1b[?25h\r\n",
);

/**
 * One shell: it lives in the engine, through reloads of the window and through reconnects. Bytes go from the SSH channel
 * to the screen and to the window that looks; the slower of the two paces the channel.
 */
export class ShellSession implements Disposable {
  readonly id: string;
  readonly #options: ShellSessionOptions;
  readonly #screen: Screen;
  readonly #createdAt: number;
  #target: Target;
  #stages: Stages;
  #state: Session["state"] = "connecting";
  #exit: Session["exit"] = null;
  #error: CulvertError | null = null;
  #hostKeyChange: Session["hostKeyChange"] = null;
  #readyMs: number | null = null;
  /** False only between the opening of a new session and its `connect`. */
  #hasBegun = false;
  #abort = new AbortController();
  #connected: Connected | undefined;
  #shell: SshShell | undefined;
  #viewer: Viewer | undefined;
  #restored: Session["restored"] = null;
  #typedAhead: Uint8Array[] = [];
  #paused = false;
  /** Bytes and writes of input since the channel asked to wait. */
  #inputAhead = 0;
  /** Parts of a paste that the channel has not asked for more after. */
  #untaken: (() => void)[] = [];
  #disposed = false;

  constructor(options: ShellSessionOptions) {
    this.id = options.id;
    this.#options = options;
    this.#target = options.target;
    this.#createdAt = options.clock.wall();
    this.#stages = new Stages(options.clock, options.onChange);
    this.#screen = new Screen({
      columns: options.columns,
      rows: options.rows,
      onTitle: () => options.onChange(),
      onReply: (bytes) => this.#reply(bytes),
    });
    if (options.restored !== undefined) {
      this.#state = "ended";
      this.#restored = { textFrom: options.restored.textFrom };
      this.#screen.seed(options.restored.text);
    }
  }

  get accountId(): string {
    return this.#target.accountId;
  }

  /** A host is its own one machine: the name is that of both. */
  renameApp(from: string, to: string): void {
    if (this.#target.appName !== from) return;
    const { machineId } = this.#target;
    this.#target = { ...this.#target, appName: to, machineId: machineId === from ? to : machineId };
    this.#options.onChange();
  }

  snapshot(): Session {
    return {
      id: this.id,
      target: this.#target,
      state: this.#state,
      stages: this.#stages.list(),
      exit: this.#exit,
      error: this.#error?.toInfo() ?? null,
      hostKeyChange: this.#hostKeyChange,
      remoteTitle: this.#screen.title,
      createdAt: this.#createdAt,
      readyMs: this.#readyMs,
      restored: this.#restored,
    };
  }

  /** What is kept of it over a restart, in at most `mostBytes`; undefined when it is gone, or `goesOn` said no meanwhile. */
  text(mostBytes: number, goesOn: () => boolean): Promise<string | undefined> {
    return this.#screen.text(mostBytes, goesOn);
  }

  get state(): Session["state"] {
    return this.#state;
  }

  get hostKeyChange(): Session["hostKeyChange"] {
    return this.#hostKeyChange;
  }

  /** Connects, or connects again after the end, the text on the screen stays; nothing while it is connecting or open. */
  connect(): void {
    const isNew = this.#state === "connecting" && !this.#hasBegun;
    if (this.#disposed || (!isNew && this.#state !== "failed" && this.#state !== "ended")) return;
    this.#hasBegun = true;
    this.#abort.abort();
    this.#abort = new AbortController();
    this.#stages = new Stages(this.#options.clock, this.#options.onChange);
    this.#state = "connecting";
    this.#exit = null;
    this.#error = null;
    this.#hostKeyChange = null;
    this.#readyMs = null;
    this.#restored = null;
    if (!isNew) this.#show(SOFT_RESET);
    this.#options.onChange();
    void this.#run(this.#abort.signal);
  }

  async #run(signal: AbortSignal): Promise<void> {
    const startedAt = this.#options.clock.now();
    const { size } = this.#screen;
    try {
      const connected = await this.#options.connector.connect({
        target: this.#target,
        size,
        stages: this.#stages,
        signal,
        onMachine: (machine) => this.#setMachine(machine),
        onHostKeyChange: (change) => {
          this.#hostKeyChange = change;
        },
      });
      if (signal.aborted) {
        connected.dispose();
        return;
      }
      this.#connected = connected;
      this.#shell = connected.shell;
      this.#readyMs = this.#options.clock.now() - startedAt;
      this.#state = "open";
      this.#paused = false;
      const { columns, rows } = this.#screen.size;
      if (columns !== size.columns || rows !== size.rows) connected.shell.resize(columns, rows);
      this.#options.onChange();
      this.#inputAhead = 0;
      connected.shell.onDrain(() => {
        this.#inputAhead = 0;
        this.#taken();
      });
      const limit = new CombiningLimit();
      connected.shell.onData((bytes) => this.#show(limit.filter(bytes)));
      for (const typed of this.#typedAhead.splice(0)) this.input(typed);
      const exit = await Promise.race([connected.shell.exit, connected.lost]);
      if (signal.aborted) return;
      if (exit instanceof CulvertError) this.#end("failed", null, exit);
      else if (exit.error === undefined) this.#end("ended", { code: exit.code, signal: exit.signal }, null);
      else this.#end("failed", null, exit.error);
    } catch (error) {
      if (!signal.aborted) this.#end("failed", null, asCulvertError(error));
    }
  }

  /** Bytes typed or pasted in a window. A shell that does not read gets a bounded amount ahead. */
  input(bytes: Uint8Array): void {
    if (this.#state === "connecting") {
      const kept = this.#typedAhead.reduce((sum, one) => sum + one.length, 0);
      if (kept + bytes.length <= TYPED_AHEAD) this.#typedAhead.push(Uint8Array.from(bytes));
      return;
    }
    if (this.#state !== "open" || this.#shell === undefined) return;
    if (this.#isFullFor(bytes)) {
      this.#screen.write(INPUT_REFUSED);
      this.#viewer?.output(INPUT_REFUSED);
      return;
    }
    this.#send(this.#shell, bytes);
  }

  #reply(bytes: Uint8Array): void {
    if (this.#shell !== undefined && this.#inputAhead <= MOST_BEFORE_REPLY) this.#send(this.#shell, bytes);
  }

  #send(shell: SshShell, bytes: Uint8Array): void {
    this.#inputAhead = shell.write(bytes) ? 0 : this.#inputAhead + bytes.length + WRITE_COST;
  }

  #isFullFor(bytes: Uint8Array): boolean {
    return this.#inputAhead + bytes.length + WRITE_COST > MOST_INPUT_AHEAD;
  }

  /**
   * A part of a long paste. `taken` is called once the channel wants more, or has gone: to a window that waits for it
   * nothing is refused, however slowly the shell reads.
   */
  paste(bytes: Uint8Array, taken: () => void): void {
    const isFull = this.#isFullFor(bytes);
    this.input(bytes);
    if (isFull || this.#inputAhead === 0) taken();
    else this.#untaken.push(taken);
  }

  #taken(): void {
    for (const taken of this.#untaken.splice(0)) taken();
  }

  resize(columns: number, rows: number): void {
    const old = this.#screen.size;
    this.#screen.resize(columns, rows);
    const { size } = this.#screen;
    if (size.columns !== old.columns || size.rows !== old.rows) this.#shell?.resize(size.columns, size.rows);
  }

  get isOver(): boolean {
    return this.#state === "ended" || this.#state === "failed";
  }

  get isShown(): boolean {
    return this.#viewer !== undefined;
  }

  /** The text as it is, and nothing after it: to a window beside the one that shows the session. */
  async give(viewer: Viewer): Promise<void> {
    viewer.start(await this.#screen.snapshot());
    viewer.detach();
  }

  /** Shows the session in one window; the one that had it before is told that it lost it. */
  async attach(viewer: Viewer): Promise<void> {
    if (this.#disposed) {
      viewer.detach();
      return;
    }
    this.#viewer?.detach();
    this.#viewer = viewer;
    this.#pace();
    const snapshot = await this.#screen.snapshot();
    if (this.#viewer === viewer) viewer.start(snapshot);
  }

  detach(viewer: Viewer): void {
    if (this.#viewer === viewer) this.#viewer = undefined;
    this.#pace();
  }

  drawn(viewer: Viewer, count: number): void {
    viewer.drawn(count);
    this.#pace();
  }

  dispose(): void {
    this.#disposed = true;
    this.#abort.abort();
    this.#connected?.dispose();
    this.#viewer?.detach();
    this.#viewer = undefined;
    this.#screen.dispose();
  }

  #show(bytes: Uint8Array): void {
    // A query is answered once: by the window that gets these bytes, or else by the screen, whenever it comes to them.
    this.#screen.write(bytes, () => this.#pace(), this.#viewer === undefined);
    this.#viewer?.output(bytes);
    this.#options.onText();
    this.#pace();
  }

  /** Stops the channel while a reader is behind, and lets it go on once both have caught up. */
  #pace(): void {
    if (this.#shell === undefined) return;
    if (!this.#paused && (this.#viewer?.isBehind === true || this.#screen.pending > SCREEN_BACKLOG)) {
      this.#paused = true;
      this.#shell.pause();
    } else if (this.#paused && this.#viewer?.isReadyForMore !== false && this.#screen.pending <= SCREEN_BACKLOG / 2) {
      this.#paused = false;
      this.#shell.resume();
    }
  }

  #setMachine(machine: Machine): void {
    this.#target = { ...this.#target, machineId: machine.id, machineName: machine.name, region: machine.region };
    this.#options.onChange();
  }

  #end(state: "ended" | "failed", exit: Session["exit"], error: CulvertError | null): void {
    this.#connected?.dispose();
    this.#connected = undefined;
    this.#typedAhead = [];
    this.#shell = undefined;
    this.#inputAhead = 0;
    this.#taken();
    this.#screen.ended();
    this.#state = state;
    this.#exit = exit;
    this.#error = error;
    this.#options.onChange();
  }
}
