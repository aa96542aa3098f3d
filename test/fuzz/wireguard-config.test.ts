import fc from "fast-check";
import { expect, test } from "vitest";
import { parseIp } from "../../electron/base/ip-address.ts";
import { formatConfigFile, parseConfigFile } from "../../electron/wireguard/config-file.ts";
import { inputs, seed as runSeed } from "../support/seed.ts";
import { prefixOf } from "../support/wireguard-pair.ts";

const seed = runSeed();
const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
const address = fc.oneof(fc.ipV4(), fc.ipV6()).filter((text) => parseIp(text) !== undefined);
const port = fc.integer({ min: 1, max: 65_535 });

const piece = fc.oneof(
  fc.constantFrom("[Interface]", "[Peer]", "[peer", "PrivateKey", "PublicKey", "Address", "AllowedIPs", "Endpoint"),
  fc.constantFrom(
    "DNS",
    "MTU",
    "PersistentKeepalive",
    "PostUp",
    "Table",
    "=",
    ",",
    "/",
    "#",
    "[",
    "]",
    ":",
    "%",
    "off",
  ),
  fc.constantFrom("\n", "\r\n", " ", "\t", "\0", "\uFEFF", "10.0.0.1/24", "fd00::/8", "AAAA=", `${"A".repeat(43)}=`),
  fc.string({ unit: "binary", maxLength: 8 }),
);

test(`the parser never throws, and names a line of the file for every error (seed ${seed})`, {
  timeout: 3_600_000,
}, () => {
  const property = fc.property(fc.array(piece, { maxLength: 80 }), (pieces) => {
    const text = pieces.join("");
    const parsed = parseConfigFile(text);
    const lines = text.split(/\r\n|\n|\r/).length;
    if (parsed.ok) {
      const again = parseConfigFile(formatConfigFile(parsed.config));
      expect(again.ok && again.config).toEqual(parsed.config);
    } else {
      expect(parsed.errors.length).toBeGreaterThan(0);
      for (const { line, message } of parsed.errors) {
        expect(line >= 1 && line <= lines).toBe(true);
        expect(message).not.toMatch(/[\n\r]/);
      }
    }
  });
  fc.assert(property, { seed, numRuns: inputs(2_000) });
});

test(`any configuration that is written is read back the same (seed ${seed})`, () => {
  const optional = fc.option(fc.record({ host: fc.oneof(address, fc.domain()), port }), { nil: undefined });
  const peer = fc.record({
    publicKey: key,
    psk: fc.option(key),
    endpoint: optional,
    ips: fc.array(address),
    seconds: fc.option(fc.nat(65_535)),
  });
  const property = fc.property(
    key,
    fc.array(fc.tuple(address, fc.nat(32)), { maxLength: 4 }),
    fc.option(fc.integer({ min: 576, max: 65_535 })),
    fc.uniqueArray(peer, { maxLength: 3, selector: ({ publicKey }) => publicKey.join() }),
    (privateKey, addresses, mtu, peers) => {
      const config = {
        interface: {
          privateKey,
          addresses: addresses.map(([text, length]) => ({ address: parseIp(text)!, length })),
          dns: addresses.map(([text]) => parseIp(text)!),
          searchDomains: ["internal"],
          ...(mtu === null ? {} : { mtu }),
        },
        peers: peers.map(({ publicKey, psk, endpoint, ips, seconds }) => ({
          publicKey,
          ...(psk === null ? {} : { presharedKey: psk }),
          // A host that is an address is written as its canonical text by nobody: it stays as it was typed.
          ...(endpoint === undefined ? {} : { endpoint }),
          allowedIps: ips.map((text) => prefixOf(text)),
          ...(seconds === null ? {} : { persistentKeepaliveSeconds: seconds }),
        })),
      };
      const parsed = parseConfigFile(formatConfigFile(config));
      expect(parsed.ok ? parsed.config : parsed.errors).toEqual(config);
    },
  );
  fc.assert(property, { seed, numRuns: 300 });
});
