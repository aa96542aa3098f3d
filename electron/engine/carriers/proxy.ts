import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Socket } from "node:net";
import { parseIp, parsePrefix, prefixContains } from "../../base/ip-address.ts";

/** HTTPS proxies from the environment, by the conventions that curl and Go share. */

export type Environment = Readonly<Record<string, string | undefined>>;

/** The proxy for a TLS connection, or undefined to go straight. SOCKS proxies are not spoken to. */
export function proxyFor(host: string, port: number, environment: Environment): URL | undefined {
  const text =
    environment["https_proxy"] || environment["HTTPS_PROXY"] || environment["all_proxy"] || environment["ALL_PROXY"];
  if (!text || isExcepted(host.toLowerCase(), port, environment["no_proxy"] || environment["NO_PROXY"] || "")) {
    return undefined;
  }
  // Without a scheme it is a plain HTTP proxy.
  const withScheme = text.includes("://") ? text : `http://${text}`;
  const url = URL.canParse(withScheme) ? new URL(withScheme) : undefined;
  return url?.protocol === "http:" || url?.protocol === "https:" ? url : undefined;
}

function isExcepted(host: string, port: number, exceptions: string): boolean {
  const address = parseIp(host);
  // What is on this computer is never asked of another one.
  if (host === "localhost" || host.endsWith(".localhost")) return true;
  if (address !== undefined && (address.text.startsWith("127.") || address.text === "::1")) return true;
  return exceptions
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== "")
    .some((entry) => {
      if (entry === "*") return true;
      const prefix = parsePrefix(entry);
      if (prefix !== undefined) return address !== undefined && prefixContains(prefix, address);
      const [, name = "", portText] = /^\*?\.?(.*?)(?::(\d+))?$/.exec(entry) ?? [];
      if (portText !== undefined && Number(portText) !== port) return false;
      return name !== "" && (host === name || host.endsWith(`.${name}`));
    });
}

/** A "%" that begins no byte stands for itself, as in curl. */
function percentDecoded(text: string): Buffer {
  const bytes = text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1");
}

/** A connection through the proxy by CONNECT (RFC 9110 section 9.3.6). Rejects with what the proxy said. */
export function connectThroughProxy(proxy: URL, target: string, signal: AbortSignal): Promise<Socket> {
  const { username, password, hostname, port, protocol } = proxy;
  const credentials = Buffer.concat([percentDecoded(username), Buffer.from(":"), percentDecoded(password)]);
  const open = protocol === "https:" ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = open({
      method: "CONNECT",
      host: hostname.replace(/^\[(.*)\]$/, "$1"),
      port: port === "" ? (protocol === "https:" ? 443 : 80) : Number(port),
      path: target,
      headers: {
        host: target,
        ...(username === "" ? {} : { "proxy-authorization": `Basic ${credentials.toString("base64")}` }),
      },
      agent: false,
    });
    // Not the request's own signal: that would still end the connection once it is ours.
    const cancel = (): void => void request.destroy(new Error("cancelled"));
    signal.addEventListener("abort", cancel, { once: true });
    if (signal.aborted) cancel();
    request.once("close", () => signal.removeEventListener("abort", cancel));
    request.once("connect", (response, socket: Socket, head) => {
      signal.removeEventListener("abort", cancel);
      if (Math.trunc((response.statusCode ?? 0) / 100) !== 2) {
        socket.destroy();
        reject(new Error(`the proxy answered ${response.statusCode ?? "nothing"}`));
        return;
      }
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    request.once("response", (response) => {
      response.destroy();
      reject(new Error(`the proxy answered ${response.statusCode ?? "nothing"}`));
    });
    request.once("error", reject);
    request.end();
  });
}
