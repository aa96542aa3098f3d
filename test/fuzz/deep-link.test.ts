import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatDeepLink, parseDeepLink, parseLinkFragment } from "../../shared/deep-link.ts";
import { LIMITS } from "../../shared/limits.ts";
import { inputs, seed } from "../support/seed.ts";

/** Pieces that links are made of, and those that would make them dangerous. */
const piece = fc.oneof(
  fc.constantFrom(
    "culvert://",
    "app",
    "import",
    "/",
    "//",
    "..",
    "%2f",
    "%00",
    "%0a",
    "%",
    "%C3%A9",
    "?",
    "#",
    "@",
    ":",
    "\\",
    "-",
    " ",
    "\u202e",
    "\u0000",
    "harbor",
    "web",
    "&",
    "=",
    "#k=",
    "ssh://",
  ),
  fc.string({ unit: "binary", maxLength: 12 }),
);
const text = fc.array(piece, { maxLength: 12 }).map((parts) => parts.join(""));

/** What a name may never hold, whatever the link was: it is shown, and asked of the platform. */
const FORBIDDEN = /[\p{C}/\\?#%&@"'`$;|<>]|^[-.]/u;

describe("any text as a deep link", () => {
  it("never throws, and leads only to names that can be shown", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          text.map((rest) => `culvert://app/${rest}`),
        ),
        fc.boolean(),
        (given, asFragment) => {
          const link = asFragment ? parseLinkFragment(`#/${given}`) : parseDeepLink(given);
          if (link === undefined || link.kind === "import") return;
          for (const name of [link.orgSlug, link.appName, link.machine ?? "m"]) {
            expect(name.length).toBeGreaterThan(0);
            expect(name.length).toBeLessThanOrEqual(100);
            expect(name).not.toMatch(FORBIDDEN);
          }
        },
      ),
      { seed: seed(), numRuns: inputs(3000) },
    );
  });

  it("what was read is written and read again as the same", () => {
    const name = fc.stringMatching(/^[a-z0-9][a-z0-9 ._:-]{0,40}$/);
    fc.assert(
      fc.property(name, name, fc.option(name), (orgSlug, appName, machine) => {
        const link = { kind: "app", orgSlug, appName, machine } as const;
        expect(parseDeepLink(formatDeepLink(link))).toEqual(link);
      }),
      { seed: seed() },
    );
  });

  it("is not even looked at beyond its length", () => {
    expect(parseDeepLink(`culvert://app/a/${"b".repeat(LIMITS.deepLink)}`)).toBeUndefined();
  });
});
