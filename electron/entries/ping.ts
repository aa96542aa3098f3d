import type { PingEvent, PingReport } from "../../shared/models.ts";
import { CulvertError } from "../base/errors.ts";
import type { IpAddress } from "../base/ip-address.ts";
import { type OwnTunnelOptions, withOwnTunnel } from "../engine/own-tunnel.ts";
import type { Tunnel } from "../engine/tunnel.ts";
import { EXIT } from "./exit-codes.ts";
import { endedFromOutside, flushed, inOwnTunnel } from "./own-tunnel.ts";
import type { PingOptions } from "./program.ts";
import { AdvisedError, printJson } from "./report.ts";

/** `culvert ping`: 0 when anything answered, 1 when nothing did. A signal ends it with its statistics, as ping(8). */
export async function ping(options: PingOptions): Promise<number> {
  const ending = endedFromOutside();
  const { host, json } = options;
  try {
    const work = (tunnel: OwnTunnelOptions): Promise<PingReport> =>
      withOwnTunnel(tunnel, host, (own) => run(own, options, ending.signal));
    // In a log, too, a silent gateway is to be told from a host that is: a line for each request comes once it answers.
    const report = await inOwnTunnel(options, ending, work, !json);
    if (json) {
      const { events: _told, ...statistics } = report;
      printJson(rounded({ host, ...statistics }));
    } else print(`\n${summary(host, report)}`);
    await flushed();
    return report.received > 0 ? EXIT.ok : EXIT.refused;
  } catch (error) {
    if (!ending.signal.aborted) throw error;
    return ending.code() ?? EXIT.ok;
  }
}

async function run(tunnel: Tunnel, options: PingOptions, signal: AbortSignal): Promise<PingReport> {
  const { host, count, interval, size, timeout, json } = options;
  const target = choose(await tunnel.resolve(host, signal), options);
  const head = host === target.text ? host : `${host} is ${target.text}`;
  if (!json) print(`${head}: ${size} bytes of data in each request`);
  return tunnel.inside.ping(
    {
      target,
      count,
      intervalMs: interval * 1000,
      bytes: size,
      timeoutMs: timeout * 1000,
      onEvent: (event) => {
        const gateway = event.kind === "silence" ? tunnel.silentGateway(target) : undefined;
        if (!json) print(eventLine(event, target.text, timeout, gateway));
        else printJson(rounded(gateway === undefined ? event : { ...event, silentGateway: gateway }));
      },
    },
    signal,
  );
}

function choose(addresses: readonly IpAddress[], { host, ipv4, ipv6 }: PingOptions): IpAddress {
  const wanted = addresses.find(({ version }) => (version === 4 ? !ipv6 : !ipv4));
  if (wanted !== undefined) return wanted;
  const [asked, other] = ipv4 ? [4, 6] : [6, 4];
  const error = new CulvertError("name-not-found", `${host} has no IPv${asked} address`);
  throw new AdvisedError(error, `It has an IPv${other} address: leave out -${asked}.`);
}

/** Times as people can read them: microseconds are the last digits that mean something. */
export function rounded(value: unknown): unknown {
  if (typeof value === "number") return Number(value.toFixed(3));
  if (Array.isArray(value)) return value.map(rounded);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, rounded(part)]));
}

/** `silentGateway`: where the gateway itself is called in vain, so that the host is not to blame. */
export function eventLine(event: PingEvent, address: string, timeoutSeconds: number, silentGateway?: string): string {
  const head = `seq=${event.sequence}`;
  switch (event.kind) {
    case "reply":
      return `${event.bytes} bytes from ${address}: ${head} time=${milliseconds(event.rttMs)}`;
    case "duplicate":
      return `again from ${address}: ${head} time=${milliseconds(event.rttMs)} (duplicate)`;
    case "silence":
      if (silentGateway !== undefined) return `no answer: ${head}, the gateway ${silentGateway} is silent`;
      return `no answer: ${head} within ${timeoutSeconds} s`;
    case "error":
      return `error: ${head} ${event.meaning}`;
  }
}

export function summary(host: string, report: PingReport): string {
  const { sent, received, lost, errors, duplicates, lossPercent, rttMs } = report;
  const loss = Number(lossPercent.toFixed(1));
  const counts = [`${sent} sent`, `${received} received`, `${lost} lost (${loss} %)`];
  if (errors > 0) counts.push(`${errors} errors`);
  if (duplicates > 0) counts.push(`${duplicates} duplicates`);
  const lines = [`--- ${host} ---`, counts.join(", ")];
  if (rttMs !== null) {
    const figures = [rttMs.min, rttMs.avg, rttMs.max, rttMs.mdev].map((ms) => ms.toFixed(3)).join("/");
    lines.push(`round trip min/avg/max/mdev ${figures} ms`);
  }
  return lines.join("\n");
}

function milliseconds(ms: number): string {
  return `${ms.toFixed(ms < 10 ? 3 : 1)} ms`;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
