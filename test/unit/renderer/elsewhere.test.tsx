// @vitest-environment happy-dom
import { act, fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import type { Session } from "../../../shared/models.ts";
import { hostOf, machine, session, smallCloud } from "../../support/renderer-fixtures.ts";
import type { ScriptedHost } from "../../support/renderer-scripted-host.ts";
import { closeShells, openShells } from "../../support/renderer-shells.tsx";

const AMS = machine("m-web-1", "ams");
const AWAY = "This shell was opened in another window.";
const shell = (change: Partial<Session> = {}): Session => session("a", "web", AMS, change);
const ENDED = shell({ state: "ended", exit: { code: 3, signal: null } });

/** A window whose shell was opened in another one. */
async function away(): Promise<ScriptedHost> {
  let channel = 0;
  const host = hostOf({ ...smallCloud(), sessions: [shell()] }).handle("sessions.attach", () => {
    channel += 1;
    return { channel };
  });
  openShells(host);
  await attached(host, 1);
  act(() => host.sendFrame("detached", 1));
  expect(await screen.findByText(AWAY)).toBeTruthy();
  return host;
}

/** The other window keeps a shell that is over; this one gets its text. */
async function given(host: ScriptedHost): Promise<void> {
  act(() => host.emit("session.changed", ENDED));
  await attached(host, 2);
  act(() => host.sendFrame("snapshot", 2, "$ exit 3"));
  act(() => host.sendFrame("detached", 2));
}
const attached = (host: ScriptedHost, times: number) =>
  waitFor(() => expect(host.asked("sessions.attach")).toHaveLength(times), { timeout: 5_000 });
async function opensAgain(host: ScriptedHost): Promise<void> {
  act(() => host.emit("session.changed", shell({ state: "connecting", readyMs: null })));
  act(() => host.emit("session.changed", shell()));
  // What would be asked for on its coming back is asked for by now.
  await act(() => Promise.resolve());
}

afterEach(() => closeShells());

describe("N7 a shell that is shown in another window", () => {
  it("has its whole text here too when it ends, asked for once", async () => {
    const host = await away();
    await given(host);
    expect(screen.queryByText(AWAY)).toBeNull();
    expect(screen.getByText("Ended with exit 3")).toBeTruthy();
    await act(() => Promise.resolve());
    expect(host.asked("sessions.attach")).toHaveLength(2);
  });

  it("stays there when it comes back, until it is wanted here", async () => {
    const host = await away();
    await given(host);
    await opensAgain(host);
    expect(host.asked("sessions.attach")).toHaveLength(2);
    fireEvent.click(screen.getByRole("button", { name: "Show it here" }));
    await attached(host, 3);
    await waitFor(() => expect(screen.queryByText(AWAY)).toBeNull());
  });

  it("is shown by the window that opens it again", async () => {
    const host = await away();
    await given(host);
    fireEvent.click(screen.getByRole("button", { name: "Reopen" }));
    await attached(host, 3);
    await opensAgain(host);
    expect(screen.queryByText(AWAY)).toBeNull();
    expect(host.asked("sessions.attach")).toHaveLength(3);
  });

  it("is not taken back from a window that opens it again", async () => {
    const host = hostOf({ ...smallCloud(), sessions: [shell()] }).handle("sessions.attach", () => ({ channel: 1 }));
    openShells(host);
    await attached(host, 1);
    act(() => host.emit("session.changed", ENDED));
    act(() => host.emit("session.changed", shell({ state: "connecting", readyMs: null })));
    act(() => host.sendFrame("detached", 1));
    act(() => host.emit("session.changed", shell()));
    expect(await screen.findByText(AWAY)).toBeTruthy();
    expect(host.asked("sessions.attach")).toHaveLength(1);
  });
});
