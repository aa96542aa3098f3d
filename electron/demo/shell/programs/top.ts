import type { Program, ProgramIo } from "../types.ts";
import { type ProcessEntry, processesOf } from "./system.ts";

const REFRESH_MS = 1000;

/** A process table that draws itself every second on the alternate screen until "q" or Ctrl+C. */
export const top: Program = {
  name: "top",
  async run(io) {
    const terminal = io.terminal;
    if (terminal === undefined) {
      await io.out(screen(io, 80, 100, 0).join("\n").concat("\n"));
      return 0;
    }
    await io.out("\x1b[?1049h\x1b[?25l");
    try {
      for (let round = 0; ; round++) {
        const { columns, rows } = terminal.size;
        const lines = screen(io, columns, rows, round).map((line) => `${line}\x1b[K`);
        await io.out(`\x1b[H${lines.join("\n")}\x1b[J`);
        const key = await terminal.key(REFRESH_MS);
        if (key === "q" || key === "Q") return 0;
      }
    } finally {
      await io.err("\x1b[?25h\x1b[?1049l").catch(() => undefined);
    }
  },
};

function screen(io: ProgramIo, columns: number, rows: number, round: number): string[] {
  const processes = processesOf(io).map((entry) => ({ ...entry, cpu: wobble(entry, round) }));
  const busy = processes.reduce((sum, entry) => sum + entry.cpu, 0);
  const used = processes.reduce((sum, entry) => sum + entry.residentKib, 0) / 1024;
  const time = new Date(io.host.wall()).toISOString().slice(11, 19);
  const head = [
    `top - ${time}  ${io.host.app} ${io.host.machineId} ${io.host.region}  (q ends)`,
    `Tasks: ${processes.length} total, 1 running`,
    `%Cpu(s): ${busy.toFixed(1)} us, ${(100 - busy).toFixed(1)} id`,
    `MiB Mem : 256.0 total, ${used.toFixed(1)} used, ${(256 - used).toFixed(1)} free`,
    "",
  ];
  const title = "    PID USER      %CPU     RES COMMAND";
  const body = processes
    .toSorted((a, b) => b.cpu - a.cpu)
    .map(
      (entry) =>
        `${String(entry.pid).padStart(7)} ${entry.user.padEnd(8)} ${entry.cpu.toFixed(1).padStart(5)} ${String(entry.residentKib).padStart(7)} ${entry.command}`,
    );
  const cut = (line: string): string => line.slice(0, Math.max(0, columns - 1));
  return [...head.map(cut), `\x1b[7m${cut(title.padEnd(columns))}\x1b[m`, ...body.map(cut)].slice(
    0,
    Math.max(1, rows - 1),
  );
}

/** A little life, the same for everybody: no random source. */
function wobble(entry: ProcessEntry, round: number): number {
  return Math.max(0, entry.cpu * (1 + 0.6 * Math.sin(round * 1.7 + entry.pid)));
}
