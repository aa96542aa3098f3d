import type { History } from "./history.ts";
import type { KeyEvent, KeyName } from "./key-decoder.ts";
import { LineBuffer } from "./line-buffer.ts";
import { LineView, type Prompt, plainPrompt } from "./line-view.ts";

/** What a key asks of the shell; undefined while it only changed the line. */
export type EditorRequest =
  | { readonly kind: "submit"; readonly line: string }
  /** Ctrl+C: the line is given up. */
  | { readonly kind: "interrupt" }
  /** Ctrl+D on an empty line. */
  | { readonly kind: "end" }
  /** Tab. `again` when the key before was one too. */
  | { readonly kind: "complete"; readonly again: boolean };

const BELL = "\x07";
const CLEAR_SCREEN = "\x1b[H\x1b[2J";

interface Search {
  readonly query: string;
  /** The entry shown, or the number of entries before anything was found. */
  readonly index: number;
  readonly failed: boolean;
}

/** The line editor of the interactive shell, with readline's Emacs keys. Pure: key events in, terminal bytes out. */
export class LineEditor {
  readonly #buffer = new LineBuffer();
  readonly #view: LineView;
  readonly #history: History;
  #prompt: Prompt = plainPrompt("");
  #search: Search | undefined;
  #lastKeyWasTab = false;
  #out = "";

  constructor(history: History, columns: number) {
    this.#history = history;
    this.#view = new LineView(columns);
  }

  get line(): string {
    return this.#buffer.text;
  }

  get textBeforeCursor(): string {
    return this.#buffer.textBeforeCursor;
  }

  /** What has to be sent to the terminal since the last call. */
  takeOutput(): string {
    const out = this.#out;
    this.#out = "";
    return out;
  }

  /** Shows `prompt` and an empty line. The terminal's cursor must stand in the first column. */
  begin(prompt: Prompt): void {
    this.#prompt = prompt;
    this.#buffer.set("");
    this.#history.reset();
    this.#search = undefined;
    this.#lastKeyWasTab = false;
    this.#view.begin(prompt);
    this.#draw();
  }

  resize(columns: number): void {
    this.#view.resize(columns);
    this.#draw();
  }

  key(event: KeyEvent): EditorRequest | undefined {
    if (this.#search !== undefined && this.#searchKey(event, this.#search)) return undefined;
    const again = this.#lastKeyWasTab;
    this.#lastKeyWasTab = event.kind === "key" && event.key === "tab";
    switch (event.kind) {
      case "text":
        this.#type(event.text);
        return undefined;
      case "paste":
        this.#change(() => this.#buffer.insert(event.text) || this.#ring());
        return undefined;
      case "paste-refused":
        this.ring();
        this.printBelow(`paste of ${event.bytes} bytes refused: more than a line may have (try cat > file)`);
        return undefined;
      case "key":
        return event.key === "tab" ? { kind: "complete", again } : this.#named(event.key);
      case "control":
        return this.#control(event.letter);
    }
  }

  /** Puts `text` in the place of the `count` clusters before the cursor: the answer to "complete". */
  replaceBefore(count: number, text: string): void {
    this.#change(() => this.#buffer.replaceBefore(count, text));
  }

  /** Prints `lines` below the line being edited and shows that one again beneath: lists of completions. */
  printBelow(text: string): void {
    this.#out += `${this.#view.finish(this.#buffer.clusters)}${text}\r\n`;
    this.#view.begin(this.#prompt);
    this.#draw();
  }

  ring(): void {
    this.#out += BELL;
  }

  #type(text: string): void {
    const atEnd = this.#buffer.cursor === this.#buffer.clusters.length;
    const before = this.#buffer.clusters.length;
    if (!this.#buffer.insert(text)) {
      this.ring();
      return;
    }
    const quick = atEnd && this.#buffer.clusters.length > before ? this.#view.append(text) : undefined;
    if (quick === undefined) this.#draw();
    else this.#out += quick;
  }

  #named(key: Exclude<KeyName, "tab">): EditorRequest | undefined {
    const buffer = this.#buffer;
    switch (key) {
      case "enter":
        return this.#submit();
      case "backspace":
        return this.#change(() => (buffer.cursor === 0 ? this.#ring() : buffer.deleteBack()));
      case "delete":
        return this.#change(() => buffer.deleteForward());
      case "left":
        return this.#change(() => buffer.moveBy(-1));
      case "right":
        return this.#change(() => buffer.moveBy(1));
      case "home":
        return this.#change(() => buffer.moveTo(0));
      case "end":
        return this.#change(() => buffer.moveTo(buffer.clusters.length));
      case "word-left":
        return this.#change(() => buffer.moveTo(buffer.wordStart()));
      case "word-right":
        return this.#change(() => buffer.moveTo(buffer.wordEnd()));
      case "word-backspace":
        return this.#change(() => buffer.killTo(buffer.wordStart()));
      case "word-delete":
        return this.#change(() => buffer.killTo(buffer.wordEnd()));
      case "up":
        return this.#recall(this.#history.older(buffer.text));
      case "down":
        return this.#recall(this.#history.newer());
    }
  }

  #control(letter: string): EditorRequest | undefined {
    const buffer = this.#buffer;
    switch (letter) {
      case "a":
        return this.#named("home");
      case "b":
        return this.#named("left");
      case "c":
        this.#leave("^C");
        return { kind: "interrupt" };
      case "d":
        if (buffer.clusters.length > 0) return this.#named("delete");
        this.#leave("");
        return { kind: "end" };
      case "e":
        return this.#named("end");
      case "f":
        return this.#named("right");
      case "g":
        this.ring();
        return undefined;
      case "k":
        return this.#change(() => buffer.killTo(buffer.clusters.length));
      case "l":
        this.#out += CLEAR_SCREEN;
        this.#view.begin(this.#prompt);
        this.#draw();
        return undefined;
      case "n":
        return this.#named("down");
      case "p":
        return this.#named("up");
      case "r":
        this.#startSearch();
        return undefined;
      case "t":
        return this.#change(() => buffer.transpose());
      case "u":
        return this.#change(() => buffer.killTo(0));
      case "w":
        return this.#change(() => buffer.killTo(buffer.blankStart()));
      case "y":
        return this.#change(() => buffer.yank());
      default:
        return undefined;
    }
  }

  #submit(): EditorRequest {
    const line = this.#buffer.text;
    this.#leave("");
    return { kind: "submit", line };
  }

  /** Goes below the line, behind it `mark`. */
  #leave(mark: string): void {
    if (mark !== "") {
      this.#buffer.moveTo(this.#buffer.clusters.length);
      this.#draw();
    }
    this.#out += mark === "" ? this.#view.finish(this.#buffer.clusters) : `${mark}\r\n`;
    this.#buffer.set("");
  }

  #recall(line: string | undefined): undefined {
    if (line === undefined) this.ring();
    else this.#change(() => this.#buffer.set(line));
  }

  #change(edit: () => unknown): undefined {
    edit();
    this.#draw();
  }

  #ring(): void {
    this.ring();
  }

  #draw(): void {
    this.#out += this.#view.draw(this.#buffer.clusters, this.#buffer.cursor);
  }

  #startSearch(): void {
    this.#search = { query: "", index: this.#history.entries.length, failed: false };
    this.#showSearch();
  }

  /** True when the search took the key; any other key accepts what was found and acts on it. */
  #searchKey(event: KeyEvent, search: Search): boolean {
    if (event.kind === "text") return this.#find(search.query + event.text, search.index + 1);
    if (event.kind === "key" && event.key === "backspace")
      return this.#find([...search.query].slice(0, -1).join(""), this.#history.entries.length);
    if (event.kind === "control" && event.letter === "r") return this.#find(search.query, search.index);
    if (event.kind === "control" && event.letter === "g") this.#buffer.set("");
    this.#search = undefined;
    this.#view.swapPrompt(this.#prompt);
    this.#draw();
    return event.kind === "control" && event.letter === "g";
  }

  #find(query: string, before: number): true {
    const found = query === "" ? undefined : this.#history.search(query, before);
    const failed = found === undefined && query !== "";
    if (found !== undefined) this.#buffer.set(found.line);
    if (failed) this.ring();
    this.#search = { query, index: found?.index ?? this.#search?.index ?? 0, failed };
    this.#showSearch();
    return true;
  }

  #showSearch(): void {
    const search = this.#search;
    if (search === undefined) return;
    this.#view.swapPrompt(plainPrompt(`(${search.failed ? "failed " : ""}reverse-i-search)\`${search.query}': `));
    this.#draw();
  }
}
