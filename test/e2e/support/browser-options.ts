/** How the browser is started: the one that this computer has, without what it does for a person who looks at its window. */

const executablePath = process.env["CULVERT_BROWSER"];
const isRoot = process.getuid?.() === 0;

/**
 * Chromium begins each window with two hidden pages for its address field: two thirds of what a window costs in a test.
 * The last list that is given counts, so what Playwright switches off and may touch our pages is here, too.
 */
const WITHOUT = [
  "WebUIOmniboxPopup",
  "WebUIOmniboxAimPopup",
  "AimEnabled",
  "AvoidUnnecessaryBeforeUnloadCheckSync",
  "DestroyProfileOnBrowserClose",
  "HttpsFirstBalancedModeAutoEnable",
  "HttpsUpgrades",
  "LensOverlay",
  "MediaRouter",
  "NetworkTimeServiceQuerying",
  "OptimizationHints",
  "PaintHolding",
  "PreconnectToSearch",
  "ThirdPartyStoragePartitioning",
];

export function browserOptions(...args: string[]): { executablePath?: string; args: string[] } {
  return {
    ...(executablePath === undefined ? {} : { executablePath }),
    args: [
      // Chromium's sandbox does not start as root; the page is our own.
      ...(isRoot ? ["--no-sandbox"] : []),
      "--no-first-run",
      `--disable-features=${WITHOUT.join(",")}`,
      ...args,
    ],
  };
}
