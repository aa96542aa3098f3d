import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  FOREVER,
  formatPrivateKey,
  formatPublicKey,
  generateKeyPair,
  keyPairFromSeed,
  parseCertificate,
  parsePublicKey,
  signCertificate,
  verifyCertificate,
} from "../../../electron/ssh/certificates.ts";
import { signEd25519, verifyEd25519 } from "../../../electron/ssh/keys.ts";
import { keygenMissing } from "../../support/ssh-keygen.ts";

/** Repeatable: nonces and keys of a test are the same in each run. */
const filled = (value: number) => (length: number) => new Uint8Array(length).fill(value);
const ca = generateKeyPair(filled(1));
const user = generateKeyPair(filled(2));
const other = generateKeyPair(filled(3));

function certificate(changes: Partial<Parameters<typeof signCertificate>[0]> = {}) {
  const line = signCertificate({
    ca,
    publicKey: user.publicKey,
    keyId: "person@example.com",
    principals: ["root", "fly"],
    validAfter: 1000,
    validBefore: 2000,
    extensions: ["permit-pty"],
    random: filled(9),
    ...changes,
  });
  const parsed = parseCertificate(line);
  if (parsed === undefined) throw new Error("unreadable");
  return parsed;
}

const policy = { trustedCas: [other.publicKey, ca.publicKey], principal: "root", nowSeconds: 1500 };

describe("keys", () => {
  test("RFC 8032 section 7.1, test 1: public key and signature of a seed", () => {
    const seed = Buffer.from("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "hex");
    const pair = keyPairFromSeed(seed);
    expect(Buffer.from(pair.publicKey).toString("hex")).toBe(
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    );
    const signature = signEd25519(seed, new Uint8Array(0));
    expect(Buffer.from(signature.subarray(-64)).toString("hex")).toBe(
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    );
    expect(verifyEd25519(pair.publicKey, new Uint8Array(0), signature)).toBe(true);
  });

  test("a signature holds for its data, key and algorithm only", () => {
    const data = Uint8Array.of(1, 2, 3);
    const signature = signEd25519(user.privateKey, data);
    expect(verifyEd25519(user.publicKey, data, signature)).toBe(true);
    expect(verifyEd25519(user.publicKey, Uint8Array.of(1, 2, 4), signature)).toBe(false);
    expect(verifyEd25519(other.publicKey, data, signature)).toBe(false);
    expect(verifyEd25519(user.publicKey, data, signature.subarray(0, -1))).toBe(false);
    expect(verifyEd25519(new Uint8Array(32).fill(255), data, signature)).toBe(false);
    const renamed = Uint8Array.from(signature);
    renamed[4] = 0x53;
    expect(verifyEd25519(user.publicKey, data, renamed)).toBe(false);
  });

  test("a public key line round-trips; other lines are refused", () => {
    expect(parsePublicKey(formatPublicKey(user.publicKey, "me@here"))).toEqual(user.publicKey);
    expect(parsePublicKey("  ssh-ed25519 AAAA")).toBeUndefined();
    expect(parsePublicKey("ssh-rsa AAAAB3NzaC1yc2E=")).toBeUndefined();
    expect(parsePublicKey("")).toBeUndefined();
  });

  test("a seed of another length is key-invalid", () => {
    expect(() => keyPairFromSeed(new Uint8Array(33))).toThrow(expect.objectContaining({ code: "key-invalid" }));
  });
});

describe("certificates", () => {
  test("what was signed is read back", () => {
    expect(
      certificate({ serial: 42n, criticalOptions: { "source-address": "::1" }, extensions: ["b", "a"] }),
    ).toMatchObject({
      publicKey: user.publicKey,
      serial: 42n,
      type: "user",
      keyId: "person@example.com",
      principals: ["root", "fly"],
      validAfter: 1000n,
      validBefore: 2000n,
      criticalOptions: new Map([["source-address", Uint8Array.of(0, 0, 0, 3, 0x3a, 0x3a, 0x31)]]),
      extensions: new Map([
        ["a", new Uint8Array(0)],
        ["b", new Uint8Array(0)],
      ]),
    });
  });

  test.each([
    ["a good one", {}, {}, undefined],
    ["a foreign authority", {}, { trustedCas: [other.publicKey] }, "not trusted"],
    ["no authority", {}, { trustedCas: [] }, "not trusted"],
    ["one second early", {}, { nowSeconds: 999.9 }, "not valid before 1970-01-01T00:16:40.000Z"],
    ["the first second", {}, { nowSeconds: 1000 }, undefined],
    ["the last second", {}, { nowSeconds: 1999.9 }, undefined],
    ["the end, which is exclusive", {}, { nowSeconds: 2000 }, "expired at 1970-01-01T00:33:20.000Z"],
    ["for ever", { validBefore: FOREVER }, { nowSeconds: 1e12 }, undefined],
    ["another user", {}, { principal: "alice" }, "for root, fly, not for alice"],
    ["a part of a name", {}, { principal: "roo" }, "not for roo"],
    ["no user", { principals: [] }, {}, "no user at all"],
    ["a host certificate", { type: "host" as const }, {}, "for a host"],
    ["an unknown critical option", { criticalOptions: { odd: "1" } }, {}, '"odd"'],
    ["a critical option that we keep", { criticalOptions: { odd: "1" } }, { enforcedOptions: ["odd"] }, undefined],
    ["an unknown extension", { extensions: ["odd@example.com"] }, {}, undefined],
  ])("%s", (_name, changes, policyChanges, reason) => {
    const verdict = verifyCertificate(certificate(changes), { ...policy, ...policyChanges });
    if (reason === undefined) expect(verdict).toEqual({ ok: true });
    else expect(verdict).toEqual({ ok: false, reason: expect.stringContaining(reason) });
  });

  test("every changed byte makes it unreadable or refused", () => {
    const { blob } = certificate();
    for (let at = 0; at < blob.length; at++) {
      const changed = Uint8Array.from(blob);
      changed[at] = changed[at]! ^ 1;
      const parsed = parseCertificate(Buffer.from(changed).toString("base64"));
      if (parsed !== undefined) expect(verifyCertificate(parsed, policy), `byte ${at}`).toMatchObject({ ok: false });
    }
  });

  test("every truncation and every extra byte is unreadable", () => {
    const { blob } = certificate();
    for (let length = 0; length < blob.length; length++)
      expect(parseCertificate(Buffer.from(blob.subarray(0, length)).toString("base64"))).toBeUndefined();
    expect(parseCertificate(Buffer.concat([blob, Uint8Array.of(0)]).toString("base64"))).toBeUndefined();
  });
});

describe.skipIf(keygenMissing)("ssh-keygen", () => {
  let directory: string;
  const keygen = (...args: string[]) =>
    execFileSync("ssh-keygen", args, { cwd: directory, encoding: "utf8", env: { TZ: "UTC" } });

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "culvert-keygen-"));
    writeFileSync(join(directory, "ca"), formatPrivateKey(ca, "authority"), { mode: 0o600 });
    writeFileSync(join(directory, "user.pub"), `${formatPublicKey(user.publicKey, "me")}\n`);
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  test("reads our private key file and finds the same public key", () => {
    expect(keygen("-y", "-f", "ca").trim()).toBe(formatPublicKey(ca.publicKey, "authority"));
    for (const comment of ["", "a", "ab", "abcdefg", "ü".repeat(50)]) {
      writeFileSync(join(directory, "odd"), formatPrivateKey(user, comment), { mode: 0o600 });
      expect(keygen("-y", "-f", "odd").trim()).toBe(formatPublicKey(user.publicKey, comment));
    }
  });

  test("reads our certificate", () => {
    writeFileSync(join(directory, "ours-cert.pub"), `${signOurs()}\n`);
    const listed = keygen("-L", "-f", "ours-cert.pub");
    expect(listed).toContain("user certificate");
    expect(listed).toContain('Key ID: "person@example.com"');
    expect(listed).toContain("Serial: 18446744073709551615");
    expect(listed).toMatch(/Principals: \n\s+root\n\s+fly\n/);
    expect(listed).toMatch(/force-command \/bin\/date/);
    expect(listed).toMatch(/Extensions: \n\s+permit-port-forwarding\n\s+permit-pty\n/);
    expect(listed).toContain("from 2023-11-14T22:13:20 to 2023-11-14T23:13:20");
  });

  test("signs a certificate that we read and accept", () => {
    keygen(
      "-q",
      "-s",
      "ca",
      "-I",
      "person@example.com",
      "-n",
      "root,fly",
      "-z",
      "7",
      "-V",
      "20231114221320Z:20231114231320Z",
      "user.pub",
    );
    const parsed = parseCertificate(readFileSync(join(directory, "user-cert.pub"), "utf8"));
    expect(parsed).toMatchObject({
      serial: 7n,
      keyId: "person@example.com",
      principals: ["root", "fly"],
      validAfter: 1_700_000_000n,
      validBefore: 1_700_003_600n,
      publicKey: user.publicKey,
    });
    expect([...(parsed?.extensions.keys() ?? [])]).toContain("permit-pty");
    if (parsed === undefined) return;
    expect(verifyCertificate(parsed, { ...policy, nowSeconds: 1_700_000_000 })).toEqual({ ok: true });
  });

  test("our certificate is its certificate, byte for byte, but for the nonce", () => {
    keygen("-q", "-s", "ca", "-I", "i", "-n", "a,b", "-z", "5", "-V", "20231114221320Z:20231114231320Z", "user.pub");
    const theirs = parseCertificate(readFileSync(join(directory, "user-cert.pub"), "utf8"));
    const ours = certificate({
      keyId: "i",
      principals: ["a", "b"],
      serial: 5n,
      validAfter: 1_700_000_000,
      validBefore: 1_700_003_600,
      extensions: [...(theirs?.extensions.keys() ?? [])].toReversed(),
      random: () => theirs?.nonce ?? new Uint8Array(0),
    });
    expect(Buffer.from(ours.blob).toString("hex")).toBe(Buffer.from(theirs?.blob ?? []).toString("hex"));
  });

  test("a certificate by an authority of another kind can be read, and is not trusted", () => {
    keygen("-q", "-t", "ecdsa", "-N", "", "-f", "ca2");
    keygen("-q", "-s", "ca2", "-I", "i", "-n", "root", "user.pub");
    const parsed = parseCertificate(readFileSync(join(directory, "user-cert.pub"), "utf8"));
    expect(parsed?.keyId).toBe("i");
    if (parsed !== undefined) expect(verifyCertificate(parsed, policy)).toMatchObject({ ok: false });
  });

  function signOurs(): string {
    return signCertificate({
      ca,
      publicKey: user.publicKey,
      keyId: "person@example.com",
      principals: ["root", "fly"],
      validAfter: 1_700_000_000,
      validBefore: 1_700_003_600,
      serial: FOREVER,
      extensions: ["permit-pty", "permit-port-forwarding"],
      criticalOptions: { "force-command": "/bin/date" },
      random: filled(9),
      comment: "a comment",
    });
  }
});
