// @vitest-environment happy-dom
import { act, fireEvent, screen, within } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { bind } from "../../../../renderer/commands/bindings.ts";
import { FILTER_ID } from "../../../../renderer/features/apps/FilterField.tsx";
import { toggleSidebar } from "../../../../renderer/features/frame/sidebar.ts";
import type * as Views from "../../../../renderer/features/frame/views.ts";
import { setNarrow, showView, useWindow, type ViewId } from "../../../../renderer/state/window-store.ts";
import { hostOf, smallCloud } from "../../../support/renderer-fixtures.ts";
import { closeWindow, openWindow, tree } from "../../../support/renderer-window.tsx";

/** In place of Peers: a view of somebody else's, with a sidebar of its own. */
vi.mock("../../../../renderer/features/frame/views.ts", async (original) => {
  const { VIEWS: real } = await original<typeof Views>();
  const Sidebar = (): React.ReactNode => <p>Made up</p>;
  const VIEWS: readonly Views.View[] = real.map((view) => {
    const { Main: _, ...rest } = view;
    return view.id === "peers" ? { ...rest, title: "Notes", Sidebar } : view;
  });
  return { VIEWS, viewOf: (id: ViewId) => VIEWS.find((one) => one.id === id) };
});

afterEach(() => {
  closeWindow();
  setNarrow(false);
  bind({});
});

const pressed = async (name: RegExp) => {
  const bar = document.querySelector("footer");
  if (bar === null) throw new Error("no status bar");
  return (await within(bar).findByRole("button", { name })).getAttribute("aria-pressed");
};

describe("a second view with a sidebar", () => {
  it("has it docked, folds it, and its drawer has its name", async () => {
    openWindow(hostOf(smallCloud()));
    await tree();
    act(() => showView("peers"));
    expect(screen.getByText("Made up")).toBeTruthy();
    act(toggleSidebar);
    expect(useWindow.getState().view).toBe("peers");
    expect(screen.queryByText("Made up")).toBeNull();
    act(() => setNarrow(true));
    fireEvent.click(within(screen.getByRole("banner")).getByRole("button", { name: /sidebar/i }));
    expect((await screen.findByRole("dialog", { name: "Notes" })).textContent).toBe("Made up");
    act(toggleSidebar);
    expect(useWindow.getState()).toMatchObject({ view: "peers", drawerOpen: false });
  });

  it("from a view without one, the switch leads to the first that has one", async () => {
    openWindow(hostOf(smallCloud()));
    await tree();
    act(() => showView("settings"));
    expect(await pressed(/sidebar/i)).toBe("false");
    act(toggleSidebar);
    expect(useWindow.getState().view).toBe("apps");
    expect(await pressed(/sidebar/i)).toBe("true");
    act(() => setNarrow(true));
    expect(await pressed(/sidebar/i)).toBe("false");
  });
});

describe("filterApps", () => {
  it.each([
    ["another view", "settings", false],
    ["a narrow window", "apps", true],
    ["another view of a narrow window", "settings", true],
  ] as const)("goes to the filter from %s", async (_what, view, narrow) => {
    openWindow(hostOf(smallCloud()));
    await tree();
    act(() => {
      bind({ filterApps: "Control+Shift+KeyL" });
      showView(view);
      setNarrow(narrow);
    });
    fireEvent.keyDown(document.body, { code: "KeyL", key: "L", ctrlKey: true, shiftKey: true });
    await vi.waitFor(() => expect(document.activeElement?.id).toBe(FILTER_ID));
    // The drawer's own idea of a first focus comes a frame later.
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    expect(document.activeElement?.id).toBe(FILTER_ID);
  });
});
