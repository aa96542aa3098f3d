import { LIMITS } from "../../../shared/limits.ts";
import type { Target } from "../../../shared/models.ts";

type Send = (kind: "snapshot" | "output", bytes: Uint8Array) => void;

const HELP: Record<string, string> = {
  ls: "\x1b[34mbin\x1b[0m  \x1b[34mconfig\x1b[0m  \x1b[36mcurrent\x1b[0m  \x1b[32mdeploy.sh\x1b[0m  logs.txt  \x1b[31mbackup.tar\x1b[0m",
  "uname -a": "Linux 6e82dd11c26e18 6.6.32 #1 SMP x86_64 GNU/Linux",
  "df -h":
    "Filesystem      Size  Used Avail Use% Mounted on\r\noverlay         7.8G  1.2G  6.2G  17% /\r\n/dev/vdc        2.0G  480M  1.5G  25% /data",
  wide: "漢字かな交じり 🙂 ── │ ┌┐└┘ ░▒▓█ äöü ß ñ",
};

/** Just enough of a shell to look at a terminal: echo, a few commands, `yes` with credit, Ctrl+C, exit. */
export class DevShell {
  readonly #target: Target;
  readonly #onExit: (code: number) => void;
  #send: Send | undefined;
  #screen = "";
  #line = "";
  #flowing = false;
  #inFlight = 0;

  constructor(target: Target, onExit: (code: number) => void) {
    this.#target = target;
    this.#onExit = onExit;
  }

  start(): void {
    this.#print(
      `\x1b[2mConnected to ${this.#target.appName} (${this.#target.machineName}) in ${this.#target.region}.\x1b[0m\r\n`,
    );
    this.#prompt();
  }

  attach(send: Send): void {
    this.#send = send;
    this.#inFlight = 0;
    send("snapshot", new TextEncoder().encode(this.#screen));
  }

  drawn(count: number): void {
    this.#inFlight -= count;
    if (this.#flowing) this.#pour();
  }

  input(text: string): void {
    for (const key of text) this.#key(key);
  }

  #key(key: string): void {
    if (key === "\x03") {
      this.#flowing = false;
      this.#line = "";
      this.#print("^C\r\n");
      this.#prompt();
    } else if (this.#flowing) return;
    else if (key === "\r") this.#run();
    else if (key === "\x7f") {
      if (this.#line !== "") this.#print("\b \b");
      this.#line = this.#line.slice(0, -1);
    } else if (key >= " ") {
      this.#line += key;
      this.#print(key);
    }
  }

  #run(): void {
    const line = this.#line.trim();
    this.#line = "";
    this.#print("\r\n");
    if (line === "exit") {
      this.#onExit(0);
      return;
    }
    if (line === "yes") {
      this.#flowing = true;
      this.#pour();
      return;
    }
    const answer =
      HELP[line] ?? (line.startsWith("echo ") ? line.slice(5) : line === "" ? "" : `${line}: command not found`);
    this.#print(answer === "" ? "" : `${answer}\r\n`);
    this.#prompt();
  }

  #pour(): void {
    const block = "y\r\n".repeat(10_000);
    while (this.#flowing && this.#inFlight + block.length < LIMITS.terminalCredit) this.#print(block, false);
  }

  #prompt(): void {
    const { appName, region } = this.#target;
    this.#print(`\x1b[32m${appName}\x1b[0m \x1b[90m${region}\x1b[0m \x1b[34m~\x1b[0m $ `);
  }

  #print(text: string, keep = true): void {
    const bytes = new TextEncoder().encode(text);
    if (keep) this.#screen += text;
    if (this.#send === undefined) return;
    this.#inFlight += bytes.length;
    this.#send("output", bytes);
  }
}
