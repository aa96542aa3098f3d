import { readFile } from "node:fs/promises";
import { systemClock } from "../base/clock.ts";
import { CulvertError } from "../base/errors.ts";
import { silentLog } from "../base/log.ts";
import { runNc } from "../engine/nc.ts";
import { EXIT } from "./exit-codes.ts";
import type { NcOptions } from "./program.ts";
import { reportError } from "./report.ts";
import { exitCodeOfSignal, untilSignal } from "./signals.ts";

/** `culvert nc`: standard input and output through a tunnel. Returns the exit code, or rejects with a CulvertError. */
export async function nc({ config, host, port }: NcOptions): Promise<number> {
  // A stream with a hole in it must not end like a whole one. Rejections come here as well.
  process.once("uncaughtException", (error) => {
    reportError(error, false);
    process.exit(EXIT.bug);
  });
  const configText = await readConfig(config);
  const ended = new AbortController();
  let code: number = EXIT.ok;
  void untilSignal().then((signal) => {
    code = exitCodeOfSignal(signal);
    ended.abort();
  });
  // Nobody reads any more (`… | head`): the end of the work, not a failure.
  let readerLeft = false;
  process.stdout.on("error", () => {
    readerLeft = true;
    ended.abort();
  });
  try {
    await runNc({
      configText,
      host,
      port,
      input: process.stdin,
      output: process.stdout,
      signal: ended.signal,
      clock: systemClock,
      log: silentLog,
    });
    await flushed();
  } catch (error) {
    if (!ended.signal.aborted && !readerLeft) throw error;
  }
  return code;
}

async function readConfig(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : "unreadable";
    throw new CulvertError("config-missing", `${path}: ${reason === "ENOENT" ? "there is no such file" : reason}`, {
      cause: error,
    });
  }
}

function flushed(): Promise<void> {
  return new Promise((resolve) => process.stdout.write("", () => resolve()));
}
