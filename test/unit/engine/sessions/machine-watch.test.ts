import { expect, test } from "vitest";
import { ManualClock } from "../../../../electron/base/clock.ts";
import { CulvertError } from "../../../../electron/base/errors.ts";
import type { Connected, ShellConnector } from "../../../../electron/engine/sessions/connector.ts";
import { MachineWatch } from "../../../../electron/engine/sessions/machine-watch.ts";
import { ShellSession } from "../../../../electron/engine/sessions/shell-session.ts";
import type { Machine } from "../../../../shared/models.ts";

const never = new AbortController().signal;
const machine = (status: Machine["status"]): Machine => ({
  id: "m1",
  name: "m1",
  region: "fra",
  state: status === "running" ? "started" : status,
  status,
  address: null,
});

/** What is known of the loss after all that is due has run. */
async function lossOf(watch: MachineWatch): Promise<CulvertError | "none"> {
  return Promise.race([watch.lost, new Promise<"none">((resolve) => setImmediate(() => resolve("none")))]);
}

test("#5 a silent shell's machine that stopped, or is gone, is told by the platform's own word", async () => {
  const stopped = new MachineWatch(async () => [machine("stopped")], "m1");
  expect(await lossOf(stopped)).toBe("none");
  await stopped.ask(never);
  expect(await lossOf(stopped)).toMatchObject({ code: "machine-stopped", detail: "m1 in fra is stopped" });
  const gone = new MachineWatch(async () => [{ ...machine("running"), id: "m2" }], "m1");
  await gone.ask(never);
  expect(await lossOf(gone)).toMatchObject({ code: "machine-gone", detail: "m1" });
});

test.each([["running"], ["starting"], ["trouble"], ["unknown"]] as const)(
  "#5 a machine that is %s says nothing against its shell: the network is waited for",
  async (status) => {
    const watch = new MachineWatch(async () => [machine(status)], "m1");
    await watch.ask(never);
    expect(await lossOf(watch)).toBe("none");
  },
);

test("#5 a shell that is heard again while the platform is asked, or a platform that is not there, ends nothing", async () => {
  const heard = new AbortController();
  const watch = new MachineWatch(async () => {
    heard.abort();
    return [machine("stopped")];
  }, "m1");
  await watch.ask(heard.signal);
  expect(await lossOf(watch)).toBe("none");
  const offline = new MachineWatch(() => Promise.reject(new CulvertError("api-unreachable", "")), "m1");
  await offline.ask(never);
  expect(await lossOf(offline)).toBe("none");
});

test("#5 the shell ends with the reason, keeps its text, and lets go of its connection", async () => {
  let disposed = 0;
  const watch = new MachineWatch(async () => [machine("stopped")], "m1");
  const silent: Connected = {
    shell: {
      exit: new Promise(() => undefined),
      write: () => true,
      resize: () => undefined,
      pause: () => undefined,
      resume: () => undefined,
      onData: () => ({ dispose: () => undefined }),
      onDrain: () => ({ dispose: () => undefined }),
      dispose: () => undefined,
    } as unknown as Connected["shell"],
    lost: watch.lost,
    dispose: () => void disposed++,
  };
  const session = new ShellSession({
    id: "s",
    target: { accountId: "a", orgSlug: "o", appName: "w", machineId: "m1", machineName: "m1", region: "fra" },
    columns: 80,
    rows: 24,
    clock: new ManualClock(),
    connector: { connect: async () => silent } as unknown as ShellConnector,
    onChange: () => undefined,
    onText: () => undefined,
  });
  session.connect();
  await new Promise((resolve) => setImmediate(resolve));
  expect(session.state).toBe("open");
  await watch.ask(never);
  await new Promise((resolve) => setImmediate(resolve));
  expect(session.snapshot()).toMatchObject({ state: "failed", error: { code: "machine-stopped" } });
  expect(disposed).toBe(1);
  session.dispose();
});
