import fc from "fast-check";
import { expect, test } from "vitest";
import { faultsOfConfig } from "../../../electron/engine/backends/config-backend.ts";
import { keptKeys } from "../../../electron/engine/kept-keys.ts";
import { parseConfigFile } from "../../../electron/wireguard/config-file.ts";
import { sectionsOf } from "../../../renderer/features/peers/config-model.ts";
import { previewConfig } from "../../../renderer/features/sign-in/config-preview.ts";
import { inputs, seed } from "../../support/seed.ts";

/** Keys of every kind of character, as they occur. */
const key = (byte: number): string =>
  Buffer.from(Uint8Array.from({ length: 32 }, (_, i) => (i * 47 + byte) & 255)).toString("base64");
const [OWN, GATEWAY, PSK] = [11, 12, 13].map(key) as [string, string, string];
const SECRETS = [OWN, PSK];

const FILE = `[Interface]
PrivateKey = ${OWN}
Address = 10.0.0.5/24
DNS = 10.0.0.1, internal
Table = off

[Peer]
PublicKey = ${GATEWAY}
PresharedKey = ${PSK}
AllowedIPs = 10.0.0.0/24
Endpoint = gateway.example.com:51820
PresharedKey2 = 1
`;

/** A key counts as told with a character missing, too: who finds it has the rest in no time. */
function expectNoKey(told: unknown, of: string): void {
  const text = JSON.stringify(told);
  for (const secret of SECRETS)
    for (const part of [secret.slice(0, 42), secret.slice(2)])
      if (text.includes(part)) expect({ told, of }).toBe("without a key");
}

function expectNothingTold(text: string): void {
  const parsed = parseConfigFile(text);
  expectNoKey(faultsOfConfig(text), text);
  expectNoKey(previewConfig(text), text);
  // Of what is kept, a page sees the text and the form that is read from it.
  if (!parsed.ok) return;
  const { shown } = keptKeys(text);
  expectNoKey([shown, sectionsOf(shown)], text);
  expectNoKey(
    parsed.notApplied.map(({ key: name }) => name),
    text,
  );
}

const SIGNS = [...'=:;#[],/+ \t\n\r"x0', "\u202E", "\uFEFF"];
const options = { seed: seed(), numRuns: inputs(300) };

test("#21 no key is told, whichever character of its line is left out, changed or added", () => {
  fc.assert(
    fc.property(fc.nat(FILE.length), fc.nat(1), fc.constantFrom("", ...SIGNS), (at, drop, sign) => {
      expectNothingTold(FILE.slice(0, at) + sign + FILE.slice(at + drop));
    }),
    options,
  );
});

test.each(
  [": ", " ", "", "=: ", "\t", " := "].flatMap((sign) => [
    FILE.replace(`PresharedKey = ${PSK}`, `PresharedKey${sign}${PSK}`),
    FILE.replace(`PrivateKey = ${OWN}`, `PrivateKey${sign}${OWN}`),
    FILE.replace("PresharedKey2 = 1", `PSK${sign}${PSK}`),
    `PrivateKey${sign}${OWN}\n${FILE}`,
  ]),
)("#21 no key is told of one that is typed without its sign: %j", (text) => {
  expectNothingTold(text);
});

test("#21 a text that was kept before its reader refused it is not shown with its key either", () => {
  for (const line of [`PresharedKey: ${PSK}`, `PresharedKey ${PSK}`, PSK, `[${PSK}]`, `Psk = x${PSK}`]) {
    const { shown, fillIn } = keptKeys(`${FILE}${line}\n`);
    expectNoKey(shown, line);
    expect(fillIn(shown)).toBe(`${FILE}${line}\n`);
  }
});
