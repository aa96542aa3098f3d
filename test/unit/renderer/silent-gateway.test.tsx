// @vitest-environment happy-dom
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { commandOf } from "../../../renderer/commands/bindings.ts";
import { CursorLine } from "../../../renderer/features/terminal/cursor-line.ts";
import { useAnnouncer } from "../../../renderer/state/announcer.ts";
import type { Tunnel } from "../../../shared/models.ts";
import { hostOf, machine, session, smallCloud, tunnel } from "../../support/renderer-fixtures.ts";
import { ScriptedError, type ScriptedHost } from "../../support/renderer-scripted-host.ts";
import { closeWindow, openWindow } from "../../support/renderer-window.tsx";

vi.mock("uplot", () => ({
  default: class {
    static sync(): { plots: never[] } {
      return { plots: [] };
    }
    readonly root = document.createElement("div");
    setData(): void {}
    setSize(): void {}
    destroy(): void {}
  },
}));

const AMS = machine("m-web-1", "ams");
const CHORD = { code: "KeyR", key: "R", ctrlKey: true, shiftKey: true };

function silent(change: Partial<Tunnel> = {}): Tunnel {
  const peers = tunnel().peers.map((peer) => ({ ...peer, lastReceivedAt: Date.now() - 20_500 }));
  return tunnel({ state: "silent", peers, ...change });
}

/** A window with an open shell, over a gateway that answers a call when it is let to. */
async function world(): Promise<{ host: ScriptedHost; answer(how?: "back"): void }> {
  let answer: (how?: "back") => void = () => undefined;
  const cloud = { ...smallCloud(), sessions: [session("a", "web", AMS)], tunnels: [tunnel()] };
  const host = hostOf(cloud)
    .handle("sessions.attach", () => ({ channel: 1 }))
    .handle("tunnels.retry", async () => {
      const how = await new Promise((resolve) => {
        answer = resolve;
      });
      if (how !== "back") throw new ScriptedError({ code: "gateway-silent", detail: "127.0.0.1:51820" });
      return {};
    });
  openWindow(host);
  await waitFor(() => expect(host.asked("sessions.attach")).toHaveLength(1), { timeout: 5_000 });
  return { host, answer: (how) => answer(how) };
}

const bar = () => screen.queryByRole("region", { name: "Gateway silent" });
const findBar = async () => within(await screen.findByRole("region", { name: "Gateway silent" }));

afterEach(() => {
  vi.useRealTimers();
  closeWindow();
});

describe("#1 an open shell whose gateway is silent", () => {
  it("says so in its pane, for how long and that keys wait, beside the text and not in its place; and goes with the silence", async () => {
    const { host } = await world();
    expect(bar()).toBeNull();
    const text = document.querySelector("[data-session-id=a]");
    // Another organization's tunnel carries nothing of this shell.
    act(() => host.emit("tunnels.changed", [tunnel(), silent({ id: "t2", orgSlug: "ada" })]));
    expect(bar()).toBeNull();
    act(() => host.emit("tunnels.changed", [silent()]));
    const found = await findBar();
    expect(found.getByText(/^Gateway silent for 2\d s\.$/)).toBeTruthy();
    expect(found.getByText("What you type waits.")).toBeTruthy();
    // It lies over the text: nothing of the pane gets another size.
    expect(bar()?.closest("[data-over-text]")?.parentElement?.className).toContain("absolute");
    expect(document.querySelector("[data-session-id=a]")).toBe(text);
    // Told once, politely, and not by a figure that changes each second.
    expect(bar()?.closest("[aria-live], [role=status], [role=alert]")).toBeNull();
    await waitFor(() => expect(useAnnouncer.getState().polite).toContain("The gateway does not answer: harbor"));
    act(() => host.emit("tunnels.changed", [tunnel()]));
    expect(bar()).toBeNull();
  });

  it("is called again by the bar's button, once for all who ask, and the keyboard is the shell's again", async () => {
    const { host, answer } = await world();
    act(() => host.emit("tunnels.changed", [silent()]));
    const found = await findBar();
    const button = found.getByRole("button", { name: "Try now" });
    button.focus();
    fireEvent.click(button);
    await waitFor(() => expect(host.asked("tunnels.retry")).toEqual([{ tunnelId: "tunnel-1" }]));
    expect(button.getAttribute("aria-busy")).toBe("true");
    expect(document.activeElement?.closest("[data-session-id=a]")).not.toBeNull();
    fireEvent.keyDown(document.activeElement!, CHORD);
    expect(host.asked("tunnels.retry")).toHaveLength(1);
    act(() => answer());
    await waitFor(() => expect(button.getAttribute("aria-busy")).toBeNull());
    fireEvent.click(button);
    await waitFor(() => expect(host.asked("tunnels.retry")).toHaveLength(2));
    act(() => answer("back"));
    act(() => host.emit("tunnels.changed", [tunnel()]));
    expect(bar()).toBeNull();
  });

  it("is called again by the command that reconnects shells, which a healthy shell does not offer", async () => {
    const { host, answer } = await world();
    expect(commandOf(new KeyboardEvent("keydown", CHORD))).toBe("reconnect");
    fireEvent.keyDown(window, CHORD);
    act(() => host.emit("tunnels.changed", [silent()]));
    expect(host.asked("tunnels.retry")).toEqual([]);
    fireEvent.keyDown(window, CHORD);
    await waitFor(() => expect(host.asked("tunnels.retry")).toEqual([{ tunnelId: "tunnel-1" }]));
    expect(host.asked("sessions.reopen")).toEqual([]);
    const found = await findBar();
    expect(found.getByRole("button", { name: "Try now" }).getAttribute("aria-busy")).toBe("true");
    act(() => answer());
    await waitFor(() => expect(useAnnouncer.getState().polite).toContain("The gateway does not answer."));
  });

  it("why: the stats of that tunnel, with what was tried and what may help", async () => {
    const { host } = await world();
    const other = silent({ id: "t2", orgSlug: "ada" });
    act(() => host.emit("tunnels.changed", [other, silent()]));
    const found = await findBar();
    fireEvent.click(found.getByRole("button", { name: /^Why/ }));
    expect(await screen.findByRole("region", { name: "The tunnel does not work" })).toBeTruthy();
    expect(screen.getByRole("button", { name: /^harbor: Gateway silent/ })).toBeTruthy();
  });

  it("keeps the line with the cursor whole in a window that gets narrower, until its shell is heard again", async () => {
    const isDrawnAnew = vi.spyOn(CursorLine.prototype, "isDrawnAnew", "set");
    const { host } = await world();
    expect(isDrawnAnew).toHaveBeenLastCalledWith(true);
    act(() => host.emit("tunnels.changed", [silent()]));
    expect(isDrawnAnew).toHaveBeenLastCalledWith(false);
    act(() => host.emit("tunnels.changed", [tunnel()]));
    expect(isDrawnAnew).toHaveBeenLastCalledWith(true);
    act(() => host.emit("session.changed", session("a", "web", AMS, { state: "ended" })));
    expect(isDrawnAnew).toHaveBeenLastCalledWith(false);
  });

  it("says nothing of the gateway while the host itself is not reached", async () => {
    const { host } = await world();
    act(() => host.emit("tunnels.changed", [silent()]));
    await findBar();
    act(() => host.setLink("lost"));
    expect(bar()).toBeNull();
  });
});
