import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { z } from "zod";

const said = z.object({ url: z.url() });

/** The browser edition as people run it, on its demo network, with a profile of its own. */
export class DemoServer {
  readonly #child: ChildProcess;
  readonly #profile: string;
  readonly #cli: string;
  #first: string | undefined;

  private constructor(cli: string, profile: string, child: ChildProcess, first: string) {
    this.#cli = cli;
    this.#profile = profile;
    this.#child = child;
    this.#first = first;
  }

  static async start(dist: URL): Promise<DemoServer> {
    const cli = fileURLToPath(new URL("cli.js", dist));
    const profile = mkdtempSync(join(tmpdir(), "culvert-bench-"));
    const { child, url } = await serve(cli, profile, "--demo");
    process.once("exit", () => child.kill("SIGTERM"));
    return new DemoServer(cli, profile, child, url);
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  /** An address with a token that nobody has used. */
  async address(): Promise<string> {
    const first = this.#first;
    this.#first = undefined;
    return first ?? (await serve(this.#cli, this.#profile)).url;
  }

  async close(): Promise<void> {
    this.#child.kill("SIGTERM");
    if (this.#child.exitCode === null) await once(this.#child, "exit");
    rmSync(this.#profile, { recursive: true, force: true });
  }
}

async function serve(cli: string, profile: string, ...words: string[]): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [cli, "serve", "--no-open", "--json", ...words], {
    env: { ...process.env, CULVERT_CONFIG_DIR: profile },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  return { child, url: said.parse(JSON.parse(line)).url };
}
