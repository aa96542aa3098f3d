import type { DigReport, PingEvent, PingReport } from "../../shared/models.ts";
import type { IpAddress } from "../base/ip-address.ts";
import type { DigResult } from "../netstack/dns/dig.ts";
import { type DnsRecord, RCODES } from "../netstack/dns/message.ts";
import { recordText } from "../netstack/dns/records.ts";
import type { PingStatistics } from "../netstack/ping-run.ts";

/** What the stack measured, as the contract tells it. */

export function pingReport(
  target: IpAddress,
  bytes: number,
  { sent, received, lost, errors, duplicates, rtt }: PingStatistics,
  events: PingEvent[],
): PingReport {
  const settled = received + lost;
  return {
    address: target.text,
    bytes,
    sent,
    received,
    lost,
    errors,
    duplicates,
    lossPercent: settled === 0 ? 0 : (100 * lost) / settled,
    rttMs: rtt ?? null,
    events,
  };
}

export function digReport({ name, type, server, transport, timeMs, response }: DigResult & { ok: true }): DigReport {
  const { rcode, authoritative, records, authority, negativeTtl } = response;
  return {
    name,
    type,
    rcode: rcodeName(rcode),
    server: server.text,
    transport,
    timeMs,
    authoritative,
    answers: records.map(recordLine),
    authority: authority.map(recordLine),
    negativeTtl: negativeTtl ?? null,
  };
}

function recordLine(record: DnsRecord): DigReport["answers"][number] {
  return { name: record.name, ttl: record.ttl, type: record.type, data: recordText(record) };
}

function rcodeName(rcode: number): string {
  return Object.entries(RCODES).find(([, code]) => code === rcode)?.[0] ?? `RCODE${rcode}`;
}
