import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  sectionsOf,
  withoutLine,
  withoutSection,
  withPeer,
  withValue,
} from "../../../renderer/features/peers/config-model.ts";
import { configFileName, isConfigFileName } from "../../../shared/config-name.ts";
import { inputs, seed } from "../../support/seed.ts";

const TEXT = `# office
[Interface]
  privatekey=(kept 1)  # mine
Address = 10.0.0.2/32 # first
Address = fd00::2/128
Jc = 4

# the gateway
[Peer]
PublicKey = abc
# the other
[Peer]
PublicKey = def
`;

const field = (text: string, section: number, key: string, ordinal = 0) => {
  const found = sectionsOf(text)
    .find((one) => one.section === section)
    ?.fields.find((one) => one.key === key && one.ordinal === ordinal);
  if (found === undefined) throw new Error(`no ${key}`);
  return found;
};
const set = (section: number, key: string, value: string, ordinal = 0): string =>
  withValue(TEXT, section, field(TEXT, section, key, ordinal), value);

describe("#21 the form of a configuration", () => {
  it("has a field for each line that has a meaning, with its number, and names what is only kept", () => {
    const [own, first, second] = sectionsOf(TEXT);
    expect(own?.fields.map(({ key, value, line }) => [key, value, line])).toEqual([
      ["PrivateKey", "(kept 1)", 3],
      ["Address", "10.0.0.2/32", 4],
      ["Address", "fd00::2/128", 5],
      ["DNS", "", null],
      ["MTU", "", null],
      ["ListenPort", "", null],
    ]);
    expect(own?.others).toEqual([{ key: "Jc", line: 6 }]);
    expect([first?.line, second?.line]).toEqual([9, 12]);
  });

  it("a change rewrites its own line and no more, with what surrounds the value", () => {
    expect(set(0, "PrivateKey", "xyz")).toBe(TEXT.replace("(kept 1)", "xyz"));
    expect(set(0, "Address", "10.0.0.3/32")).toBe(TEXT.replace("10.0.0.2", "10.0.0.3"));
    expect(set(0, "Address", "", 1)).toBe(TEXT.replace("fd00::2/128", ""));
    expect(set(2, "PublicKey", "ghi")).toBe(TEXT.replace("def", "ghi"));
  });

  it("a new value comes after the section's last line, a cleared one takes its line away", () => {
    expect(set(0, "MTU", "1400")).toBe(TEXT.replace("Jc = 4\n", "Jc = 4\nMTU = 1400\n"));
    expect(set(1, "PublicKey", "")).toBe(TEXT.replace("PublicKey = abc\n", ""));
    expect(withoutLine(TEXT, 4)).toBe(TEXT.replace("Address = 10.0.0.2/32 # first", "# first"));
  });

  it("no value becomes a comment or a second line", () => {
    expect(set(0, "MTU", "1400 # x\nPostUp = y")).toContain("MTU = 1400  xPostUp = y\n");
  });

  it("a peer goes with its lines and leaves the comment of the next, and a new one has Windows line ends where those are", () => {
    expect(withoutSection(TEXT, 1)).toBe(TEXT.replace("[Peer]\nPublicKey = abc\n", ""));
    expect(withPeer("[Interface]\r\nMTU = 1400")).toBe("[Interface]\r\nMTU = 1400\r\n\r\n[Peer]\r\nPublicKey = \r\n");
  });

  it("whatever the text and the value: other lines stay, and the field has the value", () => {
    const piece = fc.constantFrom(
      ..."[Interface]|[Peer]|Address = |MTU=|PublicKey = |# x|=|5| |\n|\n|\r\n|Foo = 1|PrivateKey = (kept 1)".split(
        "|",
      ),
    );
    const text = fc.array(piece, { maxLength: 25 }).map((parts) => parts.join(""));
    const value = fc.stringMatching(/^[a-z0-9.:/]{1,12}$/);
    fc.assert(
      fc.property(text, value, fc.nat(), (before, typed, which) => {
        const places = sectionsOf(before).flatMap(({ section, fields }) => fields.map((one) => ({ section, one })));
        const place = places[which % Math.max(1, places.length)];
        if (place === undefined) return;
        const { section, one } = place;
        const after = withValue(before, section, one, typed);
        expect(field(after, section, one.key, one.ordinal).value).toBe(typed);
        const [old, now] = [before, after].map((all) => all.split(/\r\n|\n|\r/));
        const at = field(after, section, one.key, one.ordinal).line ?? 0;
        now?.splice(at - 1, 1);
        if (one.line !== null) old?.splice(one.line - 1, 1);
        expect(now).toEqual(old);
      }),
      { seed: seed(), numRuns: inputs(400) },
    );
  });
});

describe("the exported file's name", () => {
  it.each([
    ["Büro net", "Buro-net.conf"],
    ["Office network of Berlin", "Office-network.conf"],
    ["../../etc/passwd", "etc-passwd.conf"],
    ["שלום", "wireguard.conf"],
    [".hidden", "hidden.conf"],
  ])("%s: %s", (label, file) => {
    expect(configFileName(label)).toBe(file);
  });

  it("can always name an interface, and is what the desktop edition lets pass", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 40 }), (label) => isConfigFileName(configFileName(label))),
      { seed: seed() },
    );
    for (const name of ["x.exe", "../x.conf", ".conf", "a b.conf"]) expect(isConfigFileName(name)).toBe(false);
  });
});
