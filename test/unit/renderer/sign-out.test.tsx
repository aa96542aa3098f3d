// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { showSettings } from "../../../renderer/state/window-store.ts";
import type { Account, LeftPeer } from "../../../shared/models.ts";
import { DEMO, hostOf, OFFICE, PLATFORM, smallCloud } from "../../support/renderer-fixtures.ts";
import { ScriptedError, type ScriptedHost } from "../../support/renderer-scripted-host.ts";
import { closeWindow, openWindow } from "../../support/renderer-window.tsx";

afterEach(() => {
  cleanup();
  closeWindow();
});

const LEFT: LeftPeer = {
  name: "culvert-laptop-00c0ffee",
  orgSlug: "harbor",
  account: PLATFORM.label,
  endpoint: null,
  at: 1_700_000_000_000,
};

/** A host whose platform removes no peer until it is left alone. */
function hanging(accounts: Account[]) {
  const cloud = smallCloud();
  cloud.accounts = accounts;
  const host = hostOf(cloud);
  let left: LeftPeer[] = [];
  let end = (): void => undefined;
  const waited = new Promise<void>((resolve) => {
    end = resolve;
  });
  host
    .handle("peers.left", () => left)
    .handle("peers.forgetLeft", () => {
      left = [];
      return {};
    })
    .handle("accounts.remove", async ({ accountId }) => {
      if (accountId === PLATFORM.id) {
        await waited;
        left = [
          LEFT,
          { ...LEFT, name: "culvert-laptop-0badcafe", orgSlug: "dock", endpoint: "https://cloud.example/graphql" },
        ];
      }
      cloud.accounts = cloud.accounts.filter(({ id }) => id !== accountId);
      host.emit("accounts.changed", cloud.accounts);
      return { peersLeft: left };
    })
    .handle("accounts.leavePeers", () => {
      end();
      return {};
    });
  return host;
}

async function asked(host: ScriptedHost, nth: number, button: string) {
  openWindow(host);
  await screen.findByRole("tree");
  showSettings("accounts");
  const rows = within(await screen.findByRole("list", { name: "Accounts and networks" })).getAllByRole("listitem");
  fireEvent.click(within(rows[nth]!).getByRole("button", { name: button }));
  return screen.findByRole("alertdialog");
}

const note = (): HTMLElement | null => screen.queryByRole("region", { name: /may still be on the platform/ });

describe("signing out", () => {
  it("says what it waits for, and can leave it; what stayed is named until that is put away", async () => {
    const host = hanging([DEMO, PLATFORM]);
    const dialog = await asked(host, 1, "Sign out");
    expect(within(dialog).getByRole("heading").textContent).toBe("Sign out Fly.io?");
    expect(within(dialog).getByRole("status").textContent).toBe("");
    fireEvent.click(within(dialog).getByRole("button", { name: "Sign out" }));
    await expect.poll(() => within(dialog).getByRole("status").textContent).toContain("Removing this computer's peers");
    expect(within(dialog).queryByRole("button", { name: "Cancel" })).toBeNull();
    fireEvent.keyDown(dialog, { key: "Escape" });
    expect(screen.getByRole("alertdialog")).toBe(dialog);
    fireEvent.click(within(dialog).getByRole("button", { name: "Leave them" }));
    await expect.poll(() => host.asked("accounts.leavePeers")).toEqual([{ accountId: PLATFORM.id }]);
    await expect.poll(() => screen.queryByRole("alertdialog")).toBeNull();
    await expect.poll(note).not.toBeNull();
    const items = within(note()!).getAllByRole("listitem");
    expect(items[0]?.textContent).toContain("culvert-laptop-00c0ffee");
    expect(items[0]?.textContent).toContain("harbor");
    expect(
      within(items[0]!).getByRole("button", { name: /fly wireguard remove harbor culvert-laptop-00c0ffee/ }),
    ).toBeTruthy();
    // Another platform has no such command.
    expect(items[1]?.textContent).toContain("cloud.example");
    expect(within(items[1]!).queryByRole("button")).toBeNull();
    fireEvent.click(within(note()!).getByRole("button", { name: "Forget their names" }));
    await expect.poll(note).toBeNull();
    expect(host.asked("peers.forgetLeft")).toHaveLength(1);
  });

  it("of the last account shows what stayed on the first page", async () => {
    const host = hanging([PLATFORM]);
    const dialog = await asked(host, 0, "Sign out");
    fireEvent.click(within(dialog).getByRole("button", { name: "Sign out" }));
    fireEvent.click(await within(dialog).findByRole("button", { name: "Leave them" }));
    expect(await screen.findByRole("heading", { name: "Culvert" })).toBeTruthy();
    await expect.poll(note).not.toBeNull();
    host.handle("accounts.list", () => [DEMO]).handle("accounts.startDemo", () => DEMO);
    fireEvent.click(screen.getByRole("button", { name: "Try the demo network" }));
    // Not the settings, in which the account before went.
    expect(await screen.findByRole("tree")).toBeTruthy();
  });

  it("in another window shows here what stayed", async () => {
    const host = hanging([DEMO, PLATFORM]);
    await asked(host, 1, "Sign out");
    host.handle("peers.left", () => [LEFT]).handle("accounts.list", () => [DEMO]);
    act(() => host.emit("accounts.changed", [DEMO]));
    await expect.poll(note).not.toBeNull();
    await expect.poll(() => screen.queryByRole("alertdialog")).toBeNull();
  });

  it("that failed may be cancelled; the title has the button's word", async () => {
    const host = hanging([DEMO, OFFICE]).handle("accounts.remove", () => {
      throw new ScriptedError({ code: "storage" });
    });
    const dialog = await asked(host, 1, "Remove");
    expect(within(dialog).getByRole("heading").textContent).toBe("Remove Office network?");
    expect(dialog.textContent).not.toContain("peers");
    fireEvent.click(within(dialog).getByRole("button", { name: "Remove" }));
    expect((await within(dialog).findByRole("alert")).textContent).toContain("could not read or write");
    fireEvent.click(within(dialog).getByRole("button", { name: "Cancel" }));
    await expect.poll(() => screen.queryByRole("alertdialog")).toBeNull();
  });
});
