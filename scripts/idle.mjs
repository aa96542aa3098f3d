import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { inProject } from "./lib/paths.mjs";
import { prepare } from "./lib/prepare.mjs";
import { offerHelp } from "./lib/usage.mjs";

/**
 * `npm run idle [-- seconds]`: what an idle tunnel with keepalives and an open shell costs, over each carrier. The engine
 * runs alone in its process, the gateway in another; CPU time by the process's own account and by /proc where there is one.
 */

offerHelp(
  "npm run idle [-- seconds]\n\nWhat an idle tunnel costs over each carrier, in 300 s unless told: at most 0.2 % of a core.",
);

const LIMIT_PERCENT = 0.2;
/** USER_HZ, which is 100 on every Linux of today. */
const TICKS_PER_SECOND = 100;
/** Compilation and the shell's prompt have passed by then. */
const SETTLE_MS = 15_000;
/**
 * V8 collects what opening left behind once things are quiet: some 100 to 160 ms, ten seconds later or a minute. In a window
 * of a minute that is either nothing or more than everything else together; in five minutes it is a part of the cost.
 */
const [words = "300"] = process.argv.slice(2);
const seconds = Number(words);
if (!(seconds > 0)) {
  console.error(`idle: a number of seconds is wanted, not ${words}`);
  process.exit(64);
}

await prepare();
const { build } = await import("vite");
await build({ configFile: inProject("scripts/vite/idle.config.ts"), logLevel: "warn" });

const results = await Promise.all(["udp", "websocket"].map(measure));
for (const { carrier, percent, proc, keepalivesIn, keepalivesOut } of results) {
  const kernel = proc === undefined ? "" : `, ${proc.toFixed(3)} % by /proc`;
  console.log(
    `${carrier}: ${percent.toFixed(3)} % of a core over ${seconds} s${kernel}; keepalives ${keepalivesOut} sent, ${keepalivesIn} received`,
  );
}
const failed = results.some(({ percent }) => percent > LIMIT_PERCENT);
console.log(failed ? `more than ${LIMIT_PERCENT} % of a core` : `all below ${LIMIT_PERCENT} % of a core`);
process.exit(failed ? 1 : 0);

async function measure(carrier) {
  const gateway = start("gateway.js");
  const { api, token } = JSON.parse(await gateway.line());
  const client = start("client.js", api, token, carrier);
  await client.line();
  await delay(SETTLE_MS);
  const before = await client.figures();
  const ticks = procTicks(client.pid);
  await delay(seconds * 1_000);
  const after = await client.figures();
  const proc = ticks === undefined ? undefined : ((procTicks(client.pid) - ticks) / TICKS_PER_SECOND / seconds) * 100;
  client.end();
  gateway.end();
  if (after.carrier !== carrier) throw new Error(`the tunnel went over ${after.carrier}, not ${carrier}`);
  return {
    carrier,
    percent: ((after.cpuMicros - before.cpuMicros) / 1e6 / seconds) * 100,
    proc,
    keepalivesIn: after.keepalivesIn - before.keepalivesIn,
    keepalivesOut: after.keepalivesOut - before.keepalivesOut,
  };
}

function start(name, ...args) {
  const child = spawn(process.execPath, [inProject(`dist/idle/${name}`), ...args], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async () => {
    const { value, done } = await Promise.race([lines.next(), once(child, "exit").then(() => ({ done: true }))]);
    if (done) throw new Error(`${name} ended by itself`);
    return value;
  };
  return {
    pid: child.pid,
    line,
    figures: async () => {
      child.stdin.write("\n");
      return JSON.parse(await line());
    },
    end: () => child.stdin.end(),
  };
}

/** User and system time of all threads, in clock ticks; undefined where there is no /proc. */
function procTicks(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return Number(fields[11]) + Number(fields[12]);
  } catch {
    return undefined;
  }
}
