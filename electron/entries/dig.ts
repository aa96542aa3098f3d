import { actionFor, sentenceFor } from "../../shared/errors.ts";
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
  if (!json) for (const line of failures(reports)) say(`culvert: ${line}`);
  return reports.some(({ rcode }) => rcode !== "SERVFAIL") ? EXIT.refused : EXIT.tryAgain;
}

/** Why there are no records. A refusal stays one however often a script asks (RFC 1035 section 4.1.1); only SERVFAIL may pass. */
export function failures(reports: readonly DigReport[]): string[] {
  const [first] = reports;
  if (first === undefined) return [];
  const refused = reports.find(({ rcode }) => !["NOERROR", "NXDOMAIN", "SERVFAIL"].includes(rcode));
  if (refused !== undefined) return [told("dns-refused", refused)];
  const missing = reports.find(({ rcode }) => rcode === "NXDOMAIN");
  if (missing !== undefined)
    return [`There is no name ${missing.name}, says ${missing.server}. ${actionFor("name-not-found")}`];
  const failed = reports.find(({ rcode }) => rcode === "SERVFAIL");
  const empty = reports.filter(({ rcode }) => rcode === "NOERROR");
  const types = empty.map(({ type }) => type).join(" or ");
  return [
    ...(failed === undefined ? [] : [told("dns-failed", failed)]),
    ...(empty.length === 0
      ? []
      : [`${first.name} has no ${types} records, says ${first.server}. Ask for another type.`]),
  ];
}

function told(code: "dns-refused" | "dns-failed", { server, rcode }: DigReport): string {
  return `${sentenceFor(code).replace(/\.$/, "")}: ${server} says ${rcode}. ${actionFor(code)}`;
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
