import { Unicode11Addon } from "@xterm/addon-unicode11";
import xterm from "@xterm/headless";
import { describe, expect, test } from "vitest";
import { Screen } from "../../../../electron/engine/sessions/screen.ts";
import { FuzzRandom } from "../../../support/fuzz-random.ts";

const ESC = "\x1b";
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const noop = (): void => undefined;
const screenOf = (columns: number, rows: number): Screen => new Screen({ columns, rows, onTitle: noop, onReply: noop });
const link = (address: string, text: string): string => `${ESC}]8;;${address}${ESC}\\${text}${ESC}]8;;${ESC}\\`;

/** The terminal of a page that was loaded again: what it is given is drawn there. */
async function page(snapshot: Uint8Array, columns: number, rows: number): Promise<xterm.Terminal> {
  const terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 10_000, allowProposedApi: true });
  await draw(terminal, snapshot);
  return terminal;
}
const draw = (terminal: xterm.Terminal, what: Uint8Array | string): Promise<void> =>
  new Promise((resolve) => terminal.write(what, resolve));

const at = (of: unknown, ...names: string[]): unknown =>
  names.reduce(
    (value, name) => (typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined),
    of,
  );

/** Linked text and its address, as xterm.js has it in its cells; one entry for each row that a link is on. */
function linksOf(terminal: xterm.Terminal): string[] {
  const service = at(terminal, "_core", "_oscLinkService");
  const dataOf = at(service, "getLinkData");
  if (typeof dataOf !== "function") throw new Error("xterm.js keeps its links elsewhere");
  const found: string[] = [];
  const { active } = terminal.buffer;
  for (let row = 0; row < active.length; row++) {
    let open = "";
    for (let column = 0; column < terminal.cols; column++) {
      const cell = active.getLine(row)?.getCell(column);
      if (cell === undefined || cell.getWidth() === 0) continue;
      const id = cell.isUnderline() === 0 || cell.getChars() === "" ? 0 : (at(cell, "extended", "urlId") ?? 0);
      const address = String(at(Reflect.apply(dataOf, service, [id]), "uri") ?? "");
      if (address !== "" && address === open) found.push(`${found.pop()}${cell.getChars()}`);
      else if (address !== "") found.push(`${address} ${cell.getChars()}`);
      open = address;
    }
  }
  return found;
}

describe("#26 a page that is loaded again has a program's links", () => {
  test("on the screen and above it, over the end of a row, in colours, of wide letters, side by side", async () => {
    const screen = screenOf(20, 5);
    screen.write(bytes(`see ${link("https://a.example/", "above")} it\r\n`));
    for (let i = 0; i < 20; i++) screen.write(bytes(`line ${i}\r\n`));
    screen.write(bytes(`0123456789 ${link("https://b.example/?x=1;y=2", `over the ${ESC}[31mend${ESC}[0m`)}.\r\n`));
    screen.write(bytes(`${link("https://c.example/", "日本")}${link("mailto:d@example.org", "mail")} not$ `));
    const snapshot = await screen.snapshot();
    const terminal = await page(snapshot, 20, 5);
    expect(linksOf(terminal)).toEqual([
      "https://a.example/ above",
      "https://b.example/?x=1;y=2 over the ",
      "https://b.example/?x=1;y=2 end",
      "https://c.example/ 日本",
      "mailto:d@example.org mail",
    ]);
    expect(terminal.buffer.active.getLine(0)?.translateToString(true)).toBe("see above it");
    // And a page after that.
    const next = screenOf(20, 5);
    next.write(snapshot);
    expect(new TextDecoder().decode(await next.snapshot())).toBe(new TextDecoder().decode(snapshot));
    screen.dispose();
    next.dispose();
  });

  test("and nowhere else, where one is the last letter of its row and the next row has none", async () => {
    const screen = screenOf(10, 5);
    screen.write(
      bytes(`123456789${link("https://a.example/", "0")}\r\nplain text\r\n${link("https://b.example/", "b")}`),
    );
    expect(linksOf(await page(await screen.snapshot(), 10, 5))).toEqual([
      "https://a.example/ 0",
      "https://b.example/ b",
    ]);
    screen.dispose();
  });

  test("where they stand after a change of width, and not where something else was written over them", async () => {
    const screen = screenOf(30, 5);
    screen.write(
      bytes(`${link("https://a.example/", "0123456789")}\r\n${link("https://b.example/", "gone here")}\r\n`),
    );
    screen.write(bytes(`${link("https://c.example/", "cut short")}${ESC}[2;1Hplain${ESC}[3;4H${ESC}[K`));
    await screen.snapshot();
    screen.resize(8, 5);
    expect(linksOf(await page(await screen.snapshot(), 8, 5))).toEqual([
      "https://a.example/ 01234567",
      "https://a.example/ 89",
      "https://b.example/ her",
      "https://b.example/ e",
      "https://c.example/ cut",
    ]);
    screen.dispose();
  });

  test("on the other screen as well as on the one behind it", async () => {
    const screen = screenOf(20, 5);
    screen.write(
      bytes(`${link("https://a.example/", "shell")}${ESC}[?1049h${ESC}[2;2H${link("https://b.example/", "editor")}`),
    );
    const terminal = await page(await screen.snapshot(), 20, 5);
    expect(linksOf(terminal)).toEqual(["https://b.example/ editor"]);
    await draw(terminal, `${ESC}[?1049l`);
    expect(linksOf(terminal)).toEqual(["https://a.example/ shell"]);
    screen.dispose();
  });

  test("also where half of a wide letter was printed over: what is left of it is of the link, as a space", async () => {
    const screen = screenOf(20, 5);
    screen.write(
      bytes(`${ESC}]8;;https://a.example/${ESC}\\a日本b${ESC}[1;2Hx${ESC}[1;5Hy${ESC}[1;7H${ESC}]8;;${ESC}\\$`),
    );
    const snapshot = await screen.snapshot();
    const terminal = await page(snapshot, 20, 5);
    expect(linksOf(terminal)).toEqual(["https://a.example/ ax  yb"]);
    expect(terminal.buffer.active.getLine(0)?.translateToString(true)).toBe("ax  yb$");
    screen.dispose();
  });

  test("also one that is being printed", async () => {
    const screen = screenOf(40, 5);
    screen.write(bytes(`${ESC}]8;;https://a.example/${ESC}\\half of`));
    const terminal = await page(await screen.snapshot(), 40, 5);
    await draw(terminal, ` it${ESC}]8;;${ESC}\\ and no more`);
    expect(linksOf(terminal)).toEqual(["https://a.example/ half of it"]);
    screen.dispose();
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])("as xterm.js itself has them, whatever was printed (seed %i)", async (seed) => {
    const random = new FuzzRandom(seed);
    // No wide letters: SerializeAddon does not bring back their halves. No lines put in: xterm.js forgets links for them.
    const words = ["a", "word", "two words", "0123456789abcdef", "é"];
    const moves = [
      "\r\n",
      `${ESC}[A`,
      `${ESC}[3C`,
      `${ESC}[H`,
      `${ESC}[K`,
      `${ESC}[2X`,
      `${ESC}[P`,
      `${ESC}[4;2H`,
      "\b",
    ];
    const looks = ["31", "0", "4", "44", "24", "7"].map((code) => `${ESC}[${code}m`);
    const addresses = ["https://a.example/", "https://b.example/", ""].map((address) => `${ESC}]8;;${address}${ESC}\\`);
    const text = Array.from({ length: 400 }, () =>
      random.pick(random.pick([words, words, moves, looks, addresses])),
    ).join("");
    const screen = screenOf(13, 6);
    screen.write(bytes(text));
    const itself = new xterm.Terminal({ cols: 13, rows: 6, scrollback: 10_000, allowProposedApi: true });
    itself.loadAddon(new Unicode11Addon());
    itself.unicode.activeVersion = "11";
    await draw(itself, text);
    expect(linksOf(await page(await screen.snapshot(), 13, 6))).toEqual(linksOf(itself));
    screen.dispose();
  });

  test("but none that leads to anything else than pages and mail, nor its look", async () => {
    const screen = screenOf(40, 5);
    screen.write(bytes(`${link("file:///etc/passwd", "file")} ${link("javascript:alert(1)", "script")} `));
    screen.write(bytes(link(`https://a.example/${"x".repeat(2083)}`, "endless")));
    expect(new TextDecoder().decode(await screen.snapshot())).toBe("file script endless");
    screen.dispose();
  });

  test("within bounds: of as many long addresses as cells the newest are there, and all of the text", async () => {
    const screen = screenOf(50, 40);
    for (let i = 0; i < 2000; i++) screen.write(bytes(link(`https://a.example/${i}/${"x".repeat(2000)}`, `${i % 10}`)));
    const snapshot = await screen.snapshot();
    expect(snapshot.length).toBeLessThan(3000 + 300 * 1024);
    const terminal = await page(snapshot, 50, 40);
    expect(terminal.buffer.active.getLine(0)?.translateToString()).toBe("0123456789".repeat(5));
    const links = linksOf(terminal);
    expect(links.at(-1)).toMatch(/^https:\/\/a\.example\/1999\/x+ 9$/);
    expect(links.length).toBeGreaterThan(50);
    screen.dispose();
  });

  test("within bounds: two addresses in turns cost no more than others", async () => {
    const screen = screenOf(50, 40);
    const [a, b] = ["a", "b"].map((name) => link(`https://${name}.example/${"x".repeat(2000)}`, name));
    for (let i = 0; i < 1000; i++) screen.write(bytes(`${a}${b}`));
    const snapshot = await screen.snapshot();
    expect(snapshot.length).toBeLessThan(3000 + 300 * 1024);
    expect(linksOf(await page(snapshot, 50, 40)).length).toBeGreaterThan(50);
    screen.dispose();
  });

  test("and after a restart their text, without their look", async () => {
    const screen = screenOf(40, 5);
    screen.write(bytes(`${link("https://a.example/", "text")} ${ESC}[4munderlined`));
    expect(await screen.text(1000)).toBe(`text ${ESC}[0;4munderlined${ESC}[0m`);
    screen.dispose();
  });
});

describe("#26 a page that is loaded again knows of a program", () => {
  const told = async (screen: Screen): Promise<string> => new TextDecoder().decode(await screen.snapshot());

  test("its folder and how far it is, as it said last", async () => {
    const screen = screenOf(20, 5);
    screen.write(
      bytes(
        `${ESC}]7;file:///tmp${ESC}\\${ESC}]9;4;1;20${ESC}\\${ESC}]7;file:///var/log${ESC}\\${ESC}]9;4;2${ESC}\\$ `,
      ),
    );
    expect(await told(screen)).toBe(`$ ${ESC}]7;file:///var/log${ESC}\\${ESC}]9;4;2;20${ESC}\\`);
    // A window that was away may still show it.
    screen.write(bytes(`${ESC}]9;4;0${ESC}\\`));
    expect(await told(screen)).toContain(`${ESC}]9;4;0;0${ESC}\\`);
    screen.dispose();
  });

  test("nothing that it did once it is gone, nor a folder of any length", async () => {
    const screen = screenOf(20, 5);
    screen.write(bytes(`${ESC}]9;4;3${ESC}\\${ESC}]7;file:///${"x".repeat(5000)}${ESC}\\`));
    screen.ended();
    expect(await told(screen)).toBe(`${ESC}]9;4;0;0${ESC}\\`);
    screen.dispose();
  });
});
