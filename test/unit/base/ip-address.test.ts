import { expect, test } from "vitest";
import {
  formatHostPort,
  ipFromBytes,
  parseIp,
  parsePrefix,
  prefixContains,
} from "../../../electron/base/ip-address.ts";

test.each([
  ["FDAA:0:0001::3", "fdaa:0:1::3"],
  ["::", "::"],
  ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
  ["10.0.0.1", "10.0.0.1"],
])("%s is %s (RFC 5952)", (text, canonical) => {
  expect(parseIp(text)?.text).toBe(canonical);
});

test.each(["", "10.1", "010.0.0.1", "1.2.3.256", "0x7f.1", "fe80::1%eth0", "::g", "1::2::3", "[::1]", "::1/128"])(
  "%j is no address",
  (text) => {
    expect(parseIp(text)).toBeUndefined();
  },
);

test.each([
  ["10.1.2.3/24", "10.1.2.0", 24],
  ["10.1.2.3", "10.1.2.3", 32],
  ["fdaa:0:1:ffff::/48", "fdaa:0:1::", 48],
  ["::1/0", "::", 0],
])("prefix %s", (text, address, length) => {
  const prefix = parsePrefix(text);
  expect([prefix?.address.text, prefix?.length]).toEqual([address, length]);
});

test.each(["10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/1/2", "x/3"])("%j is no prefix", (text) => {
  expect(parsePrefix(text)).toBeUndefined();
});

test("a prefix contains its own family only", () => {
  expect(prefixContains(parsePrefix("0.0.0.0/0")!, parseIp("1.2.3.4")!)).toBe(true);
  expect(prefixContains(parsePrefix("0.0.0.0/0")!, parseIp("::1")!)).toBe(false);
  expect(prefixContains(parsePrefix("fdaa:0:1::/47")!, parseIp("fdaa:0:2::1")!)).toBe(false);
});

test("bytes are copied, and only 4 or 16 of them make an address", () => {
  const bytes = Uint8Array.of(1, 2, 3, 4);
  const address = ipFromBytes(bytes);
  bytes[0] = 9;
  expect(address.text).toBe("1.2.3.4");
  expect(address.bytes[0]).toBe(1);
  expect(() => ipFromBytes(new Uint8Array(5))).toThrow(RangeError);
});

test("host and port", () => {
  expect(formatHostPort("::1", 80)).toBe("[::1]:80");
  expect(formatHostPort("a.example", 80)).toBe("a.example:80");
});
