import { CommanderError } from "commander";
import { actionFor, type ErrorInfo, sentenceFor } from "../../shared/errors.ts";
import { asCulvertError, CulvertError } from "../base/errors.ts";

/** An error whose remedy is another than its code's: here the user has files and commands, not windows. */
export class AdvisedError extends CulvertError {
  readonly action: string;

  constructor(error: CulvertError, action: string) {
    const { code, detail, lines } = error;
    super(code, detail, { cause: error, ...(lines === undefined ? {} : { lines }) });
    this.action = action;
  }
}

/** What happened, with this case's facts. */
export function faultText({ code, detail }: ErrorInfo): string {
  return detail === undefined ? sentenceFor(code) : `${sentenceFor(code).replace(/\.$/, "")}: ${detail}.`;
}

/** Messages go to standard error: standard output is for what a program reads. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** One line of JSON on standard output. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** Tells what failed and what to do: a sentence for people, or an object with `json`. Commander has spoken for itself. */
export function reportError(thrown: unknown, json: boolean): void {
  const isUsage = thrown instanceof CommanderError;
  if (isUsage && !json) return;
  if (isUsage) {
    const message = thrown.message.replace(/^error: /, "");
    if (thrown.exitCode !== 0) printJson({ error: { code: "usage", message, action: "Try --help." } });
    return;
  }
  const error = asCulvertError(thrown);
  const { code, detail, lines } = error.toInfo();
  const message = sentenceFor(code);
  const action = error instanceof AdvisedError ? error.action : actionFor(code);
  if (json) {
    printJson({ error: { code, message, action, detail, lines } });
    return;
  }
  say(`culvert: ${faultText({ code, detail })} ${action}`);
  for (const { line, message: fault } of lines ?? []) say(`  line ${line}: ${fault}`);
}
