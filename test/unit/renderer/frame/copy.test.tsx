// @vitest-environment happy-dom
import { fireEvent, screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { useAnnouncer } from "../../../../renderer/state/announcer.ts";
import { dismissCopyFailure } from "../../../../renderer/state/copy.ts";
import { useWindow } from "../../../../renderer/state/window-store.ts";
import { hostOf, smallCloud } from "../../../support/renderer-fixtures.ts";
import { closeWindow, openWindow } from "../../../support/renderer-window.tsx";

afterEach(() => {
  closeWindow();
  dismissCopyFailure();
});

it("a copy that the browser refuses is said aloud and shown, and can be tried again", async () => {
  openWindow(hostOf(smallCloud()));
  const write = vi
    .spyOn(navigator.clipboard, "writeText")
    .mockRejectedValueOnce(new Error("denied"))
    .mockResolvedValue();
  fireEvent.contextMenu(await screen.findByRole("treeitem", { name: /^web, running/ }));
  fireEvent.click(await screen.findByRole("menuitem", { name: "Copy app name" }));
  const again = await screen.findByRole("button", { name: "Copy again" });
  expect(useAnnouncer.getState().assertive).toContain("did not let Culvert write to the clipboard");
  fireEvent.click(again);
  await vi.waitFor(() => expect(screen.queryByRole("button", { name: "Copy again" })).toBeNull());
  expect(write.mock.calls).toEqual([["web"], ["web"]]);
});

it("Settings of the account menu is the command: the same section whatever was looked at last", async () => {
  openWindow(hostOf(smallCloud()));
  useWindow.setState({ settingsSection: "security" });
  fireEvent.click(await screen.findByRole("button", { name: /account/i }));
  fireEvent.click(await screen.findByRole("menuitem", { name: /settings/i }));
  expect(useWindow.getState()).toMatchObject({ view: "settings", settingsSection: "appearance" });
});
