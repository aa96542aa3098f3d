import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { formatPublicKey, generateKeyPair } from "../../../electron/ssh/certificates.ts";
import {
  fingerprint,
  type HostKey,
  HostKeyStore,
  hostAlias,
  hostKeyFromBlob,
} from "../../../electron/ssh/host-keys.ts";
import { publicKeyBlob } from "../../../electron/ssh/keys.ts";
import { matchesHost } from "../../../electron/ssh/known-hosts.ts";
import { concat, string } from "../../../electron/ssh/wire.ts";
import { keygenMissing } from "../../support/ssh-keygen.ts";

const pair = (value: number) => generateKeyPair((length) => new Uint8Array(length).fill(value));
const key = (value: number): HostKey => hostKeyFromBlob(publicKeyBlob(pair(value).publicKey));
const line = (value: number, comment?: string) => formatPublicKey(pair(value).publicKey, comment);
const rsaBlob = concat(string("ssh-rsa"), string(Uint8Array.of(1, 0, 1)), string(new Uint8Array(256).fill(7)));
const rsa: HostKey = { type: "ssh-rsa", blob: rsaBlob };

describe("HostKeyStore", () => {
  test("trust on first use: new, known, changed with the known fingerprint, replaced", () => {
    const store = new HostKeyStore();
    expect(store.check("m1", key(1))).toBe("new");
    store.add("m1", key(1));
    expect(store.check("m1", key(1))).toBe("known");
    expect(store.check("m2", key(1))).toBe("new");
    expect(store.check("m1", key(2))).toEqual({ changed: fingerprint(key(1)) });
    store.replace("m1", key(2));
    expect(store.check("m1", key(2))).toBe("known");
    expect(store.check("m1", key(1))).toEqual({ changed: fingerprint(key(2)) });
    expect(new HostKeyStore(store.toText()).check("m1", key(2))).toBe("known");
    store.remove("m1");
    expect([store.check("m1", key(2)), store.toText()]).toEqual(["new", ""]);
  });

  test("a key of another type is a change, not a first sight; both may be known", () => {
    const store = new HostKeyStore();
    store.add("m", key(1));
    expect(store.check("m", rsa)).toEqual({ changed: fingerprint(key(1)) });
    store.add("m", rsa);
    expect([store.check("m", rsa), store.check("m", key(1))]).toEqual(["known", "known"]);
    expect(store.knownTypes("m")).toEqual(["ssh-ed25519", "ssh-rsa"]);
    expect(store.check("m", { type: "ssh-rsa", blob: rsaBlob.map((b, i) => (i > 30 ? 8 : b)) })).toEqual({
      changed: fingerprint(rsa),
    });
  });

  test("a revoked key is revoked, also when the same key is known", () => {
    const store = new HostKeyStore(`m ${line(1)}\n@revoked * ${line(1)}\n`);
    expect(store.check("m", key(1))).toBe("revoked");
    expect(store.check("other", key(1))).toBe("revoked");
    expect(store.check("m", key(2))).toEqual({ changed: fingerprint(key(1)) });
    store.remove("m");
    expect(store.check("m", key(1))).toBe("revoked");
  });

  test("a certificate authority knows no plain key", () => {
    const store = new HostKeyStore(`@cert-authority *.example.com ${line(1)}\n`);
    expect(store.check("a.example.com", key(1))).toBe("new");
    expect(store.knownTypes("a.example.com")).toEqual([]);
  });

  test("everything that is not its business is kept word for word", () => {
    const text = [
      "# a comment",
      "",
      "@future-marker x y z",
      `a,b ${line(1, "with a comment")}`,
      `@cert-authority *.x ${line(2)}`,
      "broken ssh-ed25519 !!!!",
      `mismatch ssh-rsa ${line(3).split(" ")[1]}`,
      "",
    ].join("\n");
    const store = new HostKeyStore(text);
    expect(store.toText()).toBe(text);
    store.remove("a");
    expect(store.toText()).toBe(text.replace("a,b ", "b "));
    expect(store.check("mismatch", key(3))).toBe("new");
  });

  test("Windows line ends and a missing last one are read", () => {
    const store = new HostKeyStore(`a ${line(1)}\r\nb ${line(2)}`);
    expect([store.check("a", key(1)), store.check("b", key(2))]).toEqual(["known", "known"]);
  });

  test("patterns are matched but never removed or written", () => {
    const store = new HostKeyStore(`*.example.com,!bad.example.com ${line(1)}\n`);
    expect(store.check("www.example.com", key(1))).toBe("known");
    expect(store.check("bad.example.com", key(1))).toBe("new");
    store.replace("www.example.com", key(2));
    expect(store.toText()).toContain("*.example.com,!bad.example.com ");
    for (const name of ["", "a b", "a,b", "*", "a?", "!a", "|1|x|y", "#a", "@revoked", "a\nb"])
      expect(() => store.add(name, key(1)), name).toThrow(RangeError);
  });

  test("names and ports: [host]:port is another name", () => {
    expect([hostAlias("h", 22), hostAlias("fdaa::3", 2222)]).toEqual(["h", "[fdaa::3]:2222"]);
    const store = new HostKeyStore(`[h]:2222 ${line(1)}\n`);
    expect([store.check("[H]:2222", key(1)), store.check("h", key(1))]).toEqual(["known", "new"]);
  });
});

test("an undecodable key has no type", () => {
  expect(hostKeyFromBlob(Uint8Array.of(0, 0, 0, 9, 1)).type).toBe("");
  expect(hostKeyFromBlob(new Uint8Array(0)).type).toBe("");
});

test.each([
  ["*", "anything", true],
  ["a?c", "abc", true],
  ["a?c", "ac", false],
  ["10.0.*.1", "10.0.5.1", true],
  ["*.*", "nodot", false],
  ["a*b*c", "aXXbYYc", true],
  ["a*b*c", "aXXbYY", false],
  ["!a,*", "a", false],
  ["*,!a", "a", false],
  ["!a", "b", false],
  ["A,B", "b", true],
  ["", "a", false],
  ["a**", "a", true],
  ["*?", "", false],
])("pattern %s and name %s", (pattern, name, expected) => {
  expect(matchesHost(pattern, name)).toBe(expected);
});

test("a pattern of many stars is not slow", () => {
  expect(matchesHost(`${"*a".repeat(2000)}b`, "a".repeat(4000))).toBe(false);
});

test.skipIf(keygenMissing)("names hashed by ssh-keygen -H are recognised, and it finds what we wrote", () => {
  const directory = mkdtempSync(join(tmpdir(), "culvert-known-"));
  try {
    const store = new HostKeyStore();
    store.add("machine.internal", key(1));
    store.add("[fdaa::3]:2222", key(2));
    const file = join(directory, "known_hosts");
    writeFileSync(file, store.toText());
    expect(execFileSync("ssh-keygen", ["-F", "[fdaa::3]:2222", "-f", file], { encoding: "utf8" })).toContain("found");
    execFileSync("ssh-keygen", ["-H", "-f", file], { stdio: "ignore" });
    const hashed = new HostKeyStore(readFileSync(file, "utf8"));
    expect(hashed.toText()).toMatch(/^\|1\|/);
    expect(hashed.check("machine.internal", key(1))).toBe("known");
    expect(hashed.check("[fdaa::3]:2222", key(2))).toBe("known");
    expect(hashed.check("machine.internal", key(3))).toEqual({ changed: fingerprint(key(1)) });
    expect(hashed.check("other", key(1))).toBe("new");
    hashed.remove("machine.internal");
    expect(hashed.check("machine.internal", key(1))).toBe("new");
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
