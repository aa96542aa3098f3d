import { cpus, loadavg, release, totalmem } from "node:os";
import { benchAead } from "./aead.ts";
import { benchHandshakes } from "./device.ts";
import { benchFlood } from "./flood.ts";
import { type Row, table } from "./row.ts";
import { benchShell } from "./shell.ts";
import { benchTunnel } from "./tunnel.ts";

/** All benches, or those named on the command line: aead, device, flood, tunnel, shell. Prints one table with the machine's description. */
const BENCHES: Record<string, () => Promise<Row[]> | Row[]> = {
  aead: benchAead,
  device: benchHandshakes,
  flood: benchFlood,
  tunnel: benchTunnel,
  // This file is built into dist/bench.
  shell: () => benchShell(new URL("../", import.meta.url)),
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in BENCHES));
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(", ")}; there are ${Object.keys(BENCHES).join(", ")}.`);
  process.exit(64);
}
const rows: Row[] = [];
for (const [name, bench] of Object.entries(BENCHES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.error(`${name} …`);
  rows.push(...(await bench()));
}

const [cpu] = cpus();
console.log(`Machine: ${cpus().length} × ${cpu?.model ?? "unknown"}, ${Math.round(totalmem() / 2 ** 30)} GiB,`);
console.log(
  `${process.platform} ${release()}, Node ${process.version}, load ${loadavg()[0]?.toFixed(1)}, ${new Date().toISOString().slice(0, 10)}\n`,
);
console.log(table(rows));
process.exit(0);
