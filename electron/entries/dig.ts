import type { DigReport } from "../../shared/models.ts";
import { parseIp } from "../base/ip-address.ts";
import { withOwnTunnel } from "../engine/own-tunnel.ts";
import { EXIT } from "./exit-codes.ts";
import { endedFromOutside, flushed, ownTunnelOptions } from "./own-tunnel.ts";
import type { DigOptions } from "./program.ts";
import { printJson } from "./report.ts";

/** `culvert dig`: 0 when there are records, 1 when there are none, 75 when no server could say. */
export async function dig(options: DigOptions): Promise<number> {
  const ending = endedFromOutside();
  const { name, json } = options;
  const types = options.type !== undefined ? [options.type] : parseIp(name) === undefined ? BOTH_FAMILIES : REVERSE;
  const reports: DigReport[] = [];
  try {
    const tunnel = await ownTunnelOptions(options, ending.signal);
    // Only the DNS server's gateway matters: the name may be an address, but nothing is sent there.
    await withOwnTunnel(tunnel, "", async (own) => {
      for (const type of types) {
        const report = await own.inside.dig(name, type, ending.signal);
        reports.push(report);
        if (json) printJson(report);
        else process.stdout.write(`${digText(report)}\n`);
      }
    });
    await flushed();
  } catch (error) {
    if (!ending.signal.aborted) throw error;
    return ending.code() ?? EXIT.ok;
  }
  if (reports.some(({ answers }) => answers.length > 0)) return EXIT.ok;
  return reports.some(({ rcode }) => rcode === "NOERROR" || rcode === "NXDOMAIN") ? EXIT.refused : EXIT.tryAgain;
}

const BOTH_FAMILIES = ["AAAA", "A"] as const;
const REVERSE = ["PTR"] as const;

/** A line about the answer, which a zone file takes for a comment, and its records as lines of one. */
export function digText({ name, type, rcode, server, transport, timeMs, authoritative, ...rest }: DigReport): string {
  const { answers, authority, negativeTtl } = rest;
  const how = `${transport.toUpperCase()}, ${timeMs.toFixed(1)} ms${authoritative ? ", authoritative" : ""}`;
  const holds = negativeTtl === null || answers.length > 0 ? "" : `; nothing, which holds for ${negativeTtl} s`;
  return [
    `; ${type} ${name}. is ${rcode} from ${server} (${how})${holds}`,
    ...answers.map(recordLine),
    ...(authority.length > 0 ? ["; authority", ...authority.map(recordLine)] : []),
  ].join("\n");
}

function recordLine({ name, ttl, type, data }: DigReport["answers"][number]): string {
  return `${name}. ${ttl} IN ${type} ${data}`;
}
