import { complete } from "./completion.ts";
import { History } from "./history.ts";
import { Interpreter, type RunResult } from "./interpreter.ts";
import { KeyDecoder } from "./key-decoder.ts";
import { type EditorRequest, LineEditor } from "./line-editor.ts";
import { type Prompt, plainPrompt } from "./line-view.ts";
import type { ShellStreams } from "./live-pipeline.ts";
import { PROGRAMS } from "./programs/index.ts";
import { parseLine } from "./syntax.ts";
import { TerminalInput } from "./terminal-input.ts";
import { type ByteSink, TerminalOutput } from "./terminal-output.ts";
import { BrokenPipe, type Program, type ShellHost, STATUS_INTERRUPTED, type TerminalSize } from "./types.ts";
import { messageOfTheDay, promptFor, titleFor } from "./welcome.ts";

export interface TerminalShellOptions {
  readonly host: ShellHost;
  readonly sink: ByteSink;
  readonly size: TerminalSize;
  /** TERM and what else the client sent. */
  readonly env: Readonly<Record<string, string>>;
  /** Asks the client to hold its input back, or to go on. */
  flow?(on: boolean): void;
}

/** bash's status for a hangup: 128 + SIGHUP. */
const STATUS_HANGUP = 129;
const PASTE_ON = "\x1b[?2004h";
const PASTE_OFF = "\x1b[?2004l";

type Entered =
  | { readonly kind: "line"; readonly line: string }
  | { readonly kind: "interrupt" }
  | { readonly kind: "end" };

/** A shell on a terminal: prompt, line editor, one command at a time in the foreground. */
export class TerminalShell {
  readonly #host: ShellHost;
  readonly #interpreter: Interpreter;
  readonly #input: TerminalInput;
  readonly #output: TerminalOutput;
  readonly #history = new History();
  readonly #editor: LineEditor;
  readonly #decoder = new KeyDecoder();
  readonly #programs: ReadonlyMap<string, Program>;
  #size: TerminalSize;
  #editing = false;
  #hungUp = false;
  #running: AbortController | undefined;

  constructor(options: TerminalShellOptions) {
    this.#host = options.host;
    this.#size = options.size;
    this.#output = new TerminalOutput(options.sink);
    this.#input = new TerminalInput({
      echo: (text) => void this.#output.write(Buffer.from(text, "latin1")).catch(() => undefined),
      flow: (on) => options.flow?.(on),
    });
    this.#editor = new LineEditor(this.#history, options.size.columns);
    this.#programs = new Map([...PROGRAMS, ["history", this.#historyProgram()]]);
    this.#interpreter = new Interpreter({ host: options.host, programs: this.#programs, env: options.env });
    this.#noteSize();
  }

  /** What the user typed. */
  input(chunk: Uint8Array): void {
    this.#input.push(chunk);
  }

  /** The client will type no more. */
  inputEnded(): void {
    this.#input.close();
  }

  resize(size: TerminalSize): void {
    this.#size = size;
    this.#noteSize();
    this.#editor.resize(size.columns);
    const redrawn = this.#editor.takeOutput();
    if (this.#editing) void this.#output.raw(redrawn).catch(() => undefined);
  }

  /** The terminal is gone: whatever runs ends, and so does the shell. */
  hangUp(): void {
    this.#hungUp = true;
    this.#running?.abort();
    this.#input.close();
    this.#input.release();
  }

  /** Runs until `exit`, Ctrl+D or a hangup; resolves with the exit status. */
  async interact(): Promise<number> {
    try {
      await this.#output.write(Buffer.from(messageOfTheDay(this.#host)));
      let status = 0;
      for (;;) {
        const entered = await this.#readCommand();
        if (this.#hungUp) return STATUS_HANGUP;
        if (entered.kind === "end") {
          await this.#output.raw("exit\r\n");
          return status;
        }
        if (entered.kind === "interrupt") this.#interpreter.state.lastStatus = STATUS_INTERRUPTED;
        if (entered.kind !== "line" || entered.line.trim() === "") continue;
        const result = await this.#runLine(entered.line);
        if (result.exit || this.#hungUp) return this.#hungUp ? STATUS_HANGUP : result.status;
        status = result.status;
      }
    } catch (error) {
      if (error instanceof BrokenPipe) return STATUS_HANGUP;
      throw error;
    }
  }

  /** Runs one command on the terminal: `ssh -t host command`. */
  async runCommand(command: string): Promise<number> {
    try {
      return (await this.#runLine(command)).status;
    } catch (error) {
      if (error instanceof BrokenPipe) return STATUS_HANGUP;
      throw error;
    }
  }

  /** A whole command: one line, or more while the syntax asks for more. */
  async #readCommand(): Promise<Entered> {
    if (!this.#output.atLineStart) await this.#output.raw("\r\n");
    await this.#output.raw(titleFor(this.#host, this.#interpreter.state.cwd));
    let source = "";
    for (let prompt: Prompt = promptFor(this.#host, this.#interpreter.state); ; prompt = plainPrompt("> ")) {
      const entered = await this.#readLine(prompt);
      if (entered.kind === "interrupt" || (entered.kind === "end" && source === "")) return entered;
      if (entered.kind === "line") source += entered.line;
      const isOpen = entered.kind === "line" && parseLine(source).kind === "incomplete";
      if (!isOpen || this.#hungUp) {
        this.#history.add(source);
        return { kind: "line", line: source };
      }
      source = source.endsWith("\\") ? source.slice(0, -1) : `${source}\n`;
    }
  }

  async #readLine(prompt: Prompt): Promise<Entered> {
    this.#editor.begin(prompt);
    this.#editing = true;
    try {
      await this.#output.raw(PASTE_ON + this.#editor.takeOutput());
      while (await this.#input.available()) {
        const request = this.#takeKeys();
        if (request === undefined || request.kind === "complete") {
          if (request !== undefined) await this.#complete(request.again);
          await this.#output.raw(this.#editor.takeOutput());
          continue;
        }
        await this.#output.raw(this.#editor.takeOutput() + PASTE_OFF);
        this.#output.lineStarted();
        return request.kind === "submit" ? { kind: "line", line: request.line } : request;
      }
      return { kind: "end" };
    } finally {
      this.#editing = false;
    }
  }

  /** Gives the editor what was typed, up to the key that asks for something. */
  #takeKeys(): EditorRequest | undefined {
    for (let byte = this.#input.take(); byte !== undefined; byte = this.#input.take()) {
      const event = this.#decoder.push(byte);
      const request = event === undefined ? undefined : this.#editor.key(event);
      if (request !== undefined) return request;
    }
    return undefined;
  }

  async #complete(again: boolean): Promise<void> {
    const completion = await complete(this.#editor.textBeforeCursor, {
      fs: this.#host.fs,
      cwd: this.#interpreter.state.cwd,
      commands: [...this.#programs.keys(), ...COMMON_COMMANDS],
    });
    const before = this.#editor.textBeforeCursor;
    if (completion.candidates.length > 0 && !before.endsWith(completion.common))
      this.#editor.replaceBefore(completion.replace, completion.common);
    else if (again && completion.candidates.length > 1) this.#editor.printBelow(completion.candidates.join("  "));
    else this.#editor.ring();
  }

  async #runLine(line: string): Promise<RunResult> {
    const running = new AbortController();
    this.#running = running;
    if (this.#hungUp) running.abort();
    this.#input.foreground(() => running.abort());
    try {
      const result = await this.#interpreter.run(line, this.#streams(), running.signal);
      if (running.signal.aborted && !this.#hungUp) await this.#output.write(Buffer.from("^C\n"));
      return result;
    } finally {
      this.#input.foreground(undefined);
      this.#running = undefined;
    }
  }

  #streams(): ShellStreams {
    const shell = this;
    return {
      stdin: this.#input,
      stdinIsTerminal: true,
      terminal: {
        get size() {
          return shell.#size;
        },
        key: (timeoutMs) => this.#input.key(timeoutMs),
      },
      out: (data) => this.#output.write(data),
      err: (data) => this.#output.write(data),
    };
  }

  #noteSize(): void {
    this.#interpreter.state.set("COLUMNS", String(this.#size.columns));
    this.#interpreter.state.set("LINES", String(this.#size.rows));
  }

  #historyProgram(): Program {
    return {
      name: "history",
      run: async (io) => {
        const lines = this.#history.entries.map((entry, i) => `${String(i + 1).padStart(5)}  ${entry}\n`);
        await io.out(lines.join(""));
        return 0;
      },
    };
  }
}

/** just-bash's commands that are worth completing. */
const COMMON_COMMANDS = (
  "alias awk basename base64 cd chmod cp cut date diff dirname du echo env exit export expr find grep gunzip gzip help " +
  "jq ln md5sum mkdir mv printenv printf pwd rm rmdir sed sha256sum sort stat tar tee test time touch tr tree unalias " +
  "uniq unset which xargs"
).split(" ");
