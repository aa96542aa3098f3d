import fc from "fast-check";
import { expect, test } from "vitest";
import { faultsOfConfig } from "../../../electron/engine/backends/config-backend.ts";
import { keptKeys } from "../../../electron/engine/kept-keys.ts";
import { parseConfigFile } from "../../../electron/wireguard/config-file.ts";
import { configLines, joinLines } from "../../../shared/config-lines.ts";
import { inputs, seed } from "../../support/seed.ts";

const key = (byte: number): string => Buffer.alloc(32, byte).toString("base64");
const [OWN, GATEWAY, PSK, OTHER, OLD] = [1, 2, 3, 4, 5].map(key) as [string, string, string, string, string];

const FILE = `# made by hand; the old one was ${OLD}
[Interface]
  privatekey=${OWN}   # mine
Address = 10.0.0.5/24
Address = fd00::5/64
PostUp = wg set %i peer ${GATEWAY} preshared-key <(echo ${PSK})
Jc = 4

[Peer]
PublicKey = ${GATEWAY}
PresharedKey = ${PSK}
AllowedIPs = 10.0.0.0/24, fd00::/64
Endpoint = gateway.example.com:51820

[peer]\r
PublicKey = ${OTHER}\r
AllowedIPs =\r
`;
const SECRETS = [OWN, PSK, OLD];
const options = { seed: seed(), numRuns: inputs(400) };

test("#21 a page sees a placeholder for each key, and everything else as it is", () => {
  const { shown } = keptKeys(FILE);
  for (const secret of SECRETS) expect(shown).not.toContain(secret);
  expect(shown).toContain("  privatekey=(kept 2)   # mine\n");
  expect(shown).toContain("the old one was (kept 1)\n");
  // The same key is the same placeholder.
  expect(shown).toContain("preshared-key <(echo (kept 4))");
  expect(shown).toContain("PresharedKey = (kept 4)\n");
  expect(shown).toContain(`PublicKey = ${GATEWAY}\n`);
  expect(configLines(shown)).toHaveLength(configLines(FILE).length);
});

test("#21 what comes back unchanged is the file, to the byte, whatever text it is", () => {
  const piece = fc.constantFrom(
    ..."[Interface]|[Peer]|[x]|PrivateKey|PresharedKey|PublicKey|Endpoint|Foo|=|#|(kept 1)|(kept 2)|(kept |1)|$&|$1".split(
      "|",
    ),
    ..."\n|\r\n|\r|\u2028| |\uFEFF".split("|"),
    OWN,
    PSK,
    "AAAA",
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(piece, { maxLength: 40 }).map((parts) => parts.join("")),
        fc.string(),
      ),
      (text) => {
        expect(joinLines(configLines(text))).toBe(text);
        const { shown, fillIn } = keptKeys(text);
        expect(fillIn(shown)).toBe(text);
      },
    ),
    options,
  );
});

test("#21 lines that are moved, changed, added or left out around a placeholder keep the bytes of its key", () => {
  const kept = keptKeys(FILE);
  const lines = kept.shown.split(/\r?\n/);
  const other = fc.constantFrom(
    "",
    "# a note",
    "MTU = 1400",
    "[Peer]",
    "PersistentKeepalive = 25",
    "Foo = bar",
    "DNS = ::1",
  );
  const edit = fc.record({ at: fc.nat(lines.length), drop: fc.nat(2), add: fc.array(other, { maxLength: 3 }) });
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 6 }), fc.constantFrom("\n", "\r\n", "\r"), (edits, end) => {
      const edited = [...lines];
      for (const { at, drop, add } of edits) {
        const isKept = edited.slice(at, at + drop).some((line) => line.includes("(kept"));
        edited.splice(at, isKept ? 0 : drop, ...add);
      }
      const filled = kept.fillIn(edited.join(end)).split(end);
      const keys = filled.flatMap((line) => /^\s*(privatekey|presharedkey)\s*=\s*(\S+)/i.exec(line)?.[2] ?? []);
      // Those that still stand in a section: what is not in one is refused as it is.
      const whole = filled.join("\n");
      for (const found of keys) if (!found.startsWith("(")) expect(SECRETS).toContain(found);
      if (/^\[(Interface)\]$/m.test(whole)) expect(whole).toContain(`privatekey=${OWN}`);
    }),
    options,
  );
});

test("#21 a peer that is moved before another takes its pre-shared key along", () => {
  const shown = keptKeys(FILE).shown.replaceAll("\r", "");
  const [own = "", first = "", second = ""] = shown.split(/\n(?=\[Peer\]|\[peer\])/);
  const parsed = parseConfigFile(keptKeys(FILE).fillIn([own, second, first].join("\n")));
  const peers = parsed.ok ? parsed.config.peers : [];
  expect(peers.map(({ presharedKey }) => presharedKey && Buffer.from(presharedKey).toString("base64"))).toEqual([
    undefined,
    PSK,
  ]);
});

test("#21 a placeholder in any other place stays a word: no key is told, by a fault or by a peer's name", () => {
  const kept = keptKeys(FILE);
  const keys =
    "Address DNS MTU ListenPort PublicKey Endpoint AllowedIPs PersistentKeepalive PrivateKey PresharedKey PostUp Foo Adress";
  const line = fc.oneof(
    fc
      .tuple(
        fc.constantFrom(...keys.split(" ")),
        fc.constantFrom(" = ", "=", "#", " "),
        fc.constantFrom("", "x", "\u2028", ", "),
      )
      .map(([name, is, more]) => `${name}${is}(kept 2)${more}`),
    fc.constantFrom(
      "[Interface]",
      "[Peer]",
      "[(kept 2)]",
      "(kept 2) = 1",
      "(kept 2)",
      "[Peer] (kept 2)",
      "#(kept 2)\u2028",
    ),
    fc.constantFrom(...kept.shown.split("\n")),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
      const filled = kept.fillIn(lines.join("\n"));
      const told = JSON.stringify(faultsOfConfig(filled));
      for (const secret of SECRETS) expect(told).not.toContain(secret.slice(0, 20));
      const parsed = parseConfigFile(filled);
      if (!parsed.ok) return;
      expect(parsed.config.peers.map(({ publicKey }) => Buffer.from(publicKey).toString("base64"))).not.toContain(OWN);
      for (const secret of SECRETS) expect(keptKeys(filled).shown).not.toContain(secret);
    }),
    options,
  );
});

test("#21 a new key takes the place of the kept one", () => {
  const kept = keptKeys(FILE);
  const filled = kept.fillIn(kept.shown.replace("privatekey=(kept 2)", `privatekey=${OTHER}`));
  expect(filled).toBe(FILE.replace(OWN, OTHER));
  expect(keptKeys(filled).revision).toBe(kept.revision);
});
