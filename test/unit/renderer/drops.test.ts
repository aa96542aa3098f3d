// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { guardDrops } from "../../../renderer/features/frame/drop-guard.ts";
import { takeDroppedText } from "../../../renderer/features/terminal/terminal-drop.ts";

/** What is dragged into the window from elsewhere: other programs, other pages, the desktop. */

type Dragged = Readonly<Record<string, string>>;
const FILE: Dragged = { Files: "" };
const TEXT: Dragged = { "text/plain": "ls -l" };
const LINK: Dragged = { "text/uri-list": "# a page\r\nhttps://example.com/\r\n", "text/html": "<a>x</a>" };
/** A tab of ours: it carries nothing. */
const TAB: Dragged = {};

let stop: () => void = () => undefined;
let atWindow: DragEvent[] = [];
const note = (event: Event): void => void atWindow.push(event as DragEvent);

beforeEach(() => {
  document.body.innerHTML = "";
  atWindow = [];
  stop = guardDrops(document);
  for (const type of ["dragover", "drop"]) window.addEventListener(type, note);
});
afterEach(() => {
  stop();
  for (const type of ["dragover", "drop"]) window.removeEventListener(type, note);
});

function make<K extends keyof HTMLElementTagNameMap>(name: K, prepare?: (element: HTMLElementTagNameMap[K]) => void) {
  const element = document.createElement(name);
  prepare?.(element);
  document.body.append(element);
  return element;
}

/** What the event came to: the cursor that is shown, and whether the browser would still do what it does by itself. */
function drag(type: "dragover" | "drop", target: Element, dragged: Dragged): { cursor: string; native: boolean } {
  const event = new Event(type, { bubbles: true, cancelable: true });
  const dataTransfer = {
    dropEffect: "copy",
    types: Object.keys(dragged),
    getData: (kind: string) =>
      kind === "URL" ? (dragged["text/uri-list"]?.split("\r\n")[1] ?? "") : (dragged[kind] ?? ""),
  };
  Object.defineProperty(event, "dataTransfer", { value: dataTransfer });
  target.dispatchEvent(event);
  return { cursor: dataTransfer.dropEffect, native: !event.defaultPrevented };
}

describe("over the window", () => {
  it.each([
    ["text", TEXT],
    ["a link", LINK],
    ["a tab", TAB],
  ])("%s is not taken where nobody wants it, and the cursor says so", (_what, dragged) => {
    const page = make("main");
    expect(drag("dragover", page, dragged)).toEqual({ cursor: "none", native: false });
    expect(drag("drop", page, dragged).native).toBe(false);
  });

  it("a file is left to whoever reads configurations", () => {
    const page = make("main");
    expect(drag("dragover", page, FILE).cursor).toBe("copy");
    drag("drop", page, FILE);
    expect(atWindow.map(({ type }) => type)).toEqual(["dragover", "drop"]);
  });

  it("text and links go into a field as they are, a file does not", () => {
    const fields = [make("textarea"), make("input"), make("input", (input) => input.setAttribute("type", "search"))];
    for (const field of fields) {
      for (const dragged of [TEXT, LINK]) {
        expect(drag("dragover", field, dragged)).toEqual({ cursor: "copy", native: true });
        expect(drag("drop", field, dragged).native).toBe(true);
      }
    }
    // What lies above would prevent it.
    expect(atWindow).toEqual([]);
    for (const field of fields) drag("drop", field, FILE);
    expect(atWindow).toHaveLength(3);
  });

  it("a field that cannot be written to takes nothing", () => {
    const fields = [
      make("textarea", (area) => area.setAttribute("readonly", "")),
      make("input", (input) => input.setAttribute("disabled", "")),
      make("input", (input) => input.setAttribute("type", "checkbox")),
    ];
    for (const field of fields) expect(drag("dragover", field, TEXT)).toEqual({ cursor: "none", native: false });
  });

  it("what a part of the window has taken is its own", () => {
    const part = make("div");
    part.addEventListener("dragover", (event) => event.preventDefault());
    expect(drag("dragover", part, TAB)).toEqual({ cursor: "copy", native: false });
  });

  it("nothing is guarded after the end", () => {
    const page = make("main");
    stop();
    expect(drag("dragover", page, TEXT)).toEqual({ cursor: "copy", native: true });
  });
});

describe("over a terminal", () => {
  function terminal(isWritable = true) {
    const pasted: string[] = [];
    const host = make("div");
    takeDroppedText(host, { isWritable: () => isWritable, paste: (text) => void pasted.push(text) });
    const screen = document.createElement("div");
    const field = document.createElement("textarea");
    host.append(screen, field);
    return { pasted, parts: [host, screen, field] };
  }

  it("#14 #26 text is pasted, by the one way that pastes go, and a link by its address", () => {
    const { pasted, parts } = terminal();
    for (const part of parts) {
      expect(drag("dragover", part, TEXT)).toEqual({ cursor: "copy", native: false });
      expect(drag("drop", part, TEXT).native).toBe(false);
    }
    drag("drop", parts[0]!, LINK);
    expect(pasted).toEqual(["ls -l", "ls -l", "ls -l", "https://example.com/"]);
    expect(atWindow).toEqual([]);
  });

  it.each([
    ["a file", FILE],
    ["a picture of a page, which is a file with a link", { ...FILE, ...LINK }],
    ["a tab", TAB],
    ["what is neither", { "application/x-thing": "x", "text/html": "<b>ls</b>" }],
  ])("%s is refused", (_what, dragged) => {
    const { pasted, parts } = terminal();
    for (const part of parts) {
      expect(drag("dragover", part, dragged)).toEqual({ cursor: "none", native: false });
      expect(drag("drop", part, dragged).native).toBe(false);
    }
    expect([pasted, atWindow]).toEqual([[], []]);
  });

  it("nothing is taken by one that cannot be typed into", () => {
    const { pasted, parts } = terminal(false);
    expect(drag("dragover", parts[1]!, TEXT)).toEqual({ cursor: "none", native: false });
    expect(drag("drop", parts[1]!, TEXT).native).toBe(false);
    expect(pasted).toEqual([]);
  });
});
