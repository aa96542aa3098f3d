// @vitest-environment happy-dom
import { cleanup, render } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { Sparkline } from "../../../renderer/features/status/Sparkline.tsx";
import type { Sample } from "../../../renderer/state/tunnel-store.ts";

afterEach(cleanup);

const at = (seconds: number, downRate: number | null): Sample => ({
  at: seconds * 1000,
  downRate,
  upRate: 0,
  rttMs: null,
  handshakeAgeMs: null,
  segments: null,
  resent: null,
  resendRate: null,
  lossPercent: null,
});

/** The points of the downward rate's line, in pixels from the left; one list for each unbroken part. */
function lineOf(samples: readonly Sample[]): number[][] {
  const paths = render(<Sparkline samples={samples} />).container.querySelectorAll("path");
  const line = paths[2]?.getAttribute("d") ?? "";
  return line
    .split("M")
    .slice(1)
    .map((part) => part.split("L").map((point) => Number(point.split(" ")[0])));
}

describe("the picture of the rates", () => {
  it("comes from the left edge however far apart a quiet tunnel's samples lie", () => {
    const [line = []] = lineOf([0, 12, 24, 36, 48, 60, 70].map((seconds) => at(seconds, 100)));
    expect(line[0]).toBeLessThanOrEqual(0);
    expect(line[1]).toBeGreaterThan(0);
    expect(line.at(-1)).toBe(72);
    expect(line).toHaveLength(6);
  });

  it("is broken where nothing was known", () => {
    const parts = lineOf([at(0, 100), at(12, 100), at(24, null), at(36, 100), at(48, 100)]);
    expect(parts.map((part) => part.length)).toEqual([2, 2]);
  });

  it("begins where there is less than it has room for", () => {
    const [line = []] = lineOf([at(0, 100), at(24, 100)]);
    expect(line).toEqual([36, 72]);
  });
});
