import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { openKeyFile } from "../../../electron/ssh/key-file.ts";
import { formatPrivateKey, generateKeyPair } from "../../../electron/ssh/keys.ts";
import { checkPrivateKey } from "../../../electron/ssh/login.ts";
import { keygenMissing } from "../../support/ssh-keygen.ts";

/** Key files as ssh-keygen writes them, opened without holding up the thread that carries the tunnels. */

const folder = mkdtempSync(join(tmpdir(), "culvert-keys-"));
afterAll(() => rmSync(folder, { recursive: true }));

let count = 0;
function sshKeygen(...args: readonly string[]): { readonly privateKey: string; readonly fingerprint: string } {
  const path = join(folder, `key${count++}`);
  execFileSync("ssh-keygen", ["-q", "-N", "open sesame", "-C", "né à Zürich", "-f", path, ...args]);
  const [, fingerprint = ""] = execFileSync("ssh-keygen", ["-l", "-f", path]).toString().split(" ");
  return { privateKey: readFileSync(path, "utf8"), fingerprint };
}

const passphrase = "open sesame";
const never = (): Promise<void> => Promise.reject(new Error("nothing is to be stretched"));

describe.skipIf(keygenMissing)("a key file of ssh-keygen", () => {
  test.each([
    ["ed25519", "aes256-ctr", "2"],
    ["ed25519", "aes128-cbc", "1"],
    ["rsa", "aes192-ctr", "1"],
    ["ecdsa", "aes256-cbc", "1"],
  ])("%s, %s, %s rounds: opens, is the same key, and needs no passphrase any more", async (type, cipher, rounds) => {
    const { privateKey, fingerprint } = sshKeygen("-t", type, "-Z", cipher, "-a", rounds);
    let pauses = 0;
    const opened = await openKeyFile({ privateKey, passphrase }, async () => void pauses++);
    expect(Object.keys(opened)).toEqual(["privateKey"]);
    expect(checkPrivateKey(opened.privateKey, undefined).fingerprint).toBe(fingerprint);
    // One for each hash: two blocks of 32 bytes, one where key and IV fit in it.
    expect(pauses).toBe(Number(rounds) * (cipher.startsWith("aes128") ? 1 : 2));
  });

  test("with the wrong passphrase is key-invalid", async () => {
    const { privateKey } = sshKeygen("-t", "ed25519", "-a", "1");
    await expect(openKeyFile({ privateKey, passphrase: "open rice" })).rejects.toMatchObject({
      code: "key-invalid",
      detail: "the passphrase does not fit",
    });
  });

  test("of a cipher that is left to ssh2 stays as it is", async () => {
    const key = {
      privateKey: sshKeygen("-t", "ed25519", "-a", "1", "-Z", "aes256-gcm@openssh.com").privateKey,
      passphrase,
    };
    expect(await openKeyFile(key, never)).toBe(key);
    expect(checkPrivateKey(key.privateKey, passphrase).type).toBe("ssh-ed25519");
  });
});

test.skipIf(keygenMissing)("absurd rounds are refused before the first of them", async () => {
  const { privateKey } = sshKeygen("-t", "ed25519", "-a", "1");
  const lines = privateKey.trim().split("\n");
  const bytes = Buffer.from(lines.slice(1, -1).join(""), "base64");
  // openssh-key-v1, the cipher, the KDF, the options' length, a salt of 16 bytes and its length.
  const at = 15 + 4 + "aes256-ctr".length + 4 + "bcrypt".length + 4 + 4 + 16;
  expect(bytes.readUInt32BE(at)).toBe(1);
  bytes.writeUInt32BE(0xffff_ffff, at);
  const text = [lines[0], bytes.toString("base64"), lines.at(-1)].join("\n");
  await expect(openKeyFile({ privateKey: text, passphrase }, never)).rejects.toMatchObject({ code: "key-invalid" });
});

test("what no passphrase guards, or is no such file, is left to who reads it", async () => {
  const plain = {
    privateKey: formatPrivateKey(generateKeyPair((length) => new Uint8Array(length).fill(7))),
    passphrase,
  };
  for (const key of [plain, { privateKey: "" }, { privateKey: "no key", passphrase }, { ...plain, passphrase: "" }])
    expect(await openKeyFile(key, never)).toBe(key);
});

test.skipIf(keygenMissing)("files cut short anywhere are left to who reads them, or refused", async () => {
  const { privateKey } = sshKeygen("-t", "ed25519", "-a", "1");
  const lines = privateKey.trim().split("\n");
  const bytes = Buffer.from(lines.slice(1, -1).join(""), "base64");
  for (let length = 0; length < bytes.length; length++) {
    const text = [lines[0], bytes.subarray(0, length).toString("base64"), lines.at(-1)].join("\n");
    const key = { privateKey: text, passphrase };
    expect(await openKeyFile(key, never)).toBe(key);
  }
});
