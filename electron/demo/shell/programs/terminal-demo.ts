import type { Program, ProgramIo } from "../types.ts";

/** `demo`: what a terminal can be asked for, to look at and to test with. Sequences as xterm and ConEmu document them. */

const OSC = "\x1b]";
const ST = "\x1b\\";
const STEP_MS = 100;

const PARTS: Readonly<Record<string, (io: ProgramIo) => Promise<void>>> = {
  async links(io) {
    const link = (address: string, text: string): string => `${OSC}8;;${address}${ST}${text}${OSC}8;;${ST}\n`;
    await io.out(
      "plain:  https://fly.io/docs/\n" +
        `OSC 8:  ${link("https://fly.io/docs/reference/", "the reference")}` +
        `mail:   ${link("mailto:team@example.org", "write to the team")}` +
        `other:  ${link("file:///etc/passwd", "not a link here")}`,
    );
  },
  async progress(io) {
    for (let percent = 0; percent <= 100; percent += 5) {
      await io.out(`${OSC}9;4;1;${percent}${ST}\rworking ${percent} %`);
      await io.sleep(STEP_MS);
    }
    await io.out(`${OSC}9;4;0;0${ST}\rdone         \n`);
  },
  async clipboard(io) {
    const text = io.args.slice(1).join(" ") || `hello from ${io.host.app}`;
    await io.out(
      `${OSC}52;c;${Buffer.from(text).toString("base64")}${ST}asked to put ${text.length} characters there\n`,
    );
  },
  async bell(io) {
    await io.out("\x07ding\n");
  },
  async title(io) {
    await io.out(`${OSC}0;${io.args.slice(1).join(" ") || "a title"}${ST}`);
  },
  async colours(io) {
    const cell = (code: number): string => `\x1b[${code}m ${String(code).padStart(3)} \x1b[0m`;
    const row = (first: number): string => Array.from({ length: 8 }, (_, i) => cell(first + i)).join("");
    const dim =
      "\x1b[2mdim\x1b[0m \x1b[1mbold\x1b[0m \x1b[3mitalic\x1b[0m \x1b[4munderlined\x1b[0m \x1b[7minverse\x1b[0m";
    await io.out(`${[30, 90, 40, 100].map(row).join("\n")}\n${dim}\n┌──┬──┐ ░▒▓█ ├──┼──┤ ⠿ 漢字 🙂 é ß\n`);
  },
};

const demo: Program = {
  name: "demo",
  async run(io) {
    const part = Object.hasOwn(PARTS, io.args[0] ?? "") ? PARTS[io.args[0] ?? ""] : undefined;
    if (part === undefined) {
      await io.out(`usage: demo ${Object.keys(PARTS).join(" | ")}\n`);
      return io.args.length === 0 ? 0 : 2;
    }
    await part(io);
    return 0;
  },
};

export const TERMINAL_PROGRAMS: readonly Program[] = [demo];
