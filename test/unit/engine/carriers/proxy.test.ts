import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { describe, expect, test } from "vitest";
import { connectThroughProxy, proxyFor } from "../../../../electron/engine/carriers/proxy.ts";

const PROXY = { HTTPS_PROXY: "http://proxy.example:3128" };

describe("which proxy", () => {
  test.each<[string, Readonly<Record<string, string>>, string | undefined]>([
    ["none", {}, undefined],
    ["HTTPS_PROXY", PROXY, "http://proxy.example:3128/"],
    ["the lower-case name first", { ...PROXY, https_proxy: "http://other.example:1" }, "http://other.example:1/"],
    ["ALL_PROXY when there is no other", { ALL_PROXY: "https://all.example" }, "https://all.example/"],
    ["one without a scheme", { HTTPS_PROXY: "proxy.example:3128" }, "http://proxy.example:3128/"],
    ["no SOCKS proxy", { HTTPS_PROXY: "socks5://proxy.example:1080" }, undefined],
    ["nothing that is no URL", { HTTPS_PROXY: "http://:bad:" }, undefined],
    ["no proxy for all", { ...PROXY, NO_PROXY: "*" }, undefined],
    ["no proxy for the name", { ...PROXY, NO_PROXY: "other.example, gw.example" }, undefined],
    ["no proxy for the domain", { ...PROXY, no_proxy: ".example" }, undefined],
    ["no proxy for the domain with a star", { ...PROXY, no_proxy: "*.example" }, undefined],
    ["the proxy for another port", { ...PROXY, NO_PROXY: "gw.example:8443" }, "http://proxy.example:3128/"],
    ["no proxy for this port", { ...PROXY, NO_PROXY: "gw.example:443" }, undefined],
    ["the proxy for what only ends alike", { ...PROXY, NO_PROXY: "w.example" }, "http://proxy.example:3128/"],
  ])("%s", (_, environment, expected) => {
    expect(proxyFor("gw.example", 443, environment)?.href).toBe(expected);
  });

  test.each([
    ["127.0.0.1", ""],
    ["localhost", ""],
    ["::1", ""],
    ["192.0.2.7", "192.0.2.0/24"],
    ["2001:db8::7", "2001:db8::/32"],
    ["192.0.2.7", "192.0.2.7"],
  ])("%s goes straight with NO_PROXY=%s", (host, NO_PROXY) => {
    expect(proxyFor(host, 443, { ...PROXY, NO_PROXY })).toBeUndefined();
  });

  test("an address beside the exception does not", () => {
    expect(proxyFor("192.0.3.7", 443, { ...PROXY, NO_PROXY: "192.0.2.0/24" })).toBeDefined();
  });
});

test.each([
  ["200 OK", "a%40b", "a@b"],
  ["204 No Content", "100%", "100%"],
])("a proxy that answers %s is passed; the name %s goes to it as %s", async (status, name, decoded) => {
  let asked = "";
  const proxy = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", (head) => {
      asked = head.toString("latin1");
      socket.write(`HTTP/1.1 ${status}\r\n\r\n`);
    });
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const { port } = proxy.address() as AddressInfo;
  const url = proxyFor("gateway.example", 443, { https_proxy: `http://${name}:secret@127.0.0.1:${port}` });
  const signal = new AbortController().signal;
  const socket = await connectThroughProxy(url ?? expect.unreachable(), "gateway.example:443", signal);
  socket.destroy();
  proxy.close();
  expect(asked).toContain(`Basic ${Buffer.from(`${decoded}:secret`).toString("base64")}\r\n`);
});
