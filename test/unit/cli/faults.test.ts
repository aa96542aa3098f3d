import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ManualClock } from "../../../electron/base/clock.ts";
import { endOnFault, Faults } from "../../../electron/entries/faults.ts";
import { MemoryLog } from "../../support/host-memory-log.ts";

const said: string[] = [];

beforeEach(() => {
  said.length = 0;
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    said.push(String(text));
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

test("a fault is logged with its stack, said, and survived", () => {
  const log = new MemoryLog();
  const faults = new Faults({ log, onTooMany: () => expect.unreachable() });
  faults.take(new Error("boom"));
  faults.take("no error at all");
  expect(log.lines).toMatchObject([
    { level: "error", fields: { error: expect.stringContaining("boom"), stack: expect.stringContaining("at ") } },
    { level: "error", fields: { error: expect.stringContaining("no error at all") } },
  ]);
  expect(said).toEqual([expect.stringContaining("boom"), expect.stringContaining("no error at all")]);
});

test("many within a minute end the program, once; the same number over an hour does not", () => {
  const clock = new ManualClock();
  let ends = 0;
  const faults = new Faults({ log: new MemoryLog(), clock, onTooMany: () => ends++ });
  for (let i = 0; i < 60; i++) {
    faults.take(new Error("now and then"));
    clock.advance(60_000);
  }
  expect(ends).toBe(0);
  for (let i = 0; i < 30; i++) faults.take(new Error("again"));
  expect(ends).toBe(1);
});

test("a command of its own ends with its first fault: a sentence and 70; one that serves several survives it", () => {
  const exit = vi.spyOn(process, "exit").mockReturnValue(undefined as never);
  const others = new Set(process.listeners("uncaughtException"));
  const ours = () => process.listeners("uncaughtException").filter((listener) => !others.has(listener));
  const rejections = process.listeners("unhandledRejection");
  endOnFault(false);
  try {
    expect(ours()).toHaveLength(1);
    ours()[0]?.(new TypeError("boom"), "uncaughtException");
    expect(exit.mock.calls).toEqual([[70]]);
    expect(said).toEqual([expect.stringMatching(/^culvert: .*boom/)]);
    expect(said.join()).not.toContain("    at ");
    new Faults({ log: new MemoryLog(), onTooMany: () => expect.unreachable() }).install();
    expect(ours()).toHaveLength(1);
    ours()[0]?.(new Error("again"), "uncaughtException");
    expect(exit).toHaveBeenCalledTimes(1);
  } finally {
    for (const listener of ours()) process.off("uncaughtException", listener);
    for (const listener of process.listeners("unhandledRejection"))
      if (!rejections.includes(listener)) process.off("unhandledRejection", listener);
  }
});
