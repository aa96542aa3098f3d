import { describe, expect, it } from "vitest";
import { CALLS } from "../../../shared/contract.ts";

/** Whether a page may ask for a host of this name or address. */
function taken(host: string): boolean {
  const login = { kind: "password", password: "x" };
  return CALLS["hosts.add"].input.safeParse({
    accountId: "a",
    host: { name: "box", host, port: 22, user: "root", login },
  }).success;
}

const label = (length: number): string => "a".repeat(length);
/** Four labels: 253 characters. */
const LONGEST = [label(63), label(63), label(63), label(61)].join(".");

describe("the host of hosts.add", () => {
  it.each([
    "web.internal",
    "web",
    "WEB.Internal",
    "web.internal.",
    "_ssh.web_1.internal",
    "1password.internal",
    "3com",
    "xn--bro-hoa.internal",
    label(63),
    LONGEST,
    `${LONGEST}.`,
    "10.8.0.4",
    "fdaa:0:1234:a7b:9::2",
    "::1",
    "::ffff:10.8.0.4",
    "[fdaa::3]",
  ])("%s is taken", (host) => {
    expect(taken(host)).toBe(true);
  });

  it.each([
    "",
    ".",
    "https://foo.internal:22/ x",
    "https://foo.internal",
    "foo.internal:22",
    "foo.internal/",
    "root@foo.internal",
    "foo internal",
    " foo.internal",
    "foo.internal\n",
    "foo..internal",
    ".foo.internal",
    "foo.internal..",
    "-oProxyCommand=x",
    "-foo.internal",
    "foo-.internal",
    "b\u00fcro.internal",
    label(64),
    `a${LONGEST}`,
    "10.8.0.4:22",
    "10.8.0.400",
    "10.8.0",
    "010.8.0.4",
    "10.8.0.0/24",
    "fdaa:::3",
    "[fdaa::3]:22",
    "[10.8.0.4]",
    "[fdaa::3",
    "fe80::1%eth0",
  ])("%j is refused", (host) => {
    expect(taken(host)).toBe(false);
  });
});
