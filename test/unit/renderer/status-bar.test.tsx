// @vitest-environment happy-dom
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Tunnel } from "../../../shared/models.ts";
import { hostOf, machine, OFFICE, session, smallCloud, tunnel } from "../../support/renderer-fixtures.ts";
import type { ScriptedHost } from "../../support/renderer-scripted-host.ts";
import { closeWindow, openWindow, tree } from "../../support/renderer-window.tsx";

/** A shell of "harbor" that is over stands in front of one of "ada"; the tunnels are those given. */
async function world(...tunnels: Tunnel[]): Promise<ScriptedHost> {
  const other = session("b", "notes", machine("m-notes-1", "lhr"), { createdAt: 2 });
  other.target.orgSlug = "ada";
  const over = session("a", "web", machine("m-web-1", "ams"), { state: "ended", createdAt: 1 });
  const host = hostOf({ ...smallCloud(), sessions: [over, other], tunnels }).handle("sessions.attach", () => ({
    channel: 1,
  }));
  openWindow(host);
  fireEvent.click(await screen.findByRole("tab", { name: /^web,/ }));
  await waitFor(() => expect(bar().textContent).not.toBe(""));
  return host;
}
const bar = () => screen.getByRole("status", { name: "Tunnel" });

afterEach(() => closeWindow());

describe("the status bar of a shell without a tunnel", () => {
  it("says that there is none yet only before the first one", async () => {
    await world();
    expect(bar().textContent).toContain("No tunnel yet");
  });

  it("names its organization where others have theirs, and says so of one that carries nothing", async () => {
    const ada = tunnel({ id: "t2", orgSlug: "ada" });
    const host = await world(ada);
    expect(bar().textContent).toContain("No tunnel to harbor");
    expect(bar().textContent).not.toContain("yet");
    expect(within(bar()).queryByRole("button")).toBeNull();
    act(() => host.emit("tunnels.changed", [{ ...ada, state: "silent" }]));
    fireEvent.click(within(bar()).getByRole("button", { name: /^ada: Gateway silent/ }));
    // It is that tunnel's bar now, with a way back.
    fireEvent.click(within(bar()).getByRole("button", { name: /^ada: Gateway silent\. Choose/ }));
    fireEvent.click(await screen.findByRole("menuitemradio", { name: "That of the shell in front" }));
    await waitFor(() => expect(bar().textContent).toContain("No tunnel to harbor"));
  });
});

describe("a computer without a network", () => {
  it("says so in the status bar, once somebody needs one, and until it is back", async () => {
    const isOn = vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
    const cloud = smallCloud();
    const host = hostOf(cloud);
    openWindow(host);
    await tree();
    expect(bar().textContent).toContain("No tunnel yet");
    act(() => host.emit("accounts.changed", [...cloud.accounts, OFFICE]));
    const notice = await screen.findByText("This computer is offline.");
    expect(notice.closest("footer")).not.toBeNull();
    expect(notice.closest("[role=status]")).not.toBeNull();
    isOn.mockReturnValue(true);
    fireEvent(window, new Event("online"));
    expect(screen.queryByText("This computer is offline.")).toBeNull();
    expect(bar()).toBeTruthy();
  });
});
