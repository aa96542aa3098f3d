import type { Program, ProgramIo } from "../types.ts";

const KERNEL = "6.12.8-demo";
const MEMORY_KIB = 256 * 1024;

/** What runs on the machine besides the shell: the same list for ps and top. */
export interface ProcessEntry {
  readonly pid: number;
  readonly user: string;
  readonly command: string;
  /** Share of one processor in percent, at rest. */
  readonly cpu: number;
  readonly residentKib: number;
}

export function processesOf(io: ProgramIo): readonly ProcessEntry[] {
  const main = MAIN_COMMANDS[io.host.app] ?? `/app/${io.host.app} --listen [::]:8080`;
  return [
    { pid: 1, user: "root", command: "/fly/init", cpu: 0, residentKib: 4212 },
    { pid: 312, user: "root", command: "/.fly/hallpass", cpu: 0.1, residentKib: 9380 },
    { pid: 318, user: "app", command: main, cpu: 1.8, residentKib: 61_244 },
    { pid: 402, user: "root", command: "-bash", cpu: 0, residentKib: 3920 },
  ];
}

const MAIN_COMMANDS: Readonly<Record<string, string>> = {
  api: "node /app/server.js",
  web: "nginx: master process nginx -g daemon off;",
  postgres: "postgres -D /data/postgres",
  worker: "python3 /app/worker.py --queue default",
  vault: "/app/vault server -config=/app/vault.hcl",
  notes: "/app/notes serve",
  "weather-bot": "deno run -A /app/bot.ts",
};

function text(name: string, answer: (io: ProgramIo) => string | Promise<string>): Program {
  return {
    name,
    async run(io) {
      await io.out(await answer(io));
      return 0;
    },
  };
}

const uname: Program = {
  name: "uname",
  async run(io) {
    const parts: Readonly<Record<string, string>> = {
      s: "Linux",
      n: io.host.machineId,
      r: KERNEL,
      v: "#1 SMP PREEMPT_DYNAMIC",
      m: "x86_64",
      o: "GNU/Linux",
    };
    const letters = io.args.flatMap((arg) => [...arg.replace(/^-/, "")]);
    const wanted = letters.includes("a") ? Object.keys(parts) : letters.length === 0 ? ["s"] : letters;
    const wrong = wanted.find((letter) => parts[letter] === undefined);
    if (wrong !== undefined) {
      await io.err(`uname: invalid option -- '${wrong}'\n`);
      return 1;
    }
    await io.out(
      `${Object.keys(parts)
        .filter((letter) => wanted.includes(letter))
        .map((letter) => parts[letter])
        .join(" ")}\n`,
    );
    return 0;
  },
};

function ps(io: ProgramIo): string {
  const isFull = io.args.some((arg) => /[aefx]/.test(arg));
  const self = { pid: 431, user: "root", command: `ps ${io.args.join(" ")}`.trim(), cpu: 0, residentKib: 1804 };
  const all = [...processesOf(io), self];
  if (!isFull) {
    const mine = all.filter((entry) => entry.pid > 400);
    return `    PID TTY          TIME CMD\n${mine.map((entry) => `${String(entry.pid).padStart(7)} pts/0    00:00:00 ${entry.command.replace(/^-/, "").split(" ")[0]}\n`).join("")}`;
  }
  const rows = all.map(
    (entry) =>
      `${entry.user.padEnd(8)} ${String(entry.pid).padStart(5)} ${entry.cpu.toFixed(1).padStart(4)} ${((entry.residentKib / MEMORY_KIB) * 100).toFixed(1).padStart(4)} ${String(entry.residentKib).padStart(7)} ${entry.command}\n`,
  );
  return `USER       PID %CPU %MEM     RSS COMMAND\n${rows.join("")}`;
}

function uptime(io: ProgramIo): string {
  const now = new Date(io.host.wall()).toISOString().slice(11, 19);
  const minutes = Math.max(0, Math.floor((io.host.wall() - io.host.bootedAt) / 60_000));
  const days = Math.floor(minutes / 1440);
  const clock = `${Math.floor((minutes % 1440) / 60)}:${String(minutes % 60).padStart(2, "0")}`;
  const whole = days === 0 ? "" : `${days} ${days === 1 ? "day" : "days"}, `;
  return ` ${now} up ${whole}${clock},  1 user,  load average: 0.04, 0.02, 0.00\n`;
}

function free(io: ProgramIo): string {
  const used = processesOf(io).reduce((sum, entry) => sum + entry.residentKib, 0);
  const cells = [MEMORY_KIB, used, MEMORY_KIB - used - 22_000, 1200, 22_000, MEMORY_KIB - used].map((n) =>
    String(n).padStart(12),
  );
  return `               total        used        free      shared  buff/cache   available\nMem:   ${cells.join("")}\nSwap:  ${["0", "0", "0"].map((n) => n.padStart(12)).join("")}\n`;
}

function df(): string {
  return [
    "Filesystem     1K-blocks   Used Available Use% Mounted on",
    "/dev/vda         8154588 412776   7304004   6% /",
    "devtmpfs          121096      0    121096   0% /dev",
    "",
  ].join("\n");
}

const stty: Program = {
  name: "stty",
  async run(io) {
    const terminal = io.terminal;
    if (terminal === undefined) {
      await io.err("stty: 'standard input': Inappropriate ioctl for device\n");
      return 1;
    }
    const { rows, columns } = terminal.size;
    if (io.args[0] === "size") await io.out(`${rows} ${columns}\n`);
    else if (io.args.length === 0 || io.args[0] === "-a")
      await io.out(
        `speed 38400 baud; rows ${rows}; columns ${columns};\nintr = ^C; erase = ^?; eof = ^D;\nicanon echo\n`,
      );
    return 0;
  },
};

const tput: Program = {
  name: "tput",
  async run(io) {
    const size = io.terminal?.size ?? { columns: 80, rows: 24 };
    const answers: Readonly<Record<string, string>> = {
      cols: `${size.columns}\n`,
      lines: `${size.rows}\n`,
      colors: "256\n",
      clear: "\x1b[H\x1b[2J",
      reset: "\x1bc",
      sgr0: "\x1b[m",
      bold: "\x1b[1m",
    };
    const answer = answers[io.args[0] ?? ""];
    await io.out(answer ?? "");
    return answer === undefined ? 1 : 0;
  },
};

export const SYSTEM_PROGRAMS: readonly Program[] = [
  uname,
  stty,
  tput,
  text("hostname", (io) => `${io.host.machineId}\n`),
  text("whoami", () => "root\n"),
  text("id", () => "uid=0(root) gid=0(root) groups=0(root)\n"),
  text("tty", (io) => (io.stdinIsTerminal ? "/dev/pts/0\n" : "not a tty\n")),
  text("nproc", () => "1\n"),
  text("arch", () => "x86_64\n"),
  text("clear", () => "\x1b[H\x1b[2J\x1b[3J"),
  text("reset", () => "\x1bc"),
  text("ps", ps),
  text("uptime", uptime),
  text("free", free),
  text("df", df),
];
