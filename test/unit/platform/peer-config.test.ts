import { describe, expect, test } from "vitest";
import { type PeerAnswer, parseEndpoint, peerConfig } from "../../../electron/platform/peer-config.ts";

const PUBKEY = Buffer.from(Uint8Array.from({ length: 32 }, (_, index) => index + 1)).toString("base64");
const ANSWER: PeerAnswer = { peerip: "fdaa:0:18:a7b:7d:0:a:602", endpointip: "ams2.gateway.6pn.dev", pubkey: PUBKEY };

describe("from a peer's answer to a tunnel", () => {
  test("the /48 is fdaa and the network's id; DNS is its ::3; our address is peerip itself", () => {
    const config = peerConfig(ANSWER);
    expect(config.address.text).toBe("fdaa:0:18:a7b:7d:0:a:602");
    expect(config.allowedIps.map((prefix) => `${prefix.address.text}/${prefix.length}`)).toEqual(["fdaa:0:18::/48"]);
    expect(config.dns.text).toBe("fdaa:0:18::3");
    expect(config.endpoint).toEqual({ host: "ams2.gateway.6pn.dev", port: 51820, websocketPort: 443 });
    expect(Buffer.from(config.gatewayPublicKey).toString("base64")).toBe(PUBKEY);
    expect(config.persistentKeepaliveSeconds).toBe(15);
  });

  test("a network id that fills its 32 bits", () => {
    const config = peerConfig({ ...ANSWER, peerip: "FDAA:ffff:FFFF:a7b:1::2" });
    expect(config.allowedIps[0]?.address.text).toBe("fdaa:ffff:ffff::");
    expect(config.dns.text).toBe("fdaa:ffff:ffff::3");
  });

  test.each<[string, Partial<PeerAnswer>]>([
    ["an IPv4 address", { peerip: "10.0.0.2" }],
    ["no address", { peerip: "" }],
    ["a zone", { peerip: "fe80::1%eth0" }],
    ["no endpoint", { endpointip: "" }],
    ["a port of zero", { endpointip: "host:0" }],
    ["a short key", { pubkey: PUBKEY.slice(4) }],
    ["a key in other letters", { pubkey: `${PUBKEY.slice(0, 42)}-=` }],
    ["the zero key", { pubkey: Buffer.alloc(32).toString("base64") }],
  ])("is refused with %s", (_, change) => {
    expect(() => peerConfig({ ...ANSWER, ...change })).toThrow(expect.objectContaining({ code: "api-error" }));
  });
});

describe("the endpoint", () => {
  test.each([
    ["192.0.2.1", "192.0.2.1", 51820],
    ["192.0.2.1:1234", "192.0.2.1", 1234],
    ["127.0.0.1:65535", "127.0.0.1", 65535],
    ["ams1.gateway.example", "ams1.gateway.example", 51820],
    ["ams1.gateway.example.:443", "ams1.gateway.example.", 443],
    ["localhost:1", "localhost", 1],
    ["2001:db8::1", "2001:db8::1", 51820],
    // The last group is an address's, not a port's: without brackets there is no port.
    ["2001:db8::1:1234", "2001:db8::1:1234", 51820],
    ["[2001:db8::1]", "2001:db8::1", 51820],
    ["[2001:db8::1]:7000", "2001:db8::1", 7000],
    [" host.example:9 ", "host.example", 9],
  ])("%s", (text, host, port) => {
    // A port that was named holds for the WebSocket as well.
    expect(parseEndpoint(text)).toEqual({ host, port, websocketPort: port === 51820 ? 443 : port });
  });

  test.each([
    "",
    ":",
    ":51820",
    "host:",
    "host:65536",
    "host:-1",
    "host:1x",
    "host:1:2",
    "[::1",
    "::1]",
    "[host]:1",
    "[192.0.2.1]:1",
    "[fe80::1%eth0]:1",
    "[]:1",
    "a b",
    "https://host",
    "host/path",
    "256.0.0.1",
    "1.2.3",
    "-host",
    "a..b",
    `${"a".repeat(64)}.example`,
  ])("%j is none", (text) => {
    expect(parseEndpoint(text)).toBeUndefined();
  });
});
