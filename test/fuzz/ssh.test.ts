/** Random bytes for everything in the SSH room that reads what others wrote. CULVERT_SEED repeats a run. */
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  formatPublicKey,
  generateKeyPair,
  parseCertificate,
  parseCertificateBlob,
  parsePublicKey,
  signCertificate,
  verifyCertificate,
} from "../../electron/ssh/certificates.ts";
import { connectSsh } from "../../electron/ssh/client.ts";
import { HostKeyStore, hostKeyFromBlob } from "../../electron/ssh/host-keys.ts";
import { publicKeyBlob } from "../../electron/ssh/keys.ts";
import { formatKnownHostLine, parseKnownHostLine } from "../../electron/ssh/known-hosts.ts";
import { protocolInternals, sendPayload } from "../../electron/ssh/ssh2-internals.ts";
import { seed } from "../support/seed.ts";
import { duplexPair } from "../support/ssh-duplex.ts";
import { clientDefaults, connectToTestServer, onProgram } from "../support/ssh-server.ts";

const ca = generateKeyPair((length) => new Uint8Array(length).fill(1));
const user = generateKeyPair((length) => new Uint8Array(length).fill(2));
const uint64 = fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn });
const name = fc.string({ unit: "grapheme", maxLength: 20 });

test("certificates: what is signed is read back, whatever the fields", () => {
  fc.assert(
    fc.property(
      fc.record({
        keyId: name,
        principals: fc.array(name, { maxLength: 5 }),
        serial: uint64,
        validAfter: uint64,
        validBefore: uint64,
        extensions: fc.uniqueArray(name, { maxLength: 4 }),
        random: fc.uint8Array({ minLength: 0, maxLength: 64 }),
      }),
      (fields) => {
        const line = signCertificate({ ca, publicKey: user.publicKey, ...fields, random: () => fields.random });
        const parsed = parseCertificate(line);
        expect(parsed).toMatchObject({
          keyId: fields.keyId,
          principals: fields.principals,
          serial: fields.serial,
          validAfter: fields.validAfter,
          validBefore: fields.validBefore,
          nonce: fields.random,
        });
        expect([...(parsed?.extensions.keys() ?? [])].sort()).toEqual([...fields.extensions].sort());
      },
    ),
    { seed: seed(), numRuns: 300 },
  );
});

test("certificates: spoilt ones are undefined or refused, never thrown and never accepted", () => {
  const { blob } = parseCertificate(
    signCertificate({
      ca,
      publicKey: user.publicKey,
      keyId: "id",
      principals: ["root"],
      validAfter: 0,
      validBefore: 10,
      extensions: ["permit-pty"],
      criticalOptions: { "source-address": "::/0" },
      random: (length) => new Uint8Array(length),
    }),
  ) ?? { blob: new Uint8Array(0) };
  const changes = fc.array(fc.tuple(fc.nat(blob.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(changes, fc.nat(blob.length), fc.uint8Array({ maxLength: 8 }), (edits, cut, tail) => {
      const spoilt = Buffer.concat([blob.subarray(0, cut), tail, blob.subarray(cut)]);
      for (const [at, value] of edits) spoilt[at] = value;
      const parsed = parseCertificateBlob(spoilt);
      if (parsed === undefined || spoilt.equals(blob)) return;
      const policy = {
        trustedCas: [ca.publicKey],
        principal: "root",
        nowSeconds: 5,
        enforcedOptions: ["source-address"],
      };
      expect(verifyCertificate(parsed, policy).ok).toBe(false);
    }),
    { seed: seed(), numRuns: 2000 },
  );
});

test("lines: any text is read without a throw", () => {
  const words = fc.constantFrom(
    "ssh-ed25519-cert-v01@openssh.com",
    "@revoked",
    "@cert-authority",
    "|1|AAAA|BBBB",
    "[h]:22",
    "*",
    "!x",
    ",",
    " ",
    "\t",
    "\r\n",
    "\n",
    "#",
    formatPublicKey(user.publicKey),
  );
  fc.assert(
    fc.property(
      fc.array(fc.oneof(words, fc.string({ unit: "binary" })), { maxLength: 30 }),
      fc.string(),
      (parts, alias) => {
        const text = parts.join("");
        parseCertificate(text);
        parsePublicKey(text);
        const store = new HostKeyStore(text);
        store.check(alias, hostKeyFromBlob(publicKeyBlob(user.publicKey)));
        store.remove(alias);
        const once = store.toText();
        expect(new HostKeyStore(once).toText()).toBe(once);
      },
    ),
    { seed: seed(), numRuns: 1000 },
  );
});

test("known_hosts: an entry that is written is read back", () => {
  const host = fc.stringMatching(/^[a-z0-9.:[\]*?!-]{1,30}$/);
  const comment = fc.stringMatching(/^([a-z@]{1,10}( [a-z@]{1,10})?)?$/);
  const marker = fc.constantFrom("none" as const, "revoked" as const, "cert-authority" as const);
  fc.assert(
    fc.property(host, comment, marker, fc.uint8Array({ minLength: 32, maxLength: 32 }), (hosts, note, mark, bytes) => {
      const entry = { marker: mark, hosts, type: "ssh-ed25519", blob: publicKeyBlob(bytes), comment: note };
      expect(parseKnownHostLine(formatKnownHostLine(entry))).toEqual(entry);
    }),
    { seed: seed(), numRuns: 500 },
  );
});

test("servers: garbage on the wire ends the connection with a coded error, whatever it is and however it is cut", async () => {
  // RFC 4253 section 6, before encryption: length, padding length, payload, padding to a multiple of 8.
  const packet = fc.uint8Array({ minLength: 1, maxLength: 200 }).map((payload) => {
    const padding = 4 + ((8 - ((payload.length + 9) % 8)) % 8);
    const out = Buffer.alloc(5 + payload.length + padding);
    out.writeUInt32BE(1 + payload.length + padding, 0);
    out[4] = padding;
    out.set(payload, 5);
    return out;
  });
  const kexPacket = fc
    .tuple(fc.constantFrom(20, 21, 30, 31, 1, 2, 3, 4, 5, 6, 50, 51, 52, 60, 80, 90, 94, 98), packet)
    .map(([type, bytes]) => {
      bytes[5] = type;
      return bytes;
    });
  const greeting = fc.constantFrom("SSH-2.0-x\r\n", "hello\r\nSSH-2.0-OpenSSH_9.9 y\n", "SSH-1.5-old\r\n", "");
  const stream = fc.tuple(
    greeting,
    fc.array(fc.oneof(packet, kexPacket, fc.uint8Array({ maxLength: 300 })), { maxLength: 6 }),
  );
  await fc.assert(
    fc.asyncProperty(stream, fc.integer({ min: 1, max: 400 }), async ([hello, packets], fragment) => {
      const [transport, wire] = duplexPair({ fragment });
      wire.on("error", () => undefined);
      wire.resume();
      wire.write(hello);
      for (const bytes of packets) wire.write(bytes);
      wire.end();
      await expect(connectSsh({ ...clientDefaults(), transport })).rejects.toMatchObject({
        code: expect.stringMatching(/^(ssh-failed|connection-reset)$/),
      });
      expect(transport.destroyed).toBe(true);
    }),
    { seed: seed(), numRuns: 300 },
  );
});

test("servers: garbage after the login neither crashes the client nor escapes its errors", async () => {
  const type = fc.constantFrom(
    1,
    2,
    3,
    4,
    7,
    20,
    21,
    30,
    31,
    51,
    52,
    53,
    60,
    80,
    81,
    82,
    90,
    91,
    92,
    93,
    94,
    95,
    96,
    97,
    98,
    99,
    100,
  );
  // A recipient of 0 is our channel; then anything.
  const body = fc.tuple(
    fc.constantFrom([0, 0, 0, 0], [0, 0, 0, 1], [255, 255, 255, 255], []),
    fc.uint8Array({ maxLength: 60 }),
  );
  const payloads = fc.array(fc.tuple(type, body), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(payloads, async (messages) => {
      const { client, server } = await connectToTestServer({ session: onProgram((channel) => channel.write("x")) });
      const shell = await client.exec("any");
      shell.onData(() => undefined);
      const protocol = protocolInternals(server);
      for (const [kind, [recipient, rest]] of messages)
        sendPayload(protocol, Buffer.concat([Uint8Array.of(kind), Uint8Array.from(recipient), rest]));
      for (let i = 0; i < 10; i++) await new Promise((resolve) => setImmediate(resolve));
      shell.write(Uint8Array.of(1));
      shell.resize(3, 4);
      client.dispose();
      const { error } = await shell.exit;
      expect(error?.code ?? "cancelled").toMatch(/^(cancelled|ssh-failed|connection-reset|host-key-changed)$/);
    }),
    { seed: seed(), numRuns: 150 },
  );
});
