// @vitest-environment happy-dom
import { Terminal } from "@xterm/xterm";
import { describe, expect, test } from "vitest";
import { FramePace, paceFrames } from "../../../../renderer/features/terminal/frame-pace.ts";
import { ManualPageClock } from "../../../support/renderer-page-clock.ts";

const KIB = 1024;
const FRAME_MS = 40;
/** Of the screen. */
const SCREEN_MS = 16;

/** A terminal that asks for a frame with each write, as xterm does, unless one is on its way. */
function paced() {
  const clock = new ManualPageClock();
  const asked = new Map<number, () => void>();
  let handle = 0;
  /** How long each frame takes, and the page meanwhile. */
  const takes: number[] = [];
  const frames = {
    request: (callback: () => void) => {
      asked.set(++handle, callback);
      return handle;
    },
    cancel: (one: number) => void asked.delete(one),
    ended: (callback: () => void) => void clock.after(takes[drawn.length % takes.length] ?? 1, callback),
  };
  const drawn: number[] = [];
  let waits = false;
  const ask = (): void => {
    if (waits) return;
    waits = true;
    pace.request(() => {
      waits = false;
      drawn.push(clock.now());
    });
  };
  const terminal = {
    write: (_: Uint8Array, done?: () => void) => {
      ask();
      done?.();
    },
  };
  const pace: FramePace = new FramePace(terminal, clock, frames);
  /** Lets time pass, with the screen's frames in it. */
  const pass = (ms: number): void => {
    for (let i = 0; i < ms; i++) {
      clock.advance(1);
      if (clock.now() % SCREEN_MS !== 0) continue;
      const due = [...asked.values()];
      asked.clear();
      for (const one of due) one();
    }
  };
  /** Much comes all the time; gives the longest gap between two of the last ten frames. */
  const flood = (ms: number): number => {
    for (let i = 0; i < ms; i++) {
      pace.write(new Uint8Array(40 * KIB));
      pass(1);
    }
    return Math.max(...drawn.slice(-10).map((at, i, all) => at - (all[i - 1] ?? at)));
  };
  return { clock, pace, drawn, pass, asked, takes, flood };
}

describe("frames of a terminal", () => {
  test("#8 an echo is drawn in the next frame, and a program that paints its screen in each", () => {
    const { pace, drawn, pass } = paced();
    for (let i = 0; i < 20; i++) {
      pace.write(new Uint8Array(8 * KIB));
      pass(SCREEN_MS);
    }
    expect(drawn).toHaveLength(20);
  });

  test("#7 of fast output one is drawn each 40 ms at most", () => {
    const { pace, drawn, pass } = paced();
    for (let i = 0; i < 600; i++) {
      pace.write(new Uint8Array(40 * KIB));
      pass(1);
    }
    const gaps = drawn.slice(1).map((at, i) => at - (drawn[i] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(FRAME_MS);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(FRAME_MS + SCREEN_MS);
  });

  test("#7 the last of fast output is drawn though nothing follows it, and the echo after it at once", () => {
    const { clock, pace, drawn, pass } = paced();
    pace.write(new Uint8Array(40 * KIB));
    pass(SCREEN_MS);
    pace.write(new Uint8Array(400 * KIB));
    const ended = clock.now();
    pass(FRAME_MS + SCREEN_MS);
    expect(drawn).toHaveLength(2);
    expect(drawn[1]).toBeLessThanOrEqual(ended + FRAME_MS + SCREEN_MS);
    pace.write(new Uint8Array(1));
    pass(SCREEN_MS);
    expect(drawn).toHaveLength(3);
  });

  test("#7 of fast output frames take a fourth of the time, and come six times a second however slow they are", () => {
    const gaps = [
      { ms: 5, gap: FRAME_MS },
      { ms: 20, gap: 80 },
      { ms: 200, gap: 160 },
    ];
    for (const { ms, gap } of gaps) {
      const { takes, flood } = paced();
      takes.push(ms);
      const longest = flood(4000);
      expect(longest).toBeGreaterThanOrEqual(gap);
      expect(longest).toBeLessThanOrEqual(gap + SCREEN_MS);
    }
  });

  test("#7 what the page does beside its frames makes them no rarer", () => {
    const { takes, flood } = paced();
    takes.push(5, 60, 60, 60);
    expect(flood(4000)).toBeLessThanOrEqual(FRAME_MS + SCREEN_MS);
  });

  test("#8 an echo waits for none of that", () => {
    const { clock, pace, drawn, takes, flood, pass } = paced();
    takes.push(200);
    flood(4000);
    pass(300);
    const typed = clock.now();
    const { length } = drawn;
    pace.write(new Uint8Array(1));
    pass(SCREEN_MS);
    expect(drawn).toHaveLength(length + 1);
    expect(drawn.at(-1)).toBeLessThanOrEqual(typed + SCREEN_MS);
  });

  test("a terminal that closes leaves neither timer nor frame", () => {
    const { clock, pace, drawn, pass, asked } = paced();
    pace.write(new Uint8Array(40 * KIB));
    pace.cancel();
    expect(asked.size).toBe(0);
    pace.request(() => drawn.push(-1));
    pass(SCREEN_MS + 2);
    pace.write(new Uint8Array(400 * KIB));
    pace.request(() => drawn.push(-2));
    expect(clock.waiting).toBe(1);
    pace.cancel();
    expect(clock.waiting).toBe(0);
    pass(100);
    expect(drawn).toEqual([-1]);
  });
});

describe("xterm's own frames", () => {
  test("#7 are asked for at this pace, and none is left when it is gone", async () => {
    const clock = new ManualPageClock();
    const asked = new Map<number, () => void>();
    const frames = {
      request: (callback: () => void) => {
        asked.set(1, callback);
        return 1;
      },
      cancel: (handle: number) => void asked.delete(handle),
      ended: () => undefined,
    };
    const terminal = new Terminal({ cols: 20, rows: 5 });
    const host = document.body.appendChild(document.createElement("div"));
    terminal.open(host);
    const pace = new FramePace(terminal, clock, frames);
    paceFrames(terminal, pace);
    // What was asked for before.
    await new Promise((resolve) => requestAnimationFrame(resolve));
    const print = (text: string) => new Promise<void>((resolve) => pace.write(new TextEncoder().encode(text), resolve));
    await print("first\r\n");
    expect(asked.size).toBe(1);
    const shown = (): string => host.querySelector(".xterm-rows")?.textContent ?? "";
    expect(shown()).not.toContain("first");
    asked.get(1)?.();
    asked.clear();
    expect(shown()).toContain("first");
    await print("much\r\n".repeat(8 * KIB));
    expect([asked.size, clock.waiting]).toEqual([0, 1]);
    clock.advance(FRAME_MS);
    expect(asked.size).toBe(1);
    terminal.dispose();
    expect(asked.size).toBe(0);
  });

  /** A terminal of eight rows whose frames take so many milliseconds each; `frame` gives the rows that one drew. */
  async function slow(ms: number) {
    const clock = new ManualPageClock();
    const terminal = new Terminal({ cols: 20, rows: 8 });
    terminal.open(document.body.appendChild(document.createElement("div")));
    let asked: (() => void) | undefined;
    const frames = {
      request: (callback: () => void) => {
        asked = callback;
        return 1;
      },
      cancel: () => {
        asked = undefined;
      },
      ended: (callback: () => void) => void clock.after(ms, callback),
    };
    const pace = new FramePace(terminal, clock, frames);
    paceFrames(terminal, pace);
    const drawn: number[] = [];
    terminal.onRender(({ start, end }) => {
      for (let row = start; row <= end; row++) drawn.push(row);
    });
    const print = (text: string) => new Promise<void>((resolve) => pace.write(new TextEncoder().encode(text), resolve));
    const frame = (): number[] | undefined => {
      const due = asked;
      asked = undefined;
      due?.();
      clock.advance(ms);
      return due && drawn.splice(0);
    };
    const flood = () => print("much\r\n".repeat(8 * KIB));
    // What was asked for before.
    await new Promise((resolve) => requestAnimationFrame(resolve));
    while (frame() !== undefined) clock.advance(160);
    drawn.length = 0;
    return { clock, terminal, pace, print, frame, flood };
  }

  test("#7 a picture of fast output that would take too long is drawn in parts, a frame for each", async () => {
    const { clock, terminal, frame, flood } = await slow(60);
    await flood();
    clock.advance(160);
    frame();
    await flood();
    clock.advance(160);
    expect([frame(), frame(), frame(), frame()]).toEqual([[0, 1, 2], [3, 4, 5], [6, 7], undefined]);
    terminal.dispose();
  });

  test("#7 each row has its turn though more comes between the parts, and then there is a pause", async () => {
    const { clock, terminal, frame, flood } = await slow(60);
    for (let i = 0; i < 5; i++) {
      await flood();
      clock.advance(160);
      if (i < 4) while (frame() !== undefined);
    }
    const seen: (number[] | undefined)[] = [];
    for (let part = 0; part < 3; part++) {
      seen.push(frame());
      await flood();
    }
    expect(seen.flat().sort()).toEqual(expect.arrayContaining([0, 1, 2, 3, 4, 5, 6, 7]));
    expect(frame()).toBeUndefined();
    clock.advance(160);
    expect(frame()).toHaveLength(2);
    terminal.dispose();
  });

  test("#8 a line alone is drawn whole and at once there, and so is all where frames are quick", async () => {
    const { clock, terminal, frame, flood, print } = await slow(60);
    await flood();
    clock.advance(160);
    while (frame() !== undefined) clock.advance(160);
    await print("echo");
    expect(frame()).toEqual([7]);
    terminal.dispose();
    const quick = await slow(8);
    for (let i = 0; i < 6; i++) {
      await quick.flood();
      quick.clock.advance(160);
      expect(quick.frame()).toHaveLength(8);
    }
    quick.terminal.dispose();
  });

  test("#7 are not asked for while nobody sees it", async () => {
    const { terminal, pace, frame, print } = await slow(8);
    pace.setShown(false);
    await print("hidden");
    expect(frame()).toBeUndefined();
    pace.setShown(true);
    expect(frame()).toEqual([0]);
    expect(terminal.element?.textContent).toContain("hidden");
    terminal.dispose();
  });

  test("stay as they are where it is not found", () => {
    const { pace } = paced();
    expect(() => paceFrames(Object.create(null), pace)).not.toThrow();
  });
});
