import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { AxeBuilder } from "@axe-core/playwright";
import { type Culvert, expect, test } from "./support/fixtures.ts";
import { FIRST_RUN, type Screen, THEMES, visitAll, WALKS, wear } from "./support/screens.ts";

/**
 * axe on every screen in both themes (#25). All of its rules but those marked experimental. `npm run axe` writes the report
 * that docs/axe.md is.
 */

interface Looked {
  readonly screen: string;
  readonly theme: string;
  readonly rules: readonly string[];
  readonly violations: readonly string[];
}

const looked: Looked[] = [];
let version = "";

/** Each screen is reached once and looked at in one theme, then in the other. */
async function walk(culvert: Culvert, screens: readonly Screen[]): Promise<void> {
  const faults = await visitAll(culvert, screens, async (screen) => {
    const violations: string[] = [];
    for (const theme of THEMES) {
      await wear(culvert.page, theme);
      violations.push(...(await look(culvert, screen, theme)));
    }
    return violations;
  });
  expect(faults).toEqual([]);
}

async function look({ page }: Culvert, screen: Screen, theme: string): Promise<readonly string[]> {
  // The other mode opens a page to put frames of other origins together; the policy allows no frame at all.
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ["violations"] });
  const result = await axe.analyze();
  version = result.testEngine.version;
  const found = result.violations.flatMap(({ id, nodes }) => nodes.map((node) => ({ id, ...node })));
  const between = await page.evaluate(
    areBetweenLandmarks,
    found.map(({ target }) => target.join(" ")),
  );
  const violations = found
    .filter(({ id }, index) => id !== "region" || between[index] !== true)
    .map(({ id, target, failureSummary }) => `${screen.name}, ${theme}: ${id}: ${target.join(" ")}: ${failureSummary}`);
  looked.push({ screen: screen.name, theme, rules: result.passes.map(({ id }) => id), violations });
  return violations;
}

/**
 * All content lies in landmarks, says the rule "region". A separator stands between two of them, and a menu at the page's
 * end for as long as it is open, where no landmark could hold it.
 */
function areBetweenLandmarks(selectors: readonly string[]): boolean[] {
  return selectors.map(
    (selector) => document.querySelector(selector)?.closest('[role="menu"], [role="separator"]') != null,
  );
}

test.describe("axe", () => {
  test.setTimeout(600_000);

  for (const { where, begin, screens } of WALKS) {
    test(`#25 finds nothing ${where}`, async ({ culvert }) => {
      await begin(culvert);
      await walk(culvert, screens);
    });
  }

  test.describe("without an account", () => {
    test.use({ serveArgs: [] });

    test("#11 #25 finds nothing where a person starts", async ({ culvert }) => {
      await walk(culvert, FIRST_RUN);
    });
  });
});

test.afterAll(() => {
  if (process.env["CULVERT_AXE_REPORT"] === undefined) return;
  writeFileSync(fileURLToPath(new URL("../../docs/axe.md", import.meta.url)), report());
});

/** The same text for the same result: no date, no durations. */
function report(): string {
  const screens = [...new Set(looked.map(({ screen }) => screen))];
  const rules = [...new Set(looked.flatMap((one) => one.rules))].sort();
  const rows = screens.map((screen) => {
    const count = (theme: string): string => {
      const one = looked.find((candidate) => candidate.screen === screen && candidate.theme === theme);
      return one === undefined ? "not looked at" : String(one.violations.length);
    };
    return `| ${screen} | ${THEMES.map(count).join(" | ")} |`;
  });
  return [
    "# axe",
    "",
    `Violations that axe-core ${version} finds on each screen of the browser edition, in both themes. Written by \`npm run axe\`;`,
    "`test/e2e/axe.test.ts` fails on any. One rule, that all content lies in landmarks, is not asked of the separators between",
    "two landmarks and of menus, which stand at the page's end while they are open.",
    "",
    `| screen | ${THEMES.join(" | ")} |`,
    `| --- | ${THEMES.map(() => "---:").join(" | ")} |`,
    ...rows,
    "",
    `Rules that found something to judge (${rules.length}): ${rules.join(", ")}.`,
    "",
  ].join("\n");
}
