// @vitest-environment happy-dom
import { fireEvent, screen } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import type { Machine } from "../../../../shared/models.ts";
import { hostOf, smallCloud } from "../../../support/renderer-fixtures.ts";
import { closeWindow, openWindow } from "../../../support/renderer-window.tsx";

afterEach(() => closeWindow());

describe("the menu of an app's row", () => {
  it("offers a choice of machines as soon as they are known, also while it is open", async () => {
    const cloud = smallCloud();
    let arrive: (machines: Machine[]) => void = () => undefined;
    const machines = new Promise<Machine[]>((resolve) => {
      arrive = resolve;
    });
    const host = hostOf(cloud).handle("machines.list", ({ appName }) =>
      appName === "web" ? machines : (cloud.machines[appName] ?? []),
    );
    openWindow(host);
    fireEvent.contextMenu(await screen.findByRole("treeitem", { name: /^web/ }));
    await screen.findByRole("menuitem", { name: "Open shell" });
    expect(screen.queryByRole("menuitem", { name: "Open shell on a machine…" })).toBeNull();
    arrive(cloud.machines["web"] ?? []);
    expect(await screen.findByRole("menuitem", { name: "Open shell on a machine…" })).toBeTruthy();
    expect(host.asked("machines.list")).toHaveLength(
      new Set(host.asked("machines.list").map((one) => JSON.stringify(one))).size,
    );
  });
});
