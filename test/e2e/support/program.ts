import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const CLI = fileURLToPath(new URL("../../../dist/cli.js", import.meta.url));

/** A folder for one test's profile, so that no test sees another's, or the user's. */
export class ProfileFolder {
  readonly path = mkdtempSync(join(tmpdir(), "culvert-e2e-"));
  readonly #programs: Program[] = [];

  add(program: Program): void {
    this.#programs.push(program);
  }

  /** The settings as they are kept. The window shows a change before: who loads it anew at once may be told the old ones. */
  get settings(): string {
    const path = join(this.path, "settings.json");
    return existsSync(path) ? readFileSync(path, "utf8") : "";
  }

  /** Ends what a test that failed left running, too: it would take the processor from those after it. */
  async remove(): Promise<void> {
    await Promise.all(this.#programs.map((program) => program.stop("SIGKILL")));
    rmSync(this.path, { recursive: true, force: true });
  }
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** A run of `node dist/cli.js …`. */
export class Program {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<Ended>;
  readonly #stdout: Buffer[] = [];
  #stderr = "";

  constructor(args: readonly string[], profile: ProfileFolder, env: NodeJS.ProcessEnv = {}) {
    this.child = spawn(process.execPath, [CLI, ...args], {
      env: { ...process.env, CULVERT_CONFIG_DIR: profile.path, ...env },
    });
    profile.add(this);
    this.child.stdout.on("data", (chunk: Buffer) => this.#stdout.push(chunk));
    this.child.stderr.on("data", (chunk: Buffer) => {
      this.#stderr += chunk.toString();
    });
    // A program that has ended does not read what a test still wants to send.
    this.child.stdin.on("error", () => undefined);
    this.ended = new Promise((resolve) => {
      this.child.once("close", (code, signal) =>
        resolve({ code, signal, stdout: Buffer.concat(this.#stdout), stderr: this.#stderr }),
      );
    });
  }

  /** What was said on standard error so far. */
  get stderrText(): string {
    return this.#stderr;
  }

  get pid(): number {
    return this.child.pid ?? -1;
  }

  /** The first line of standard output; rejects, with what was said, when the program ends without one. */
  firstLine(): Promise<string> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const text = Buffer.concat(this.#stdout).toString();
        const end = text.indexOf("\n");
        if (end >= 0) resolve(text.slice(0, end));
      };
      this.child.stdout.on("data", look);
      look();
      void this.ended.then(({ code, stderr }) =>
        reject(new Error(`no first line from the program (exit code ${code}): ${stderr}`)),
      );
    });
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<Ended> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(signal);
    return this.ended;
  }
}
