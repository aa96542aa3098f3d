import { expect, test } from "vitest";
import { ManualClock } from "../../../../electron/base/clock.ts";
import { CulvertError } from "../../../../electron/base/errors.ts";
import type { ConnectRequest, ShellConnector } from "../../../../electron/engine/sessions/connector.ts";
import { ShellSession } from "../../../../electron/engine/sessions/shell-session.ts";

/** Dials whose ends the test decides. */
function dialled() {
  const dials: { signal: AbortSignal; fail(): void }[] = [];
  const connect: ShellConnector["connect"] = ({ signal }: ConnectRequest) =>
    new Promise((_, reject) => dials.push({ signal, fail: () => reject(new CulvertError("connection-reset", "")) }));
  return { dials, connector: { connect } as unknown as ShellConnector };
}

test("a shell that is connecting is not dialled again, however often somebody asks; one that failed is", async () => {
  const { dials, connector } = dialled();
  const target = { accountId: "a", orgSlug: "o", appName: "w", machineId: "m", machineName: "m", region: "r" };
  const ignore = (): void => undefined;
  const session = new ShellSession({
    id: "s",
    target,
    columns: 80,
    rows: 24,
    clock: new ManualClock(),
    connector,
    onChange: ignore,
    onText: ignore,
  });
  for (let i = 0; i < 100; i++) session.connect();
  expect(dials.map(({ signal }) => signal.aborted)).toEqual([false]);
  dials[0]?.fail();
  await Promise.resolve();
  await Promise.resolve();
  expect(session.state).toBe("failed");
  for (let i = 0; i < 100; i++) session.connect();
  expect(dials).toHaveLength(2);
  expect(dials[1]?.signal.aborted).toBe(false);
  session.dispose();
});
