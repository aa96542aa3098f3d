import type { ShellExit, SshShell } from "../../electron/ssh/client.ts";

export interface Collected {
  stdout: string;
  stderr: string;
  exit: ShellExit;
}

/** Reads a program to its end. */
export async function collect(shell: SshShell): Promise<Collected> {
  const stdout: Uint8Array[] = [];
  const stderr: Uint8Array[] = [];
  shell.onData((bytes) => stdout.push(bytes));
  shell.onStderr((bytes) => stderr.push(bytes));
  const exit = await shell.exit;
  return { stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString(), exit };
}

/** Everything the shell has said so far, as text. */
export function outputOf(shell: SshShell): () => string {
  const chunks: Uint8Array[] = [];
  shell.onData((bytes) => chunks.push(bytes));
  return () => Buffer.concat(chunks).toString();
}

/** Resolves once `condition` holds; looked at once a turn of the event loop, so the test's own limit ends a vain wait. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}
