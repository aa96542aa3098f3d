// @vitest-environment happy-dom
import { act, fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type Measure, missingFont } from "../../../renderer/features/settings/missing-font.ts";
import { showSettings } from "../../../renderer/state/window-store.ts";
import { hostOf, smallCloud } from "../../support/renderer-fixtures.ts";
import { closeWindow, openWindow } from "../../support/renderer-window.tsx";

const WIDTHS: Record<string, number> = { monospace: 10, "sans-serif": 11, serif: 12, "Fira Code": 13, Mono: 10 };

/** A browser on a computer with two fonts, one of them the one that `monospace` stands for. */
const measure: Measure = (fonts) =>
  fonts
    .split(", ")
    .map((font) => WIDTHS[font.replaceAll('"', "")])
    .find((width) => width !== undefined);

describe("a font that is not there", () => {
  it.each([
    ["", undefined],
    ["Fira Code", undefined],
    ["Mono", undefined],
    ["monospace", undefined],
    ["jetbrains mono", undefined],
    ["Fira Code, Nope", undefined],
    ["Nope", { names: ["Nope"], drawn: "JetBrains Mono" }],
    ["Nope, Nay, Fira Code", { names: ["Nope", "Nay"], drawn: "Fira Code" }],
    ["Nope, monospace", { names: ["Nope"], drawn: "monospace" }],
  ])("is told of with what is drawn instead: %j", (chosen, told) => expect(missingFont(chosen, measure)).toEqual(told));

  it("is not told of where nothing can be measured", () =>
    expect(missingFont("Nope", () => undefined)).toBeUndefined());
});

describe("the field", () => {
  afterEach(() => closeWindow());

  it("says so under it once the name is typed whole, and no more of one that is there", async () => {
    const context = { font: "", measureText: () => ({ width: measure(context.font.slice("72px ".length)) ?? 0 }) };
    vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(context as never);
    openWindow(hostOf(smallCloud()));
    act(() => showSettings("terminal"));
    const field = await screen.findByRole("textbox", { name: "Font" });
    fireEvent.change(field, { target: { value: "Nope" } });
    const note = (): string => field.parentElement?.querySelector("[role=status]")?.textContent ?? "none";
    expect(note()).toBe("");
    fireEvent.keyDown(field, { key: "Enter" });
    const told = "The browser does not find Nope on this computer. Terminals are drawn in JetBrains Mono.";
    await waitFor(() => expect(note()).toBe(told));
    expect(field.getAttribute("aria-describedby")).toBe(field.parentElement?.querySelector("[role=status]")?.id);
    fireEvent.change(field, { target: { value: "Fira Code" } });
    fireEvent.blur(field);
    await waitFor(() => expect(field.getAttribute("aria-describedby")).toBeNull());
    expect(note()).toBe("");
  });
});
