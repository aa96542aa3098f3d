import { describe, expect, test } from "vitest";
import { parseIp } from "../../../electron/base/ip-address.ts";
import { publicKeyOf } from "../../../electron/crypto/x25519.ts";
import { type ConfigError, parseConfigFile, type WgConfig } from "../../../electron/wireguard/config-file.ts";
import { formatConfigFile } from "../../../electron/wireguard/config-text.ts";
import { prefixOf } from "../../support/wireguard-pair.ts";

const key = (fill: number): string => Buffer.alloc(32, fill).toString("base64");
const bytes = (fill: number): Uint8Array => new Uint8Array(32).fill(fill);

function read(text: string): WgConfig {
  const parsed = parseConfigFile(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return parsed.config;
}

function errorsOf(text: string): readonly ConfigError[] {
  const parsed = parseConfigFile(text);
  return parsed.ok ? [] : parsed.errors;
}

const OWN = `[Interface]\nPrivateKey = ${key(1)}\n`;
const inInterface = (line: string): string => `${OWN}${line}\n[Peer]\nPublicKey = ${key(2)}\n`;
const inPeer = (line: string): string => `${OWN}\n[Peer]\nPublicKey = ${key(2)}\n${line}\n`;

const FULL = `# a comment
[interface]
privatekey=${key(1)} # ours
ADDRESS = 10.0.0.5/24, fdaa:0:18:a7b::2/120
Address = 192.0.2.9
DNS = fdaa:0:18::3, internal
dns = 1.1.1.1, corp.example.com
MTU = 1380
ListenPort = 51820
PostUp = iptables -A FORWARD -i %i -j ACCEPT
Table=off
SaveConfig = true

[Peer]
PublicKey = ${key(2)}
PresharedKey = ${key(3)}
AllowedIPs = 10.0.0.7/24, fdaa:0:18::/48
AllowedIPs = 0.0.0.0/0
Endpoint = [2001:db8::1]:51820
PersistentKeepalive = off

[PEER]
PublicKey = ${key(4)}
Endpoint = gateway.example.com:443
AllowedIPs =
PersistentKeepalive = 25
`;

describe("reading", () => {
  test("everything that wg-quick files hold, in any case, repeated, with comments", () => {
    const config = read(FULL);
    expect(config.interface.privateKey).toEqual(bytes(1));
    expect(config.interface.addresses).toEqual([
      { address: parseIp("10.0.0.5"), length: 24 },
      { address: parseIp("fdaa:0:18:a7b::2"), length: 120 },
      { address: parseIp("192.0.2.9"), length: 32 },
    ]);
    expect(config.interface.dns.map(({ text }) => text)).toEqual(["fdaa:0:18::3", "1.1.1.1"]);
    expect(config.interface.searchDomains).toEqual(["internal", "corp.example.com"]);
    expect([config.interface.mtu, config.interface.listenPort]).toEqual([1380, 51820]);
    expect(config.peers).toEqual([
      {
        publicKey: bytes(2),
        presharedKey: bytes(3),
        allowedIps: [prefixOf("10.0.0.0/24"), prefixOf("fdaa:0:18::/48"), prefixOf("0.0.0.0/0")],
        endpoint: { host: "2001:db8::1", port: 51820 },
        persistentKeepaliveSeconds: 0,
      },
      {
        publicKey: bytes(4),
        allowedIps: [],
        endpoint: { host: "gateway.example.com", port: 443 },
        persistentKeepaliveSeconds: 25,
      },
    ]);
  });

  test("hooks and system settings are named with their line and not applied", () => {
    const parsed = parseConfigFile(FULL);
    expect(parsed.ok && parsed.notApplied.map(({ line, key: name }) => [line, name])).toEqual([
      [10, "PostUp"],
      [11, "Table"],
      [12, "SaveConfig"],
    ]);
  });

  test("#21 keys that nobody here knows are kept where they stand, and not applied", () => {
    const text = `${inPeer("Colour = red")}`.replace("[Peer]", "Jc = 4\n[Peer]");
    const parsed = parseConfigFile(text);
    if (!parsed.ok) throw new Error("the file is right");
    expect(parsed.notApplied.map(({ key: name, peer }) => [name, peer])).toEqual([
      ["Jc", undefined],
      ["Colour", 0],
    ]);
    const again = parseConfigFile(formatConfigFile(parsed.config, parsed.notApplied));
    expect(again.ok && again.notApplied.map(({ key: name, value, peer }) => [name, value, peer])).toEqual([
      ["Jc", "4", undefined],
      ["Colour", "red", 0],
    ]);
  });

  test("line ends of Windows and a byte order mark", () => {
    expect(read(`\uFEFF${FULL.replaceAll("\n", "\r\n")}`)).toEqual(read(FULL));
  });

  test("a peer without an endpoint", () => {
    expect(read(inPeer("")).peers).toEqual([{ publicKey: bytes(2), allowedIps: [] }]);
  });

  test("comments may hold any character, and values tabs and the letters of every script", () => {
    expect(read(inPeer("AllowedIPs = 10.0.0.0/8,\t::/0 # \u202Eb\u0007")).peers[0]?.allowedIps).toHaveLength(2);
    expect(parseConfigFile(inPeer("Farbe = grün \u{1F469}\u200D\u{1F4BB}")).ok).toBe(true);
  });
});

describe("errors", () => {
  test.each([
    [inInterface("MTU = 14x0"), 3, "MTU"],
    [inInterface("MTU = 100"), 3, "MTU"],
    [inInterface("ListenPort = 65536"), 3, "ListenPort"],
    [inInterface("Address = 10.0.0.300/24"), 3, "10.0.0.300"],
    [inInterface("Address = 10.0.0.1/33"), 3, "10.0.0.1/33"],
    [inInterface("Address = 10.0.0.1,,10.0.0.2"), 3, "empty"],
    [inInterface("DNS = 1.2.3"), 3, "1.2.3"],
    [inInterface("DNS = not a name"), 3, "not a name"],
    [inInterface("Adress = 10.0.0.1"), 3, "Address may be meant"],
    [inInterface("MUT = 1400"), 3, "MTU may be meant"],
    [inInterface("Endpoint = gateway:1"), 3, "not a key of [Interface]"],
    [inPeer("AlowedIP = ::/0"), 6, "AllowedIPs may be meant"],
    [inInterface("nonsense"), 3, "Key = value"],
    [inInterface("= 5"), 3, "Key = value"],
    [inInterface(`PrivateKey = ${key(5)}`), 3, "second time"],
    [inInterface("[Interface]"), 3, "second [Interface]"],
    [inInterface("[Client]"), 3, "[Client]"],
    [inPeer("Endpoint = gateway"), 6, "Endpoint"],
    [inPeer("Endpoint = gateway:0"), 6, "Endpoint"],
    [inPeer("Endpoint = gateway:70000"), 6, "Endpoint"],
    [inPeer("Endpoint = 2001:db8::1:51820"), 6, "Endpoint"],
    [inPeer("Endpoint = [10.0.0.1]:51820"), 6, "Endpoint"],
    [inPeer("Endpoint = 10.0.0.999:51820"), 6, "Endpoint"],
    [inPeer("AllowedIPs = 10.0.0.0/8, fd00::/129"), 6, "fd00::/129"],
    [inPeer("PersistentKeepalive = often"), 6, "PersistentKeepalive"],
    [inPeer("PersistentKeepalive = 65536"), 6, "PersistentKeepalive"],
    [inPeer(`PresharedKey = ${key(1).slice(1)}`), 6, "PresharedKey"],
    [inPeer("PostUp = rm -rf /"), 6, "PostUp"],
    [inPeer(`[Peer]\nPublicKey = ${key(2)}`), 7, "line 4"],
    [`PrivateKey = ${key(1)}\n${inInterface("")}`, 1, "before the first section"],
    ["", 1, "[Interface]"],
    [`[Peer]\nPublicKey = ${key(2)}`, 1, "[Interface]"],
    [`\n\n[Interface]\n[Peer]\nPublicKey = ${key(2)}`, 3, "PrivateKey"],
    [`${OWN}[Peer]\n`, 3, "PublicKey"],
    [`${OWN}[Peer]\nPublicKey = `, 4, "PublicKey is still to be given"],
    [OWN, 1, "no [Peer] section"],
    [`# mine\n${OWN}[Pear]\n`, 2, "no [Peer] section", 2],
    [inPeer("AllowedIPs = 10.0.0.0/8\u202E"), 6, "U+202E"],
    [inPeer("Endpoint = gate\u0007way:1"), 6, "U+0007"],
    [inInterface("Colour = \u2066red"), 3, "U+2066"],
    [inPeer(`PresharedKey: ${key(3)}`), 6, 'expected "PresharedKey = value", with "=" in place of ":"'],
    [inPeer(`PresharedKey ${key(3)}`), 6, 'expected "PresharedKey = value"'],
    [inPeer(`PresharedKey${key(3)}`), 6, "expected"],
    [inPeer(key(3)), 6, 'expected "Key = value"'],
    [OWN.replace("=", ":") + inPeer("").slice(OWN.length), 2, 'expected "PrivateKey = value"'],
    [inPeer("").replace("PublicKey =", "publickey:"), 5, 'expected "PublicKey = value"'],
    [`PrivateKey: ${key(1)}\n${inInterface("")}`, 1, 'expected "PrivateKey = value"'],
    [inPeer("Pre-shared = 1"), 6, 'expected "Key = value"'],
    [inPeer(`[${key(3)}]`), 6, '"[…]"'],
    [inInterface(`DNS = ${key(3)}`), 3, '"…"'],
    [inPeer(`AllowedIPs = 10.0.0.0/8PresharedKey = ${key(3)}`), 6, 'PresharedKey = …"'],
    [inPeer("; a comment"), 6, 'a comment begins with "#"'],
    [inInterface("// a comment"), 3, 'a comment begins with "#"'],
    [inPeer("").replace("[Peer]", "[Peer"), 4, 'lacks its "]"'],
    [inPeer("").replace("[Interface]", "[ interface"), 1, 'lacks its "]"'],
    [inPeer("Endpoint = https://gw.example.com:51820"), 6, 'leave out "https://"'],
    [inPeer("Endpoint = 127.0.0.1"), 6, "lacks its port"],
    [inPeer("Endpoint = [::1]"), 6, "lacks its port"],
    [inPeer("Endpoint = ::1:51820"), 6, "brackets"],
    [inPeer("Endpoint = fe80::1"), 6, "brackets"],
    [inPeer("Endpoint = gateway:"), 6, "the port of Endpoint"],
    [inPeer("Endpoint = gateway:70000"), 6, "the port of Endpoint"],
    [inInterface("DNS = fdaa::3 8.8.8.8"), 3, '"fdaa::3 8.8.8.8" is neither an address nor a domain; a comma'],
    [inPeer("AllowedIPs = 10.0.0.0/8 ::/0"), 6, "a comma stands between two"],
    [inPeer(`[Peer]\nPublicKey = ${key(0)}`), 7, "all zeros"],
    [`\x7fELF\u0002\n\0\0\0\n${FULL}\0`, 2, "no text file"],
  ])("%j", (text: string, line: number, word: string, count = 1) => {
    const errors = errorsOf(text);
    expect(errors).toHaveLength(count);
    expect(errors[0]).toMatchObject({ line, message: expect.stringContaining(word) });
  });

  test("all errors of a file are reported, in the order of its lines", () => {
    const errors = errorsOf("[Peer]\nEndpoint = x\nAllowedIPs = a, b\n[Interface]\nMTU = 0\nPrivateKey = secret\n");
    expect(errors.map(({ line }) => line)).toEqual([1, 2, 3, 3, 5, 6]);
  });

  test("W43 the interface's own key as a peer", () => {
    const own = Buffer.from(publicKeyOf(bytes(1))).toString("base64");
    expect(errorsOf(`${OWN}[Peer]\nPublicKey = ${own}\n`)).toMatchObject([{ line: 4 }]);
  });

  test("no message repeats a key, not even a mistyped one", () => {
    const wrong = `${key(1).slice(0, 43)}==`;
    for (const text of [OWN.replace(key(1), wrong), inPeer(`PresharedKey = ${wrong}`)])
      expect(JSON.stringify(errorsOf(text))).not.toContain(wrong.slice(0, 10));
  });
});

describe("writing", () => {
  test("what is written is read back the same", () => {
    for (const text of [FULL, inPeer(""), inPeer("Endpoint = [fe80::1%eth0]:1")]) {
      const config = read(text);
      expect(read(formatConfigFile(config))).toEqual(config);
    }
  });

  test("lines that are not applied are kept when they are handed in", () => {
    const parsed = parseConfigFile(FULL);
    if (!parsed.ok) throw new Error("the file is right");
    const again = parseConfigFile(formatConfigFile(parsed.config, parsed.notApplied));
    expect(again.ok && again.notApplied.map(({ key: name, value }) => [name, value])).toEqual(
      parsed.notApplied.map(({ key: name, value }) => [name, value]),
    );
  });
});
