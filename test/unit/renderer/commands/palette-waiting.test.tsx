// @vitest-environment happy-dom
import { act, fireEvent, screen } from "@testing-library/react";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { usePalette } from "../../../../renderer/features/palette/palette-store.ts";
import { hostOf, smallCloud } from "../../../support/renderer-fixtures.ts";
import { closeWindow, openWindow, tree } from "../../../support/renderer-window.tsx";

/** The code that is loaded late comes when the test says so. */
const late = vi.hoisted(() => {
  let arrive: () => void = () => undefined;
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  return { arrive: () => arrive(), arrived };
});

vi.mock("../../../../renderer/ui/late-part.tsx", async (original) => {
  const real = await original<typeof import("../../../../renderer/ui/late-part.tsx")>();
  return {
    latePart: ((load, waiting) =>
      real.latePart(async () => {
        await late.arrived;
        return load();
      }, waiting)) satisfies typeof real.latePart,
    loadLateParts: async () => undefined,
  };
});

// The compiler is not waited for in the test itself.
beforeAll(() => import("../../../../renderer/features/late.ts"));

afterEach(() => {
  act(() => usePalette.setState({ mode: null, returnTo: null }));
  closeWindow();
});

describe("the palette before its code is here", () => {
  it("takes what is typed, and goes on behind it", async () => {
    openWindow(hostOf(smallCloud()));
    const rows = await tree();
    rows.focus();
    fireEvent.keyDown(rows, { code: "KeyP", key: "P", ctrlKey: true, shiftKey: true });
    const waiting = await screen.findByRole<HTMLInputElement>("textbox", { name: "Command palette" });
    expect(document.activeElement).toBe(waiting);
    fireEvent.change(waiting, { target: { value: "netst" } });
    fireEvent.keyDown(waiting, { code: "Enter", key: "Enter" });
    expect(screen.queryByRole("option")).toBeNull();

    await act(async () => late.arrive());
    const field = await screen.findByRole<HTMLInputElement>("combobox", { name: "Command palette" });
    expect(field.value).toBe("netst");
    expect(document.activeElement).toBe(field);
    expect([field.selectionStart, field.selectionEnd]).toEqual([5, 5]);
    expect(screen.getAllByRole("option")[0]?.textContent).toContain("Network stats");
  });
});
