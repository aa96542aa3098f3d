// @vitest-environment happy-dom
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DrawnCredit } from "../../../renderer/features/terminal/drawn-credit.ts";
import { bytesOfBinary, bytesOfText } from "../../../renderer/features/terminal/terminal-bytes.ts";
import { judgeKey, type KeyContext } from "../../../renderer/features/terminal/terminal-keys.ts";
import { ManualPageClock } from "../../support/renderer-page-clock.ts";

describe("drawn credit", () => {
  it("is one report for each 16 ms", () => {
    const reports: number[] = [];
    const time = new ManualPageClock();
    const credit = new DrawnCredit((count) => reports.push(count), time);
    credit.add(10);
    credit.add(20);
    expect(reports).toEqual([]);
    time.advance(16);
    time.advance(16);
    expect(reports).toEqual([30]);
  });

  it("does not wait from 48 KiB on", () => {
    const reports: number[] = [];
    const time = new ManualPageClock();
    const credit = new DrawnCredit((count) => reports.push(count), time);
    credit.add(48 * 1024 - 1);
    credit.add(1);
    expect(reports).toEqual([48 * 1024]);
    time.advance(16);
    expect(reports).toHaveLength(1);
  });

  it("never waits in a hidden page, where timers are late", () => {
    const reports: number[] = [];
    const time = new ManualPageClock();
    const credit = new DrawnCredit((count) => reports.push(count), time);
    credit.add(5);
    time.hidden = true;
    credit.add(6);
    expect(reports).toEqual([11]);
  });

  it("loses and invents nothing, whatever comes", () => {
    const seed = Number(process.env["CULVERT_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
    process.stdout.write(`drawn credit seed ${seed}\n`);
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.nat(70_000), fc.constantFrom("tick", "hide", "show"))), (steps) => {
        let reported = 0;
        let drawn = 0;
        const time = new ManualPageClock();
        const credit = new DrawnCredit((count) => {
          expect(count).toBeGreaterThan(0);
          reported += count;
        }, time);
        for (const step of steps) {
          if (step === "tick") time.advance(16);
          else if (step === "hide" || step === "show") time.hidden = step === "hide";
          else {
            drawn += step as number;
            credit.add(step as number);
          }
          expect(drawn - reported).toBeLessThan(48 * 1024);
        }
        credit.flush();
        expect(reported).toBe(drawn);
      }),
      { seed },
    );
  });

  it("forgets what an old channel drew", () => {
    const reports: number[] = [];
    const credit = new DrawnCredit((count) => reports.push(count), new ManualPageClock());
    credit.add(9);
    credit.reset();
    credit.flush();
    expect(reports).toEqual([]);
  });
});

describe("bytes of the terminal", () => {
  it("text is UTF-8", () => {
    expect([...bytesOfText("aä🙂")]).toEqual([0x61, 0xc3, 0xa4, 0xf0, 0x9f, 0x99, 0x82]);
  });

  it("binary is one byte for each character", () => {
    expect([...bytesOfBinary("\x1b[M\x20\xff")]).toEqual([0x1b, 0x5b, 0x4d, 0x20, 0xff]);
  });
});

describe("keys", () => {
  function judge(
    init: KeyboardEventInit,
    change: { selected?: boolean; shortcut?: boolean; ended?: boolean; tabMoves?: boolean } = {},
  ) {
    let copied = 0;
    const context: KeyContext = {
      terminal: { hasSelection: () => change.selected === true },
      tabMovesFocus: change.tabMoves === true,
      isShortcut: () => change.shortcut === true,
      onEndedKey: () => change.ended === true,
      copy: () => {
        copied += 1;
      },
    };
    const verdict = judgeKey(new KeyboardEvent("keydown", init), context);
    return `${verdict}${copied > 0 ? " copied" : ""}`;
  }

  it("#14 Ctrl+C interrupts without a selection and copies with one", () => {
    expect(judge({ key: "c", ctrlKey: true })).toBe("shell");
    expect(judge({ key: "c", ctrlKey: true }, { selected: true })).toBe("handled copied");
  });

  it("Ctrl+Shift+C always copies and never interrupts", () => {
    expect(judge({ key: "C", ctrlKey: true, shiftKey: true })).toBe("handled copied");
  });

  it("#14 Ctrl+Insert copies a selection, and is the shell's without one", () => {
    expect(judge({ key: "Insert", ctrlKey: true }, { selected: true })).toBe("handled copied");
    expect(judge({ key: "Insert", ctrlKey: true })).toBe("shell");
  });

  it("#25 Tab goes to the shell until a person says that it moves the focus; Ctrl+Tab never", () => {
    expect(judge({ key: "Tab" })).toBe("shell");
    expect(judge({ key: "Tab" }, { tabMoves: true })).toBe("window");
    expect(judge({ key: "Tab", shiftKey: true }, { tabMoves: true })).toBe("window");
    expect(judge({ key: "Tab", altKey: true }, { tabMoves: true })).toBe("shell");
  });

  it("pasting is left to the browser's paste event", () => {
    expect(judge({ key: "V", ctrlKey: true, shiftKey: true })).toBe("window");
    expect(judge({ key: "Insert", shiftKey: true })).toBe("window");
    expect(judge({ key: "v", ctrlKey: true })).toBe("shell");
  });

  it("shortcuts of the window do not reach the shell, other keys do", () => {
    expect(judge({ key: "F", ctrlKey: true, shiftKey: true }, { shortcut: true })).toBe("window");
    expect(judge({ key: "a" })).toBe("shell");
  });

  it("keys of an ended shell are taken, but not with a modifier", () => {
    expect(judge({ key: "Enter" }, { ended: true })).toBe("handled");
    expect(judge({ key: "Enter", altKey: true }, { ended: true })).toBe("shell");
  });

  it("#24 keys of an input method are left alone", () => {
    expect(judge({ key: "c", ctrlKey: true, isComposing: true }, { selected: true })).toBe("shell");
  });
});
