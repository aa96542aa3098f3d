import { expect, test } from "vitest";
import { Viewer } from "../../../electron/engine/sessions/viewer.ts";
import { LIMITS } from "../../../shared/limits.ts";
import { decodeFrame } from "../../../shared/terminal-frames.ts";

function viewerWithLog() {
  const frames: { kind: string; text: string; length: number }[] = [];
  const viewer = new Viewer(7, (bytes) => {
    const frame = decodeFrame(bytes);
    expect(frame?.channel).toBe(7);
    frames.push({
      kind: frame?.kind ?? "?",
      text: Buffer.from(frame?.payload ?? [])
        .toString()
        .slice(0, 20),
      length: frame?.payload.length ?? -1,
    });
  });
  return { viewer, frames };
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test("output that comes while the snapshot is made follows it, in order", () => {
  const { viewer, frames } = viewerWithLog();
  viewer.output(bytes("one"));
  viewer.output(bytes("two"));
  expect(frames).toEqual([]);
  viewer.start(bytes("screen"));
  viewer.output(bytes("three"));
  expect(frames.map(({ kind, text }) => `${kind} ${text}`)).toEqual([
    "snapshot screen",
    "output one",
    "output two",
    "output three",
  ]);
});

test("an empty snapshot is still sent: it clears the window's terminal", () => {
  const { viewer, frames } = viewerWithLog();
  viewer.start(new Uint8Array(0));
  expect(frames).toEqual([{ kind: "snapshot", text: "", length: 0 }]);
});

test("a large snapshot is cut into frames, of which only the first clears", () => {
  const { viewer, frames } = viewerWithLog();
  viewer.start(new Uint8Array(LIMITS.terminalFrame * 2 + 5));
  expect(frames.map(({ kind, length }) => [kind, length])).toEqual([
    ["snapshot", LIMITS.terminalFrame],
    ["output", LIMITS.terminalFrame],
    ["output", 5],
  ]);
});

test("credit: behind above the limit, ready again at half of it", () => {
  const { viewer } = viewerWithLog();
  viewer.start(new Uint8Array(0));
  viewer.output(new Uint8Array(LIMITS.terminalCredit));
  expect(viewer.isBehind).toBe(false);
  viewer.output(new Uint8Array(1));
  expect(viewer.isBehind).toBe(true);
  viewer.drawn(LIMITS.terminalCredit / 4);
  expect([viewer.isBehind, viewer.isReadyForMore]).toEqual([false, false]);
  viewer.drawn(LIMITS.terminalCredit / 4 + 1);
  expect(viewer.isReadyForMore).toBe(true);
});

test("a window that claims to have drawn more than it got gains no credit", () => {
  const { viewer } = viewerWithLog();
  viewer.start(new Uint8Array(0));
  viewer.drawn(1e9);
  viewer.output(new Uint8Array(LIMITS.terminalCredit + 1));
  expect(viewer.isBehind).toBe(true);
});
