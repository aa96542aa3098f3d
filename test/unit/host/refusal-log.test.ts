import { expect, test } from "vitest";
import { ManualClock } from "../../../electron/base/clock.ts";
import { RefusalLog } from "../../../electron/host/web/refusal-log.ts";
import { MemoryLog } from "../../support/host-memory-log.ts";

test("one line per second, with the number of those left out, and no field longer than 200 characters", () => {
  const log = new MemoryLog();
  const clock = new ManualClock();
  const refusals = new RefusalLog(log, clock);
  const refuse = (): void => refusals.warn("refused", { status: 403, host: "h".repeat(5000), origin: undefined });
  for (let i = 0; i < 1000; i++) refuse();
  clock.advance(999);
  refuse();
  clock.advance(1);
  refuse();
  refuse();
  clock.advance(5000);
  refuse();
  const host = "h".repeat(200);
  expect(log.lines.map(({ fields }) => fields)).toEqual([
    { status: 403, host, origin: undefined },
    { status: 403, host, origin: undefined, suppressed: 1000 },
    { status: 403, host, origin: undefined, suppressed: 1 },
  ]);
});
