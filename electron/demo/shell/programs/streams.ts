import { randomFillSync } from "node:crypto";
import type { ByteSource, Program, ProgramIo } from "../types.ts";
import { parseArguments, parseCount } from "./arguments.ts";

/** What a producer makes before it offers it: small enough that Ctrl+C is seen at once. */
const CHUNK = 16 * 1024;

const yes: Program = {
  name: "yes",
  async run(io) {
    const line = `${io.args.length === 0 ? "y" : io.args.join(" ")}\n`;
    const chunk = Buffer.from(line.repeat(Math.max(1, Math.floor(CHUNK / line.length))));
    for (;;) await io.out(chunk);
  },
};

const seq: Program = {
  name: "seq",
  supports: (args) => args.length >= 1 && args.length <= 3 && args.every((arg) => /^-?\d{1,15}$/.test(arg)),
  async run(io) {
    const numbers = io.args.map(Number);
    const first = numbers.length > 1 ? numbers[0]! : 1;
    const step = numbers.length > 2 ? numbers[1]! : 1;
    const last = numbers.at(-1)!;
    if (step === 0) {
      await io.err("seq: invalid Zero increment value: '0'\n");
      return 1;
    }
    let pending = "";
    for (let n = first; step > 0 ? n <= last : n >= last; n += step) {
      pending += `${n}\n`;
      if (pending.length < CHUNK) continue;
      await io.out(pending);
      pending = "";
    }
    await io.out(pending);
    return 0;
  },
};

const sleep: Program = {
  name: "sleep",
  async run(io) {
    const units: Readonly<Record<string, number>> = { "": 1, s: 1, m: 60, h: 3600, d: 86_400 };
    let seconds = 0;
    for (const arg of io.args) {
      const match = /^(\d*\.?\d+|\d+\.)([smhd]?)$/.exec(arg);
      if (match === null) {
        await io.err(`sleep: invalid time interval '${arg}'\n`);
        return 1;
      }
      seconds += Number(match[1]) * units[match[2] ?? ""]!;
    }
    if (io.args.length === 0) {
      await io.err("sleep: missing operand\n");
      return 1;
    }
    await io.sleep(seconds * 1000);
    return 0;
  },
};

const cat: Program = {
  name: "cat",
  supports: (args) => args.every((arg) => arg === "-" || !arg.startsWith("-")),
  async run(io) {
    let status = 0;
    for (const path of io.args.length === 0 ? ["-"] : io.args) {
      const source = await open(io, path, "cat");
      if (source === undefined) status = 1;
      else for (let chunk = await source.read(); chunk !== undefined; chunk = await source.read()) await io.out(chunk);
    }
    return status;
  },
};

const head: Program = {
  name: "head",
  supports: (args) => {
    const { options, operands, unknown } = parseArguments(args, "#:n:c:");
    return (
      unknown === undefined && operands.length <= 1 && [...options.values()].every((v) => parseCount(v) !== undefined)
    );
  },
  async run(io) {
    const { options, operands } = parseArguments(io.args, "#:n:c:");
    const source = await open(io, operands[0] ?? "-", "head");
    if (source === undefined) return 1;
    const bytes = options.get("c");
    let left = parseCount(bytes ?? options.get("n") ?? options.get("#") ?? "10") ?? 0;
    while (left > 0) {
      const chunk = await source.read();
      if (chunk === undefined) break;
      const part =
        bytes === undefined
          ? firstLines(chunk, left)
          : { data: chunk.subarray(0, left), taken: Math.min(left, chunk.length) };
      left -= part.taken;
      await io.out(part.data);
    }
    return 0;
  },
};

const tail: Program = {
  name: "tail",
  supports: (args) => {
    const { options, operands, unknown } = parseArguments(args, "#:n:fF", { follow: "f" });
    return unknown === undefined && operands.length === 1 && (options.has("f") || options.has("F"));
  },
  async run(io) {
    const { options, operands } = parseArguments(io.args, "#:n:fF", { follow: "f" });
    const path = io.host.fs.resolvePath(io.cwd, operands[0] ?? "");
    const lines = Number(options.get("n") ?? options.get("#") ?? "10");
    let shown: number;
    try {
      const text = await io.host.fs.readFileBuffer(path);
      await io.out(lastLines(text, Number.isFinite(lines) ? Math.abs(lines) : 10));
      shown = text.length;
    } catch {
      await io.err(`tail: cannot open '${operands[0]}' for reading: No such file or directory\n`);
      return 1;
    }
    for (;;) {
      await io.sleep(500);
      const text = await io.host.fs.readFileBuffer(path).catch(() => undefined);
      if (text === undefined) continue;
      if (text.length < shown) shown = 0; // truncated
      if (text.length > shown) await io.out(text.slice(shown));
      shown = text.length;
    }
  },
};

const wc: Program = {
  name: "wc",
  supports: (args) => args.length === 1 && /^-[cl]$/.test(args[0]!),
  async run(io) {
    let count = 0;
    for (let chunk = await io.stdin.read(); chunk !== undefined; chunk = await io.stdin.read()) {
      if (io.args[0] === "-c") count += chunk.length;
      else for (const byte of chunk) if (byte === 0x0a) count++;
    }
    await io.out(`${count}\n`);
    return 0;
  },
};

export const STREAM_PROGRAMS: readonly Program[] = [yes, seq, sleep, cat, head, tail, wc];

/** A file, a device or standard input; undefined after an error message. */
async function open(io: ProgramIo, path: string, program: string): Promise<ByteSource | undefined> {
  if (path === "-") return io.stdin;
  const resolved = io.host.fs.resolvePath(io.cwd, path);
  if (resolved === "/dev/zero") return endless((chunk) => chunk);
  if (resolved === "/dev/urandom" || resolved === "/dev/random") return endless((chunk) => randomFillSync(chunk));
  if (resolved === "/dev/null") return { read: () => Promise.resolve(undefined) };
  if (resolved === "/dev/stdin" || resolved === "/dev/tty") return io.stdin;
  try {
    if ((await io.host.fs.stat(resolved)).isDirectory) {
      await io.err(`${program}: ${path}: Is a directory\n`);
      return undefined;
    }
    return slices(await io.host.fs.readFileBuffer(resolved));
  } catch {
    await io.err(`${program}: ${path}: No such file or directory\n`);
    return undefined;
  }
}

function endless(fill: (chunk: Uint8Array) => Uint8Array): ByteSource {
  return { read: () => Promise.resolve(fill(new Uint8Array(CHUNK))) };
}

/** A large file in parts, so that a pipe behind it can wait. */
function slices(data: Uint8Array): ByteSource {
  let at = 0;
  return {
    read: () => {
      const part = data.slice(at, at + CHUNK);
      at += part.length;
      return Promise.resolve(part.length === 0 ? undefined : part);
    },
  };
}

function firstLines(chunk: Uint8Array, most: number): { readonly data: Uint8Array; readonly taken: number } {
  let taken = 0;
  for (let at = chunk.indexOf(0x0a); at >= 0; at = chunk.indexOf(0x0a, at + 1)) {
    taken++;
    if (taken === most) return { data: chunk.subarray(0, at + 1), taken };
  }
  return { data: chunk, taken };
}

function lastLines(data: Uint8Array, most: number): Uint8Array {
  let left = most;
  for (let at = data.length - 2; at >= 0; at--) {
    if (data[at] === 0x0a && --left === 0) return data.slice(at + 1);
  }
  return most === 0 ? new Uint8Array(0) : data.slice();
}
