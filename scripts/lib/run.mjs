import { spawn } from "node:child_process";
import { inProject } from "./paths.mjs";

/** Runs a program in the project's folder with our own terminal; resolves to its exit code (1 when it cannot start). */
export function run(program, args, { env = {}, stdio = "inherit", cwd = inProject(), timeout } = {}) {
  return new Promise((resolve) => {
    // Windows starts .cmd files (npm) only through its shell.
    const shell = process.platform === "win32" && !program.endsWith(".exe");
    const child = spawn(program, args, { cwd, stdio, shell, timeout, env: { ...process.env, ...env } });
    const forward = (signal) => child.kill(signal);
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, forward);
    // npm starts us through a shell; when npm is told to end, only that shell dies, and we would be left behind.
    const parent = process.ppid;
    const orphaned = setInterval(() => process.ppid !== parent && child.kill("SIGTERM"), 500);
    const done = (code) => {
      clearInterval(orphaned);
      for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.off(signal, forward);
      resolve(code);
    };
    child.once("error", (error) => {
      console.error(`${program}: ${error.message}`);
      done(1);
    });
    child.once("exit", (code, signal) => done(code ?? (signal === "SIGINT" ? 130 : 143)));
  });
}

/** Runs a script of a package in node_modules with this Node. */
export function runNode(args, options) {
  return run(process.execPath, args, options);
}

/** Ends the process when a step failed. */
export async function mustRun(label, step) {
  const code = await step;
  if (code === 0) return;
  console.error(`\n${label} failed (exit code ${code}).`);
  process.exit(code);
}
