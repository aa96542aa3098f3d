import { randomBytes } from "node:crypto";
import { silentLog } from "../base/log.ts";
import { startDemoWorker } from "../demo/client.ts";
import type { DemoAccess } from "../demo/cloud-access.ts";
import { newPeerFile } from "../engine/backends/new-peer-file.ts";
import { DEMO_WORKER } from "./compose.ts";
import { EXIT } from "./exit-codes.ts";
import { Faults } from "./faults.ts";
import { type DemoOptions, faultsOf, modesOf } from "./gateway-options.ts";
import { NewFile } from "./new-file.ts";
import { printJson, say } from "./report.ts";
import { untilSignal } from "./signals.ts";
import { VERSION } from "./version.ts";

/** `culvert demo`: the demo cloud alone, in the foreground, until a signal; its gateway misbehaves as it is told to. */
export async function demo(options: DemoOptions): Promise<number> {
  const { json, evictEvery, writeConfig } = options;
  const signal = untilSignal();
  const broken = new Promise<number>((resolve) => {
    new Faults({ log: silentLog, onTooMany: () => resolve(EXIT.bug) }).install();
  });
  // Before anything runs: a name that is taken should be heard of at once.
  const file = writeConfig === undefined ? undefined : await NewFile.open(writeConfig);
  let isUp = false;
  try {
    const cloud = await startDemoWorker({
      seed: randomBytes(32),
      workerUrl: DEMO_WORKER,
      modes: modesOf(options),
      ...(evictEvery === undefined ? {} : { evictEveryMs: evictEvery * 1_000 }),
    });
    try {
      const { api, token } = cloud.access;
      const peer = file === undefined ? undefined : await newPeerFile({ api, token, version: VERSION });
      if (peer !== undefined) await file?.write(peer.text);
      isUp = true;
      tell(cloud.access, options, peer?.orgSlug);
      const died = cloud.ended.then(() => EXIT.unavailable);
      const code = await Promise.race([signal.then(() => EXIT.ok), broken, died]);
      if (code === EXIT.unavailable) say("culvert: the demo cloud ended by itself.");
      return code;
    } finally {
      await cloud.dispose();
    }
  } finally {
    // The next demo has other keys and ports: what the file leads to is gone.
    if ((await file?.remove()) === true && isUp && !json) say(`${writeConfig} is removed: it led to this demo only.`);
  }
}

function tell(access: DemoAccess, { json, writeConfig, ...faulty }: DemoOptions, orgSlug: string | undefined): void {
  const { api, token, gateway, ca, apps } = access;
  if (json) {
    printJson({ api, token, gateway, ca, apps, ...(writeConfig === undefined ? {} : { config: writeConfig }) });
    return;
  }
  const { udpBlocked } = faulty;
  const config =
    writeConfig === undefined || orgSlug === undefined ? undefined : { path: writeConfig, orgSlug, udpBlocked };
  process.stdout.write(`${demoText(access, faultsOf(faulty), config)}\n`);
  say("Stop with Ctrl+C.");
}

/** What `culvert demo` tells a person: where it is, what is wrong with it on purpose, and what to try with it. */
export function demoText(
  { api, token, gateway, apps }: DemoAccess,
  faults: readonly string[],
  config: { readonly path: string; readonly orgSlug: string; readonly udpBlocked: boolean } | undefined,
): string {
  const lines = [
    "The demo cloud runs.",
    `  API      ${api}`,
    `  token    ${token}`,
    `  gateway  ${gateway.udp} (UDP, and WebSocket over TCP at the same port)`,
    ...faults.map((fault) => `  fault    ${fault}`),
  ];
  if (config === undefined) return lines.join("\n");
  const { path, orgSlug, udpBlocked } = config;
  const app = apps.find(
    ({ organization, network, machines }) =>
      organization === orgSlug && network === null && machines.some(({ state }) => state === "started"),
  );
  const host = `${app?.name ?? "web"}.internal`;
  // The file is anybody's WireGuard peer: a command asks for a WebSocket only when it is told to.
  const tunnel = `--config ${shellWord(path)}${udpBlocked ? " --carrier auto" : ""}`;
  return [
    ...lines,
    `  config   ${path} (a peer of its own; it goes with the demo)`,
    "Try, in another terminal:",
    `  culvert ping ${tunnel} -c 3 ${host}`,
    `  culvert dig ${tunnel} ${host}`,
    `  printf 'GET / HTTP/1.0\\r\\n\\r\\n' | culvert nc ${tunnel} ${host} 8080`,
  ].join("\n");
}

/** As a POSIX shell reads it back. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
