import { describe, expect, test } from "vitest";
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

const target = { accountId: "a", orgSlug: "o", appName: "w", machineId: "m", machineName: "m", region: "r" };
const ignore = (): void => undefined;

/** A session whose shell takes nothing until `reads`. */
async function opened() {
  const written: string[] = [];
  let drained = ignore;
  let data: (bytes: Uint8Array) => void = ignore;
  const shell = {
    exit: new Promise(ignore),
    onDrain: (listener: () => void) => (drained = listener),
    onData: (listener: typeof data) => (data = listener),
    write: (bytes: Uint8Array) => written.push(new TextDecoder().decode(bytes)) < 0,
    pause: ignore,
    resume: ignore,
  };
  const connect = async () => ({ shell, lost: new Promise(ignore), dispose: ignore });
  const connector = { connect } as unknown as ShellConnector;
  const clock = new ManualClock();
  const session = new ShellSession({
    id: "s",
    target,
    columns: 80,
    rows: 24,
    clock,
    connector,
    onChange: ignore,
    onText: ignore,
  });
  session.connect();
  while (session.state !== "open") await Promise.resolve();
  const prints = async (text: string): Promise<void> => {
    data(new TextEncoder().encode(text));
    await session.text(1000, () => true);
  };
  return { session, shell: { written, reads: () => drained() }, prints };
}

test("a shell that is connecting is not dialled again, however often somebody asks; one that failed is", async () => {
  const { dials, connector } = dialled();
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

describe("#26 a shell that prints and does not read", () => {
  test("is not answered without end: what waits before it is bounded, and after it has read it is answered again", async () => {
    const { session, shell, prints } = await opened();
    await prints("\x1b[c".repeat(10_000));
    expect(shell.written.length).toBeGreaterThan(16);
    expect(shell.written.length).toBeLessThan(100);
    const before = shell.written.length;
    shell.reads();
    await prints("\x1b[c");
    expect(shell.written.slice(before)).toEqual(["\x1b[?1;2c"]);
    session.dispose();
  });

  test("is answered although a line that was typed waits too", async () => {
    const { session, shell, prints } = await opened();
    session.input(new TextEncoder().encode("a line\n"));
    await prints("\x1b[c");
    expect(shell.written).toEqual(["a line\n", "\x1b[?1;2c"]);
    session.dispose();
  });

  test("gets so many writes ahead, however short they are", async () => {
    const { session, shell } = await opened();
    const key = Uint8Array.of(97);
    for (let i = 0; i < 100_000; i++) session.input(key);
    expect(shell.written.length).toBeGreaterThan(10_000);
    expect(shell.written.length).toBeLessThan(40_000);
    session.dispose();
  });
});
