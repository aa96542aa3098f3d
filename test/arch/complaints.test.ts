import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { COMPLAINTS, complaintsPage, hasTest, testsByNumber } from "../support/complaints.ts";
import { PROJECT } from "./sources.ts";

describe("complaints", () => {
  test("are thirty, each with a test, or with what is not there yet", () => {
    const byNumber = testsByNumber();
    expect(Object.keys(COMPLAINTS).map(Number)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
    const unanswered = Object.entries(COMPLAINTS)
      .filter(([number, { also, open }]) => !byNumber.has(Number(number)) && also === undefined && open === undefined)
      .map(([number]) => number);
    expect(unanswered).toEqual([]);
  });

  test("tests name no complaint that does not exist", () => {
    expect([...testsByNumber().keys()].filter((number) => COMPLAINTS[number] === undefined)).toEqual([]);
  });

  test("tests that are pointed at are there", () => {
    const missing = Object.values(COMPLAINTS)
      .flatMap(({ also = [] }) => also)
      .filter(([path, name]) => !hasTest(path, name));
    expect(missing).toEqual([]);
  });

  test("docs/complaints.md is what the tests say", async () => {
    await expect(complaintsPage()).toMatchFileSnapshot(join(PROJECT, "docs/complaints.md"));
  });
});
