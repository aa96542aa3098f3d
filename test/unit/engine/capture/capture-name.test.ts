import { expect, test } from "vitest";
import { captureName, plainName } from "../../../../electron/engine/capture/capture-name.ts";

test.each([
  ["Harbor ../Restricted", "harbor-restricted"],
  ["/etc/passwd", "etc-passwd"],
  ["..", ""],
  ["", ""],
  ["Büro (192.0.2.1:51820)", "büro-192-0-2-1-51820"],
  ["Bu\u0308ro", "b\u00fcro"],
  ["東京・大阪", "東京-大阪"],
  ["कीमत", "कीमत"],
  ["a\u202eb\u200bc\u3164", "abc"],
  ["\u0301 ́", ""],
  ['<>:"|?*\\\n', ""],
])("of the label %j a name keeps letters and digits: %j", (label, plain) => {
  expect(plainName(label)).toBe(plain);
});

test.each(["a", "ä", "東", "𠮷", "e\u0301\u0302\u0303", "a-", "1️⃣ "])(
  "a long label of %j loses its middle and never its gateway, and the name is a file's on any system",
  (text) => {
    const gateway = "(gateway-7.a-rather-long-subdomain.region.example.net:51820)";
    for (let length = 1; length < 400; length += 7) {
      const name = captureName(`${text.repeat(length)} ${gateway}`, 0);
      expect(name).toMatch(/-gateway-7-a-rather-long-subdomain-region-example-net-51820-19700101-000000$/);
      expect(name).toMatch(/^culvert-[\p{L}\p{M}\p{N}-]+$/u);
      expect(name).not.toContain("--");
      expect(Buffer.byteLength(`${name}-20.pcapng`)).toBeLessThanOrEqual(255);
    }
  },
);

test("the number behind a long label stays", () => {
  expect(plainName(`${"office ".repeat(28)} 2`)).toMatch(/office-2$/);
});
