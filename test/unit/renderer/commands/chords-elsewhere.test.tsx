// @vitest-environment happy-dom
import { act, fireEvent, screen } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { bind } from "../../../../renderer/commands/bindings.ts";
import { useWindow } from "../../../../renderer/state/window-store.ts";
import { hostOf, smallCloud } from "../../../support/renderer-fixtures.ts";
import { closeWindow, openWindow } from "../../../support/renderer-window.tsx";

afterEach(() => {
  closeWindow();
  bind({});
});

const SETTINGS_KEYS = { key: ",", code: "Comma", ctrlKey: true };
const view = () => useWindow.getState().view;

it("a command does not run behind what lies over the window", async () => {
  openWindow(hostOf(smallCloud()));
  await screen.findByRole("tree");
  act(() => useWindow.setState({ overlay: { kind: "sign-in" } }));
  fireEvent.keyDown(document.body, SETTINGS_KEYS);
  expect(view()).toBe("apps");
  act(() => useWindow.setState({ overlay: { kind: "none" } }));
  fireEvent.keyDown(document.body, SETTINGS_KEYS);
  expect(view()).toBe("settings");
});

it("chords that edit are a field's own while it has the keyboard, whatever they are bound to", async () => {
  const cloud = smallCloud();
  cloud.settings.keys = { settings: "Control+Shift+ArrowLeft", focusLeft: "" };
  openWindow(hostOf(cloud));
  await screen.findByRole("tree");
  const field = document.body.appendChild(document.createElement("input"));
  const chord = { key: "ArrowLeft", code: "ArrowLeft", ctrlKey: true, shiftKey: true };
  field.focus();
  fireEvent.keyDown(field, chord);
  expect(view()).toBe("apps");
  fireEvent.keyDown(document.body, chord);
  expect(view()).toBe("settings");
  field.remove();
});
