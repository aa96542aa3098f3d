import type { HttpReply, Program, ProgramIo } from "../types.ts";
import { parseArguments } from "./arguments.ts";

const PING_BYTES = 56;
/** IPv6 header less what `ping` counts as payload: ICMPv6 header. */
const ICMP_HEADER = 8;

const ping: Program = {
  name: "ping",
  async run(io) {
    const { options, operands, unknown } = parseArguments(io.args, "c:i:W:w:s:n46");
    const target = operands[0];
    if (unknown !== undefined || target === undefined) {
      await io.err(
        unknown === undefined
          ? "ping: usage error: Destination address required\n"
          : `ping: invalid option ${unknown}\n`,
      );
      return 2;
    }
    const address = io.host.resolve(target)[0];
    if (address === undefined) {
      await io.err(`ping: ${target}: Name or service not known\n`);
      return 2;
    }
    const count = options.has("c") ? Number(options.get("c")) : Number.POSITIVE_INFINITY;
    const intervalMs = Math.max(10, Number(options.get("i") ?? "1") * 1000 || 1000);
    await io.out(`PING ${target} (${address}) ${PING_BYTES} data bytes\n`);
    const times: number[] = [];
    let sent = 0;
    try {
      while (sent < count) {
        sent++;
        const time = io.host.roundTrip(address);
        if (time !== undefined) {
          await io.sleep(time);
          times.push(time);
          const heard = `${PING_BYTES + ICMP_HEADER} bytes from ${address}: icmp_seq=${sent} ttl=64`;
          await io.out(`${heard} time=${time.toFixed(3)} ms\n`);
        }
        if (sent < count) await io.sleep(intervalMs);
      }
    } finally {
      // The summary comes after Ctrl+C too, as users expect of ping.
      await io.err(summary(target, sent, times)).catch(() => undefined);
    }
    return times.length === 0 ? 1 : 0;
  },
};

function summary(target: string, sent: number, times: readonly number[]): string {
  const lost = sent === 0 ? 0 : Math.round((100 * (sent - times.length)) / sent);
  const first = `\n--- ${target} ping statistics ---\n${sent} packets transmitted, ${times.length} received, ${lost}% packet loss\n`;
  if (times.length === 0) return first;
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
  const figures = [Math.min(...times), mean, Math.max(...times)].map((time) => time.toFixed(3)).join("/");
  return `${first}rtt min/avg/max = ${figures} ms\n`;
}

const curl: Program = {
  name: "curl",
  async run(io) {
    const { options, operands, unknown } = parseArguments(io.args, "sSivIfLo:w:m:H:X:46", {
      silent: "s",
      include: "i",
      head: "I",
      fail: "f",
      verbose: "v",
      "max-time": "m",
      header: "H",
    });
    const text = operands[0];
    const url = text === undefined ? undefined : parseUrl(text);
    if (unknown !== undefined || url === undefined) {
      await io.err(
        unknown === undefined
          ? "curl: (3) URL using bad/illegal format or missing URL\n"
          : `curl: option ${unknown}: is unknown\n`,
      );
      return unknown === undefined ? 3 : 2;
    }
    if (url.protocol !== "http:") {
      await io.err("curl: (1) the demo network speaks plain http only\n");
      return 1;
    }
    const reply = await fetchInside(io, url);
    if (typeof reply === "number") return reply;
    const head = options.has("i") || options.has("I") ? headText(reply) : "";
    if (options.has("f") && reply.status >= 400) {
      await io.err(`curl: (22) The requested URL returned error: ${reply.status}\n`);
      return 22;
    }
    await io.out(options.has("I") ? head : head + reply.body);
    return 0;
  },
};

async function fetchInside(io: ProgramIo, url: URL): Promise<HttpReply | number> {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const addresses = host === "localhost" || host === "127.0.0.1" ? [io.host.address] : io.host.resolve(host);
  if (addresses.length === 0) {
    await io.err(`curl: (6) Could not resolve host: ${host}\n`);
    return 6;
  }
  const port = Number(url.port || "80");
  for (const address of addresses) {
    const time = io.host.roundTrip(address);
    if (time !== undefined) await io.sleep(time * 2);
    const reply = io.host.get(address, port, `${url.pathname}${url.search}`, url.host);
    if (reply !== undefined) return reply;
  }
  await io.err(`curl: (7) Failed to connect to ${host} port ${port}: Connection refused\n`);
  return 7;
}

function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text.includes("://") ? text : `http://${text}`);
  } catch {
    return undefined;
  }
}

function headText(reply: HttpReply): string {
  const lines = Object.entries(reply.headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${reply.status} ${reply.reason}\r\n${lines.join("")}\r\n`;
}

const host: Program = {
  name: "host",
  async run(io) {
    const name = io.args[0];
    if (name === undefined) {
      await io.err("usage: host NAME\n");
      return 1;
    }
    const addresses = io.host.resolve(name);
    if (addresses.length === 0) {
      await io.out(`Host ${name} not found: 3(NXDOMAIN)\n`);
      return 1;
    }
    await io.out(addresses.map((address) => `${name} has IPv6 address ${address}\n`).join(""));
    return 0;
  },
};

export const NETWORK_PROGRAMS: readonly Program[] = [ping, { ...ping, name: "ping6" }, curl, host];
