import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InputQueue, type PasteProgress } from "../../../../renderer/features/terminal/paste/input-queue.ts";
import { HUGE_PASTE, judgePaste } from "../../../../renderer/features/terminal/paste/judge-paste.ts";
import {
  asOneLine,
  cleanText,
  countLines,
  pasteBytes,
} from "../../../../renderer/features/terminal/paste/paste-text.ts";
import { previewOf } from "../../../../renderer/features/terminal/paste/preview-parts.ts";

const seed = Number(process.env["CULVERT_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
process.stdout.write(`paste seed ${seed}\n`);

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

describe("#26 the text of a paste", () => {
  it("keeps its text, tabs and lines and loses what could steer the terminal", () => {
    expect(cleanText("a\tb\r\nc\rd\n漢🙂")).toEqual({ text: "a\tb\nc\nd\n漢🙂", removed: 0 });
    expect(cleanText("ls\x1b[201~\x00\x07\x7f\x9b rm")).toEqual({ text: "ls[201~ rm", removed: 5 });
  });

  it("cannot end bracketed paste early, whatever it is", () => {
    const evil = fc.array(fc.oneof(fc.string(), fc.constantFrom("\x1b[201~", "\x9b201~", "\x1b", "\r\n", "[201~")));
    fc.assert(
      fc.property(evil, (parts) => {
        const { open, body, close } = pasteBytes(cleanText(parts.join("")).text, true);
        expect([text(open), text(close)]).toEqual(["\x1b[200~", "\x1b[201~"]);
        expect(text(body)).not.toMatch(/[^\P{Cc}\t\r]/u);
      }),
      { seed },
    );
  });

  it("counts lines as an editor does, and joins them on request", () => {
    expect(["", "a", "a\n", "a\nb", "a\n\n"].map(countLines)).toEqual([1, 1, 1, 2, 2]);
    expect(asOneLine("docker run \n  --rm \n\n\timage\n")).toBe("docker run --rm image");
  });
});

describe("#26 when a paste is shown first", () => {
  const judge = (
    paste: string,
    how: { bracketed?: boolean; guard?: "lines" | "always" | "never"; production?: boolean },
  ) => judgePaste(cleanText(paste), { bracketed: false, guard: "lines", production: false, ...how })?.reason ?? null;

  it("one line goes at once; several, or a line end, are asked for", () => {
    expect(judge("ls", {})).toBeNull();
    expect(judge("ls\n", {})).toBe("lines");
    expect(judge("ls\rrm", {})).toBe("lines");
  });

  it("not where the shell is told of pastes, and not where a person said never", () => {
    expect(judge("a\nb", { bracketed: true })).toBeNull();
    expect(judge("a\nb", { guard: "never" })).toBeNull();
    expect(judge("a", { guard: "always" })).toBe("always");
  });

  it("#27 in production always for several lines, whatever the shell and the settings say", () => {
    expect(judge("a\nb", { production: true, bracketed: true, guard: "never" })).toBe("production");
    expect(judge("a", { production: true })).toBeNull();
  });

  it("a huge one is asked for with its size, whatever the settings say", () => {
    const huge = "x".repeat(HUGE_PASTE + 1);
    expect(judge(huge, { guard: "never", bracketed: true })).toBe("huge");
    expect(judge(huge.slice(1), { guard: "never" })).toBeNull();
    // In bytes, not in characters.
    expect(judge("漢".repeat(HUGE_PASTE / 2), { guard: "never" })).toBe("huge");
  });
});

describe("the preview of a paste", () => {
  it("names what cannot be seen", () => {
    const { parts } = previewOf("a\tb\u200b\u202ec");
    expect(parts.map((part) => (part.mark ? `<${part.text}>` : part.text)).join("")).toBe("a<⇥>b<U+200B><U+202E>c");
    for (const code of [0xad, 0x34f, 0x115f, 0x180e, 0x2800, 0x3000, 0x3164, 0xfe0f, 0xffa0, 0xe0041, 0x1d173]) {
      expect(previewOf(`a${String.fromCodePoint(code)}b\n`).parts.map(({ mark }) => mark)).toEqual([
        false,
        true,
        false,
      ]);
    }
  });

  it("shows the beginning of a long one and counts the rest", () => {
    const { parts, left, isCut } = previewOf(Array.from({ length: 500 }, (_, index) => `line ${index}`).join("\n"));
    expect([parts.at(-1)?.text, left, isCut]).toEqual(["…", 400, true]);
    expect(previewOf("🙂".repeat(10_000)).parts[0]?.text).not.toMatch(/[\ud800-\udbff]$/);
  });
});

function queue() {
  const sent: string[] = [];
  const progress: (PasteProgress | null)[] = [];
  let untaken = 0;
  const made = new InputQueue(
    {
      input: (bytes) => sent.push(`i:${text(bytes)}`),
      paste: (bytes) => {
        untaken += bytes.length;
        sent.push(`p:${text(bytes)}`);
      },
    },
    (now) => progress.push(now),
  );
  const take = (): number => {
    const count = untaken;
    untaken = 0;
    made.taken(count);
    return count;
  };
  return { queue: made, sent, progress, take };
}

const long = (length: number) => pasteBytes("x".repeat(length), true);

describe("#26 input in order, a long paste as fast as the shell takes it", () => {
  it("a short paste goes as if it were typed", () => {
    const { queue: made, sent } = queue();
    made.paste(pasteBytes("ls\n", false));
    expect(sent).toEqual(["i:ls\r"]);
  });

  it("never more than 64 KiB and one part are on their way, and keys wait behind", () => {
    const { queue: made, sent, take, progress } = queue();
    made.paste(long(1_000_000));
    made.type(new TextEncoder().encode("after"));
    let most = 0;
    let total = 0;
    for (let count = take(); count > 0; count = take()) {
      most = Math.max(most, count);
      total += count;
    }
    expect(most).toBeLessThanOrEqual(80 * 1024);
    expect(total).toBe(1_000_012);
    expect(sent.at(-1)).toBe("i:after");
    expect(progress.at(-1)).toBeNull();
  });

  it("Ctrl+C ends it: the rest is not sent, and the shell learns of the end of the paste first", () => {
    const { queue: made, sent, take } = queue();
    made.paste(long(500_000));
    made.type(new TextEncoder().encode("typed ahead"));
    made.type(Uint8Array.of(3));
    expect(sent.slice(-2)).toEqual(["i:\x1b[201~", "i:\x03"]);
    const before = sent.length;
    take();
    expect(sent).toHaveLength(before);
  });

  it("a lost channel tells how far a paste had come, and the next one begins anew", () => {
    const { queue: made, sent } = queue();
    expect(made.reset()).toBeUndefined();
    made.paste(long(500_000));
    expect(made.reset()).toEqual({ sent: 64 * 1024, total: 500_012 });
    sent.length = 0;
    made.paste(long(500_000));
    expect(sent.reduce((sum, one) => sum + one.length - "p:".length, 0)).toBe(64 * 1024);
  });

  it("loses, repeats and reorders nothing, whatever comes when", () => {
    const step = fc.oneof(
      fc.record({ type: fc.string({ minLength: 2, maxLength: 5 }) }),
      fc.record({ paste: fc.nat(200_000) }),
      fc.constant("take"),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const { queue: made, sent, take } = queue();
        let expected = "";
        for (const one of steps) {
          if (typeof one === "string") take();
          else if ("type" in one) {
            expected += one.type;
            made.type(new TextEncoder().encode(one.type));
          } else {
            const paste = pasteBytes(`${one.paste} `.repeat(one.paste / 6), one.paste % 2 === 0);
            expected += text(paste.open) + text(paste.body) + text(paste.close);
            made.paste(paste);
          }
        }
        while (take() > 0);
        expect(sent.map((one) => one.slice(2)).join("")).toBe(expected);
      }),
      { seed, numRuns: 50 },
    );
  });
});
