import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { History } from "../../../electron/demo/shell/history.ts";
import { KeyDecoder } from "../../../electron/demo/shell/key-decoder.ts";
import { type EditorRequest, LineEditor } from "../../../electron/demo/shell/line-editor.ts";
import { Screen } from "../../support/demo-terminal.ts";

const PROMPT = { text: "\x1b[32m$\x1b[m ", width: 2 };
const KEYS = {
  left: "\x1b[D",
  right: "\x1b[C",
  up: "\x1b[A",
  down: "\x1b[B",
  home: "\x1b[H",
  end: "\x1bOF",
  delete: "\x1b[3~",
  wordLeft: "\x1b[1;5D",
  wordRight: "\x1bf",
  altBackspace: "\x1b\x7f",
} as const;

/** An editor on an emulated terminal: keys in, screen out. */
class Bench {
  readonly screen: Screen;
  readonly history = new History();
  readonly editor: LineEditor;
  readonly #decoder = new KeyDecoder();
  requests: EditorRequest[] = [];

  constructor(columns = 20, rows = 10) {
    this.screen = new Screen(columns, rows);
    this.editor = new LineEditor(this.history, columns);
    this.editor.begin(PROMPT);
  }

  async type(...keys: readonly string[]): Promise<this> {
    for (const byte of Buffer.from(keys.join(""))) {
      const event = this.#decoder.push(byte);
      const request = event === undefined ? undefined : this.editor.key(event);
      if (request !== undefined) this.requests.push(request);
    }
    await this.screen.print(this.editor.takeOutput());
    return this;
  }

  async resize(columns: number): Promise<void> {
    this.screen.resize(columns, 10);
    this.editor.resize(columns);
    await this.screen.print(this.editor.takeOutput());
  }
}

async function bench(...keys: readonly string[]): Promise<Bench> {
  return new Bench().type(...keys);
}

describe("editing", () => {
  test.each([
    ["insertion in the middle", ["helo", KEYS.left, "l"], "hello", 4],
    ["backspace", ["helllo", KEYS.left, "\x7f"], "hello", 4],
    ["delete", ["hexllo", KEYS.home, KEYS.right, KEYS.right, KEYS.delete], "hello", 2],
    ["Ctrl+A and Ctrl+E", ["ello", "\x01", "h", "\x05", "!"], "hello!", 6],
    ["Ctrl+U", ["gone stays", "\x1bb", "\x15"], "stays", 0],
    ["Ctrl+K", ["stays gone", "\x1bb", "\x0b"], "stays ", 6],
    ["Ctrl+W", ["cat /a/b.txt", "\x17"], "cat ", 4],
    ["Alt+Backspace", ["cat /a/b.txt", KEYS.altBackspace], "cat /a/b.", 9],
    ["Alt+D", ["one two", KEYS.home, "\x1bd"], " two", 0],
    ["Ctrl+Y brings back", ["one two", "\x17", KEYS.home, "\x19", " "], "two one ", 4],
    ["Ctrl+T", ["hlelo", KEYS.home, KEYS.right, KEYS.right, "\x14"], "hello", 3],
    ["word moves", ["one two three", KEYS.wordLeft, KEYS.wordLeft, KEYS.wordRight, "!"], "one two! three", 8],
    ["Ctrl+D deletes while there is text", ["xhello", KEYS.home, "\x04"], "hello", 0],
    ["unknown sequences are swallowed", ["a", "\x1b[99;7z", "\x1b[200", "~b\x1b[201~"], "ab", 2],
    ["the beginning and the end hold", [KEYS.left, "\x7f", "a", KEYS.right, KEYS.delete, "b"], "ab", 2],
  ])("%s", async (_, keys, line, cursor) => {
    const { editor, screen } = await bench(...keys);
    expect(editor.line).toBe(line);
    expect(screen.text.trimEnd()).toBe(`$ ${line}`.trimEnd());
    expect(screen.cursor).toEqual({ x: 2 + cursor, y: 0 });
  });

  test("history up and down keeps the unfinished line", async () => {
    const it = new Bench();
    it.history.add("first");
    it.history.add("second");
    await it.type("unfin", KEYS.up, KEYS.up);
    expect(it.screen.text).toBe("$ first");
    await it.type(KEYS.up); // nothing above: a bell
    expect(it.screen.raw.endsWith("\x07")).toBe(true);
    await it.type(KEYS.down, KEYS.down, "ished");
    expect(it.screen.text).toBe("$ unfinished");
  });

  test("history keeps neither repetitions nor lines that begin with a blank", () => {
    const history = new History();
    for (const line of ["a", "a", " secret", "", "b"]) history.add(line);
    expect(history.entries).toEqual(["a", "b"]);
  });

  test("Ctrl+R finds, goes on, is refined and accepted", async () => {
    const it = new Bench(60);
    for (const line of ["make all", "ls", "make test", "pwd"]) it.history.add(line);
    await it.type("\x12", "make");
    expect(it.screen.text).toBe("(reverse-i-search)`make': make test");
    await it.type("\x12");
    expect(it.screen.text).toBe("(reverse-i-search)`make': make all");
    await it.type("\r");
    expect(it.requests).toEqual([{ kind: "submit", line: "make all" }]);
    expect(it.screen.rows[0]).toBe("$ make all");
  });

  test("requests: Enter, Ctrl+C, Ctrl+D, Tab", async () => {
    const { requests, screen } = await bench("\t\tabc\x03", "\x04", "run\r");
    expect(requests).toEqual([
      { kind: "complete", again: false },
      { kind: "complete", again: true },
      { kind: "interrupt" },
      { kind: "end" },
      { kind: "submit", line: "run" },
    ]);
    expect(screen.rows[0]).toBe("$ abc^C");
  });

  test("Ctrl+L clears the screen and keeps the line", async () => {
    const it = await bench("one", "\r");
    it.editor.begin(PROMPT);
    await it.type("two", "\x0c");
    expect(it.screen.text).toBe("$ two");
  });
});

describe("UTF-8", () => {
  test.each([
    ["two cells for a wide character", ["日本", KEYS.left, "x"], "日x本", 5],
    ["backspace takes all of it", ["日本", "\x7f"], "日", 4],
    ["a combining mark stays with its letter", ["e\u0301a", KEYS.left, "\x7f", "o"], "oa", 3],
    ["bytes that are no UTF-8", ["a"], "a", 3],
  ])("%s", async (_, keys, line, x) => {
    const { editor, screen } = await bench(...keys);
    expect(editor.line).toBe(line);
    expect(screen.text).toBe(`$ ${line}`);
    expect(screen.cursor.x).toBe(x);
  });

  test("a character may come in pieces, a broken one is dropped", () => {
    const decoder = new KeyDecoder();
    const pieces = [0xe6, 0x97, 0xa5, 0xe6, 0x97, 0x41, 0xff];
    const events = pieces.map((byte) => decoder.push(byte)).filter((event) => event !== undefined);
    expect(events).toEqual([
      { kind: "text", text: "日" },
      { kind: "text", text: "A" },
      { kind: "text", text: "\ufffd" },
    ]);
  });
});

describe("wrapping", () => {
  const long = "abcdefghijklmnopqrstuvwxyz0123456789";

  test("a long line takes several rows and is edited across them", async () => {
    const it = await bench(long);
    expect(it.screen.rows).toEqual(["$ abcdefghijklmnopqr", "stuvwxyz0123456789"]);
    await it.type(KEYS.home, "X");
    expect(it.screen.rows).toEqual(["$ Xabcdefghijklmnopq", "rstuvwxyz0123456789"]);
    expect(it.screen.cursor).toEqual({ x: 3, y: 0 });
    await it.type(KEYS.end, "!");
    expect(it.screen.cursor).toEqual({ x: 0, y: 2 });
  });

  test("a wide character does not straddle the edge", async () => {
    const it = await bench("abcdefghijklmnopq日x");
    expect(it.screen.rows).toEqual(["$ abcdefghijklmnopq", "日x"]);
    expect(it.screen.cursor).toEqual({ x: 3, y: 1 });
  });

  test("shrinking by Ctrl+U leaves nothing behind", async () => {
    const it = await bench(long, "\x15", "z");
    expect(it.screen.text).toBe("$ z");
  });

  test("Enter in the middle of a long line goes below all of it", async () => {
    const it = await bench(long, KEYS.home, "\r");
    await it.screen.print("out");
    expect(it.screen.rows.at(-1)).toBe("out");
    expect(it.screen.rows).toHaveLength(3);
  });

  test("at the bottom of the screen the terminal scrolls and the line stays whole", async () => {
    const it = new Bench(20, 3);
    await it.screen.print("1\r\n2\r\n");
    await it.type(long, KEYS.home, "X");
    expect(it.screen.rows.slice(-2)).toEqual(["$ Xabcdefghijklmnopq", "rstuvwxyz0123456789"]);
  });

  test.each([[12], [40], [80]])("a resize to %i columns draws it anew", async (columns) => {
    const it = await bench(long);
    await it.resize(columns);
    await it.type("!");
    const text = `$ ${long}!`;
    expect(it.screen.rows.filter((row) => row !== "").join("")).toBe(text);
    expect(it.screen.cursor.x).toBe(text.length % columns);
  });
});

describe("paste", () => {
  test("text between the marks is inserted, line ends included, and runs nothing", async () => {
    const it = await bench("\x1b[200~echo a\r\necho b\x1b[201~");
    expect(it.requests).toEqual([]);
    expect(it.editor.line).toBe("echo a\necho b");
    expect(it.screen.rows).toEqual(["$ echo a", "echo b"]);
  });

  test("escape sequences in it do nothing", async () => {
    const it = await bench("\x1b[200~a\x1b[2Jb\x1b[201~");
    expect(it.editor.line).toBe("a\x1b[2Jb");
    expect(it.screen.text).toBe("$ a^[[2Jb");
  });

  test("an end mark cut in two is still found", async () => {
    expect((await bench("\x1b[200~x\x1b[20", "1~y")).editor.line).toBe("xy");
  });
});

const seed = Number(process.env["CULVERT_SEED"] ?? Math.floor(Math.random() * 2 ** 31));

test(`whatever is typed, the screen shows the line and the cursor (seed ${seed})`, async () => {
  const key = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(..."ab 日é,x/".split("")) },
    {
      weight: 4,
      arbitrary: fc.constantFrom(
        ...Object.values(KEYS).filter((sequence) => sequence !== KEYS.up && sequence !== KEYS.down),
      ),
    },
    { weight: 2, arbitrary: fc.constantFrom("\x7f", "\x01", "\x05", "\x0b", "\x15", "\x17", "\x19", "\x14", "\x1bd") },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(key, { maxLength: 80 }), fc.integer({ min: 5, max: 30 }), async (keys, columns) => {
      const it = new Bench(columns, 40);
      await it.type("");
      for (const each of keys) await it.type(each);
      const fresh = new Bench(columns, 40);
      const text = it.editor.line;
      await fresh.type(text);
      expect(it.screen.rows.join("\n").trimEnd()).toBe(fresh.screen.rows.join("\n").trimEnd());
      // The cursor stands where typing only what is before it would have left it.
      const before = new Bench(columns, 40);
      await before.type(it.editor.textBeforeCursor);
      const next = text.slice(it.editor.textBeforeCursor.length, it.editor.textBeforeCursor.length + 1);
      // A wide character that waits behind the cursor may have moved to the next row with it standing at the edge.
      if (next === "" || before.screen.cursor.x + 2 <= columns) expect(it.screen.cursor).toEqual(before.screen.cursor);
    }),
    { seed, numRuns: 60 },
  );
});
