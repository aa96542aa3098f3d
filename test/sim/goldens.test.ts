import { afterAll, describe, expect, test } from "vitest";
import { betterThan, type Golden, readGoldens, toGolden, worseThan, writeGoldens } from "../support/sim-goldens.ts";
import { measureMean } from "../support/sim-measure.ts";
import { isRandom, SCENARIOS } from "../support/sim-scenarios.ts";
import { PATIENCE_MS } from "../support/tcp-transfer.ts";

/** CULVERT_SIM: "full" runs the whole table, "renew" also writes it; without it the quick rows are checked. */
const MODE = process.env["CULVERT_SIM"] ?? "quick";
const SEEDS = [11, 12, 13];

describe("goodput and retransmissions hold what GOLDENS.md says", { timeout: PATIENCE_MS }, () => {
  const goldens = MODE === "renew" ? new Map<string, Golden>() : readGoldens();
  const better: string[] = [];

  for (const { name, transfer } of SCENARIOS.filter((scenario) => MODE !== "quick" || scenario.quick))
    test(name, () => {
      // Without anything random all seeds are alike.
      const now = toGolden(measureMean(transfer, isRandom(transfer.path) ? SEEDS : SEEDS.slice(0, 1)));
      if (MODE === "renew") {
        goldens.set(name, now);
        return;
      }
      const golden = goldens.get(name);
      expect(golden, "no such row: npm run sim -- --renew").toBeDefined();
      process.stdout.write(`${name}: ${JSON.stringify(now)}\n`);
      expect(worseThan(golden!, now)).toEqual([]);
      if (betterThan(golden!, now)) better.push(`${name}: ${JSON.stringify(golden)} -> ${JSON.stringify(now)}`);
    });

  afterAll(() => {
    if (MODE === "renew") writeGoldens(goldens);
    if (better.length === 0) return;
    const words = `Better than GOLDENS.md; renew it with npm run sim -- --renew:\n${better.join("\n")}\n`;
    process.stdout.write(words);
    // Whoever runs the whole table is there to look after it.
    if (MODE === "full") throw new Error(words);
  });
});
