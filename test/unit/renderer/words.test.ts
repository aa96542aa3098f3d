import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CARRIER_DROPS } from "../../../electron/engine/carriers/carrier.ts";
import { STACK_DROPS } from "../../../electron/netstack/stats.ts";
import { DROP_REASONS } from "../../../electron/wireguard/types.ts";
import { previewConfig } from "../../../renderer/features/sign-in/config-preview.ts";
import { dropWords } from "../../../renderer/strings/drops.ts";
import { age, bytes, duration, rate, roughAge, shortId } from "../../../renderer/ui/format.ts";

describe("why packets are dropped", () => {
  it("every reason of WireGuard and of the stack has words of its own, and no words are left over", () => {
    const engine = [...DROP_REASONS, ...CARRIER_DROPS, ...STACK_DROPS];
    expect(Object.keys(dropWords.drops.reasons).sort()).toEqual([...new Set<string>(engine)].sort());
    const words = engine.map((reason) => dropWords.drops.of(reason));
    expect(new Set(words).size).toBe(engine.length);
    for (const sentence of words) expect(sentence).toMatch(/^[A-Z].{8,}$/);
  });

  it("a reason nobody has heard of is shown as it is", () => {
    expect(dropWords.drops.of("later")).toBe("later");
  });
});

describe("numbers as people read them", () => {
  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1.0 kB"],
    [1_234_567, "1.2 MB"],
    [99_949, "99.9 kB"],
    [99_950, "100 kB"],
    [999_499, "999 kB"],
    [999_500, "1.0 MB"],
    [5e15, "5,000 TB"],
  ])("%d bytes are %s", (count, text) => {
    expect(bytes(count)).toBe(text);
  });

  it("rates say so", () => {
    expect(rate(40_000)).toBe("40.0 kB/s");
  });

  it.each([
    [0.42, "0.4 ms"],
    [31.4, "31 ms"],
    [1240, "1.24 s"],
    [12_400, "12.4 s"],
    [125_000, "2 min 5 s"],
  ])("%d ms take %s", (ms, text) => {
    expect(duration(ms)).toBe(text);
  });

  it.each([
    [-5, "0 s"],
    [48_900, "48 s"],
    [180_000, "3 min"],
    [7_500_000, "2 h 5 min"],
    [7_200_000, "2 h"],
    [400_000_000, "4 d"],
  ])("%d ms ago is %s", (ms, text) => {
    expect(age(ms)).toBe(text);
  });

  it.each([
    [-5, "<1 min"],
    [59_900, "<1 min"],
    [60_000, "1 min"],
    [119_900, "1 min"],
    [180_000, "3 min"],
    [7_500_000, "2 h 5 min"],
  ])("%d ms ago is, in minutes, %s", (ms, text) => {
    expect(roughAge(ms)).toBe(text);
  });

  it("identifiers keep both ends, names all of it", () => {
    expect([shortId("wild-dew-9513"), shortId("6e82dd11c26e18")]).toEqual(["wild-dew-9513", "6e82…e18"]);
  });
});

describe("the preview of a configuration", () => {
  const KEY = "cPb3PpeXDtXCmzTQ2QcEo0oQH2mzBZ2aG0R3FJcV1kE=";
  const TEXT = `# office
[interface]
PrivateKey = ${KEY}
Address = 10.8.0.2/32, fd00::2/128
address=10.9.0.2
DNS = 10.8.0.1, corp.example # inside
MTU = 1380
PostUp = iptables -A FORWARD
Table = off

[Peer]
PublicKey = ${KEY}
PresharedKey = ${KEY}
AllowedIPs = 10.0.0.0/8
AllowedIPs = fd00::/64
Endpoint = [2001:db8::1]:51820
PersistentKeepalive = 25

[Peer]
PublicKey = ${KEY}
`;

  it("shows what it understood", () => {
    expect(previewConfig(TEXT)).toEqual({
      addresses: ["10.8.0.2/32", "fd00::2/128", "10.9.0.2"],
      dns: ["10.8.0.1", "corp.example"],
      mtu: "1380",
      hasPrivateKey: true,
      peers: [
        {
          endpoint: "[2001:db8::1]:51820",
          allowedIps: ["10.0.0.0/8", "fd00::/64"],
          keepalive: "25",
          hasPresharedKey: true,
        },
        { endpoint: null, allowedIps: [], keepalive: null, hasPresharedKey: false },
      ],
      notApplied: [
        { line: 8, key: "PostUp" },
        { line: 9, key: "Table" },
      ],
      gaps: [],
    });
  });

  it("names every key that is not applied, in every section, with the editor's line", () => {
    const text = `[Interface]\rColour = red\n[Peer]\r\nJc = 4\n[Other]\nx = 1\nPresharedKey: ${KEY}\n`;
    expect(previewConfig(text).notApplied).toEqual([
      { line: 2, key: "Colour" },
      { line: 4, key: "Jc" },
    ]);
  });

  it("says what is missing to reach anything", () => {
    const gaps = (text: string) => previewConfig(text).gaps;
    expect(gaps("[Interface]\n[Peer]\nEndpoint = gw:1")).toEqual(["address", "allowed-ips"]);
    expect(gaps("[Interface]\nAddress = ::1\n[Peer]\nAllowedIPs = ::/0\n[Peer]\nEndpoint = gw:1")).toEqual([
      "endpoint",
    ]);
    expect(gaps("[Interface]\nAddress = ::1\n[Peer]\nAllowedIPs = ::/0\nEndpoint = gw:1\n[Peer]")).toEqual([]);
  });

  it("never holds a key", () => {
    expect(JSON.stringify(previewConfig(TEXT))).not.toContain(KEY);
  });

  it("takes any text", () => {
    const seed = Number(process.env["CULVERT_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
    process.stdout.write(`config preview seed ${seed}\n`);
    const piece = fc.constantFrom(
      "[Interface]",
      "[Peer]",
      "=",
      "\n",
      "\r\n",
      "Address",
      "Endpoint",
      "#",
      ",",
      " ",
      "[",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string())), (parts) => {
        previewConfig(parts.join(""));
      }),
      { seed },
    );
  });
});

describe("the tokens", () => {
  const css = readFileSync(new URL("../../../renderer/ui/tokens.css", import.meta.url), "utf8");
  const block = (from: string) => css.slice(css.indexOf(from), css.indexOf("\n}", css.indexOf(from)));
  const sets = {
    light: tokensOf(block(":root {")),
    dark: tokensOf(block(':root[data-theme="dark"] {')),
  };

  it("exist in both sets under the same names", () => {
    expect([...sets.dark.keys()].sort()).toEqual([...sets.light.keys()].sort());
  });

  const surfaces = ["canvas", "chrome", "raised"];
  const rules: [string, readonly string[], number][] = [
    ["text", [...surfaces, "hover", "pressed", "accent-soft", "bad-soft", "warn-soft", "ok-soft"], 4.5],
    ["text-2", [...surfaces, "hover", "bad-soft", "warn-soft"], 4.5],
    ["text-3", surfaces, 4.5],
    ["accent", [...surfaces, "accent-soft"], 4.5],
    ["bad", [...surfaces, "bad-soft"], 4.5],
    ["on-accent", ["accent", "accent-strong"], 4.5],
    ["field-line", surfaces, 3],
    ["focus", surfaces, 3],
    ["ok", surfaces, 3],
    ["warn", [...surfaces, "warn-soft"], 3],
    ["down", ["canvas"], 3],
    ["up", ["canvas"], 3],
  ];
  for (const [name, set] of Object.entries(sets)) {
    for (const [front, backs, least] of rules) {
      it(`${name}: ${front} has ${least}:1 on ${backs.join(", ")}`, () => {
        for (const back of backs) expect(contrast(set, front, back), back).toBeGreaterThanOrEqual(least);
      });
    }
  }
});

function tokensOf(text: string): Map<string, string> {
  return new Map([...text.matchAll(/--([\w-]+):\s*([^;]+);/g)].map(([, name, value]) => [name!, value!]));
}

/** WCAG 2.2, relative luminance and contrast ratio. */
function contrast(set: Map<string, string>, a: string, b: string): number {
  const [high, low] = [luminance(set.get(a)!), luminance(set.get(b)!)].sort((x, y) => y - x);
  return (high! + 0.05) / (low! + 0.05);
}

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}
