// @vitest-environment happy-dom
import { cleanup, fireEvent, screen, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { showSettings } from "../../../renderer/state/window-store.ts";
import type { Account } from "../../../shared/models.ts";
import { hostOf, org, PLATFORM, smallCloud } from "../../support/renderer-fixtures.ts";
import type { ScriptedHost } from "../../support/renderer-scripted-host.ts";
import { closeWindow, openWindow, tree } from "../../support/renderer-window.tsx";

const ENDPOINT = "https://cloud.example:4900/graphql";
/** An account is called by its viewer. */
const FLY: Account = { ...PLATFORM, label: "ada@lighthouse.example" };
/** The same person at another platform, whose token was refused. */
const PRIVATE: Account = { ...FLY, id: "private", endpoint: ENDPOINT, error: { code: "unauthorized" } };

function twoPlatforms(): ScriptedHost {
  const cloud = smallCloud();
  cloud.accounts = [FLY, PRIVATE];
  cloud.organizations = { [PLATFORM.id]: [org("harbor", "Harbor")], [PRIVATE.id]: [org("dock", "Dock")] };
  return hostOf(cloud).handle("accounts.signIn", () => PRIVATE);
}

afterEach(() => {
  cleanup();
  closeWindow();
});

describe("an account at another platform than Fly.io", () => {
  it("is signed in to again where it was: its token goes nowhere else", async () => {
    const host = twoPlatforms();
    openWindow(host);
    fireEvent.click(await screen.findByRole("button", { name: "Sign in again" }));
    const dialog = within(await screen.findByRole("dialog", { name: "Sign in to cloud.example:4900" }));
    expect(dialog.getByLabelText<HTMLInputElement>("GraphQL endpoint").value).toBe(ENDPOINT);
    fireEvent.change(dialog.getByLabelText("Access token"), { target: { value: "secret" } });
    fireEvent.click(dialog.getByRole("button", { name: "Sign in" }));
    await expect.poll(() => host.asked("accounts.signIn")).toEqual([{ token: "secret", endpoint: ENDPOINT }]);
  });

  it("names its platform in the tree, where it needs attention and in the settings", async () => {
    openWindow(twoPlatforms());
    const names = within(await tree());
    expect(await names.findByRole("treeitem", { name: "Account ada@lighthouse.example" })).toBeTruthy();
    expect(
      await names.findByRole("treeitem", { name: "Account ada@lighthouse.example · cloud.example:4900" }),
    ).toBeTruthy();
    expect(
      screen.getByRole("region", { name: "ada@lighthouse.example · cloud.example:4900 needs attention" }),
    ).toBeTruthy();
    showSettings("accounts");
    const rows = within(await screen.findByRole("list", { name: "Accounts and networks" })).getAllByRole("listitem");
    expect(rows[0]?.textContent).not.toContain("cloud.example");
    expect(rows[1]?.textContent).toContain("cloud.example:4900");
    fireEvent.click(within(rows[1]!).getByRole("button", { name: "Sign out" }));
    const question = await screen.findByRole("alertdialog");
    expect(question.textContent).toContain("ada@lighthouse.example · cloud.example:4900");
  });
});
