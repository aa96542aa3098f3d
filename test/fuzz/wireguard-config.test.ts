import { isDeepStrictEqual } from "node:util";
import { expect, test, vi } from "vitest";
import { type IpAddress, parseIp } from "../../electron/base/ip-address.ts";
import type * as x25519 from "../../electron/crypto/x25519.ts";
import { publicKeyOf } from "../../electron/crypto/x25519.ts";
import { parseConfigFile, type WgConfig } from "../../electron/wireguard/config-file.ts";
import { formatConfigFile } from "../../electron/wireguard/config-text.ts";
import { FuzzRandom } from "../support/fuzz-random.ts";
import { inputs, seed as runSeed } from "../support/seed.ts";
import { prefixOf } from "../support/wireguard-pair.ts";

/** `npm run fuzz` gives each a million inputs. */

// Half a millisecond for each file is not what is tried here: a key's public half is computed once.
vi.mock("../../electron/crypto/x25519.ts", async (original) => {
  const actual = await original<typeof x25519>();
  const known = new Map<string, Uint8Array>();
  return {
    ...actual,
    publicKeyOf: (privateKey: Uint8Array) => {
      const name = Buffer.from(privateKey).toString("hex");
      if (known.size > 1_000) known.clear();
      const publicKey = known.get(name) ?? actual.publicKeyOf(privateKey);
      known.set(name, publicKey);
      return publicKey;
    },
  };
});

const seed = runSeed();
const timeout = 3_600_000;
const KEY = Buffer.from(new Uint8Array(32).fill(7)).toString("base64");

const PIECES: readonly string[] = [
  ..."[Interface]|[Peer]|[peer|[INTERFACE ]|PrivateKey|PublicKey|PresharedKey|Address|AllowedIPs|Endpoint".split("|"),
  ..."DNS|MTU|ListenPort|PersistentKeepalive|PostUp|Table|SaveConfig|__proto__|constructor|off|auto".split("|"),
  ..."=|,|/|#|[|]|:|%|.|-|\n|\n|\n|\r\n|\r| |\t|\0|\uFEFF|\u2028|\ud800|=\n|= |AAAA=".split("|"),
  ..."10.0.0.1/24|fd00::/8|::ffff:1.2.3.4|1.2.3.4:5|[::1]:65536|256.0.0.1|/129|65535|-1|1e9|0x10|9".split("|"),
  ..."99999999999999999999|example.com:51820|[fe80::1%eth0]:1".split("|"),
  `${"A".repeat(43)}=`,
  KEY,
  `\nPrivateKey = ${KEY}\n`,
  `[Peer]\nPublicKey = ${KEY}\n`,
];

function address(random: FuzzRandom): IpAddress {
  const groups = Array.from({ length: 8 }, () => (random.oneIn(2) ? 0 : random.below(0x1_0000)).toString(16));
  const text = random.oneIn(2) ? Array.from({ length: 4 }, () => random.below(256)).join(".") : groups.join(":");
  const parsed = parseIp(text);
  if (parsed === undefined) throw new Error(`not an address: ${text}`);
  return parsed;
}

function some<T>(random: FuzzRandom, most: number, make: () => T): T[] {
  return Array.from({ length: random.below(most + 1) }, make);
}

function bits({ bytes }: IpAddress): number {
  return bytes.length * 8;
}

function hostOf(random: FuzzRandom): string {
  return random.pick(["example.com", "a-b.c1.internal", "192.0.2.7", "2001:db8::1", "x", `${random.below(9)}n.test`]);
}

/** Any configuration that a file can say. */
function configOf(random: FuzzRandom): WgConfig {
  const mtu = random.oneIn(2) ? {} : { mtu: 576 + random.below(65_535 - 575) };
  const listenPort = random.oneIn(2) ? {} : { listenPort: random.below(65_536) };
  const addresses = some(random, 3, () => address(random)).map((own) => ({
    address: own,
    length: random.below(bits(own) + 1),
  }));
  return {
    interface: {
      privateKey: new Uint8Array(32).fill(random.below(200)),
      addresses,
      dns: some(random, 2, () => address(random)),
      searchDomains: some(random, 2, () => random.pick(["internal", "a.example"])),
      ...mtu,
      ...listenPort,
    },
    peers: Array.from({ length: 1 + random.below(3) }, () => ({
      publicKey: random.bytes(32),
      ...(random.oneIn(2) ? {} : { presharedKey: random.bytes(32) }),
      ...(random.oneIn(2) ? {} : { endpoint: { host: hostOf(random), port: 1 + random.below(65_535) } }),
      allowedIps: some(random, 3, () => address(random)).map(({ text, bytes }) =>
        prefixOf(`${text}/${random.below(bytes.length * 8 + 1)}`),
      ),
      ...(random.oneIn(2) ? {} : { persistentKeepaliveSeconds: random.below(65_536) }),
    })),
  };
}

/** Never throws; what it accepts can be written and read again the same, what it refuses has a line of the file. */
function check(text: string): void {
  const parsed = parseConfigFile(text);
  if (parsed.ok) {
    const again = parseConfigFile(formatConfigFile(parsed.config));
    if (!again.ok || !isDeepStrictEqual(again.config, parsed.config))
      expect({ text, again }).toEqual({ text, again: { ok: true, config: parsed.config, notApplied: [] } });
    return;
  }
  const lines = text.split(/\r\n|\n|\r/).length;
  const sound = parsed.errors.every(
    ({ line, message }) => Number.isInteger(line) && line >= 1 && line <= lines && !/[\n\r]/.test(message),
  );
  if (!sound || parsed.errors.length === 0) expect({ text, errors: parsed.errors }).toBe("sound");
}

test(`pieces of files in any order: the parser never throws and names a line for every error (seed ${seed})`, {
  timeout,
}, () => {
  const random = new FuzzRandom(seed);
  for (let i = inputs(4_000); i > 0; i--) check(some(random, 40, () => random.pick(PIECES)).join(""));
});

test(`changed files, as bytes and as lines: never a throw (seed ${seed})`, { timeout }, () => {
  const random = new FuzzRandom(seed + 1);
  const files = Array.from({ length: 200 }, () => formatConfigFile(configOf(random)));
  for (let i = inputs(2_000); i > 0; i--) {
    const file = random.pick(files);
    if (random.oneIn(2)) {
      check(Buffer.from(random.mutate(Buffer.from(file))).toString());
    } else {
      const lines = file.split("\n");
      const at = random.below(lines.length);
      const line = random.pick([...lines, random.pick(PIECES), `${lines[at]}${random.pick(PIECES)}`]);
      lines.splice(at, random.below(3), line);
      check(lines.join(random.pick(["\n", "\r\n", "\r"])));
    }
  }
});

test(`any configuration that is written is read back the same (seed ${seed})`, { timeout }, () => {
  const random = new FuzzRandom(seed + 2);
  for (let i = inputs(500); i > 0; i--) {
    const config = configOf(random);
    const parsed = parseConfigFile(formatConfigFile(config));
    if (!parsed.ok || !isDeepStrictEqual(parsed.config, config))
      expect(parsed.ok ? parsed.config : parsed.errors).toEqual(config);
  }
});

test("W43 the one configuration that cannot be read back: a peer with the interface's own key", () => {
  const random = new FuzzRandom(1);
  const config = configOf(random);
  const own = { publicKey: publicKeyOf(config.interface.privateKey), allowedIps: [] };
  expect(parseConfigFile(formatConfigFile({ ...config, peers: [own] })).ok).toBe(false);
});
