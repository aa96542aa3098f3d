import { sentenceFor } from "../../shared/errors.ts";
import type { DigReport } from "../../shared/models.ts";
import { parseIp } from "../base/ip-address.ts";
import { withOwnTunnel } from "../engine/own-tunnel.ts";
import type { Tunnel } from "../engine/tunnel.ts";
import { EXIT } from "./exit-codes.ts";
import { endedFromOutside, flushed, inOwnTunnel } from "./own-tunnel.ts";
import type { DigOptions } from "./program.ts";
import { printJson, say } from "./report.ts";

/** `culvert dig`: 0 when there are records, 1 when there are none or it is refused, 75 when the server failed. */
export async function dig(options: DigOptions): Promise<number> {
  const ending = endedFromOutside();
  const { name, json } = options;
  const types = options.type !== undefined ? [options.type] : parseIp(name) === undefined ? BOTH_FAMILIES : REVERSE;
  const reports: DigReport[] = [];
  try {
    const ask = async (own: Tunnel): Promise<void> => {
      for (const type of types) {
        const report = await own.inside.dig(name, type, ending.signal);
        reports.push(report);
        if (json) printJson({ ...report, timeMs: Number(report.timeMs.toFixed(3)) });
        else process.stdout.write(`${digText(report)}\n`);
      }
    };
    // Only the DNS server's gateway matters: the name may be an address, but nothing is sent there.
    await inOwnTunnel(options, ending, (tunnel) => withOwnTunnel(tunnel, "", ask));
    await flushed();
  } catch (error) {
    if (!ending.signal.aborted) throw error;
    return ending.code() ?? EXIT.ok;
  }
  if (reports.some(({ answers }) => answers.length > 0)) return EXIT.ok;
  const isFinal = reports.some(({ rcode }) => rcode !== "SERVFAIL");
  if (isFinal && !json) for (const line of refusals(reports)) say(line);
  return isFinal ? EXIT.refused : EXIT.tryAgain;
}

/** A refusal stays one however often a script asks (RFC 1035 section 4.1.1); only SERVFAIL may pass. */
function refusals(reports: readonly DigReport[]): string[] {
  const refused = reports.find(({ rcode }) => !["NOERROR", "NXDOMAIN", "SERVFAIL"].includes(rcode));
  if (refused === undefined) return [];
  return [`culvert: ${sentenceFor("dns-refused").replace(/\.$/, "")}: ${refused.server} says ${refused.rcode}.`];
}

const BOTH_FAMILIES = ["AAAA", "A"] as const;
const REVERSE = ["PTR"] as const;

/** A line about the answer, which a zone file takes for a comment, and its records as lines of one. */
export function digText({ name, type, rcode, server, transport, timeMs, authoritative, ...rest }: DigReport): string {
  const { answers, authority, negativeTtl } = rest;
  const how = `${transport.toUpperCase()}, ${timeMs.toFixed(1)} ms${authoritative ? ", authoritative" : ""}`;
  const holds = negativeTtl === null || answers.length > 0 ? "" : `; no records (cached for ${negativeTtl} s)`;
  return [
    `; ${type} ${name}. is ${rcode} from ${server} (${how})${holds}`,
    ...answers.map(recordLine),
    ...(authority.length > 0 ? ["; authority", ...authority.map(recordLine)] : []),
  ].join("\n");
}

function recordLine({ name, ttl, type, data }: DigReport["answers"][number]): string {
  return `${name}. ${ttl} IN ${type} ${data}`;
}
