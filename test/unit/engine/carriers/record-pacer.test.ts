import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { KEEPALIVE_MS, RecordPacer } from "../../../../electron/engine/carriers/record-pacer.ts";

/** The keepalive of one connection, on a clock that the test moves; how datagrams share frames is websocket-carrier.test.ts. */

const pacers: RecordPacer[] = [];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
});

afterEach(() => {
  for (const pacer of pacers.splice(0)) pacer.dispose();
  vi.useRealTimers();
});

function open() {
  /** When something went out, and how many bytes. */
  const sent: [at: number, bytes: number][] = [];
  const begun = performance.now();
  const socket = {
    bufferedAmount: 0,
    send: (data: unknown) => void sent.push([performance.now() - begun, data instanceof Uint8Array ? data.length : -1]),
  };
  const pacer = new RecordPacer({ socket, withMagic: false });
  pacers.push(pacer);
  return { pacer, sent };
}

const WORD = 4;

test("a connection on which nothing was sent for a second says each second that it is there", async () => {
  const { pacer, sent } = open();
  await vi.advanceTimersByTimeAsync(KEEPALIVE_MS + 500);
  pacer.send(new Uint8Array(96));
  await vi.advanceTimersByTimeAsync(3 * KEEPALIVE_MS);
  expect(sent).toEqual([
    [1_500, WORD + 96],
    [3_000, WORD],
    [4_000, WORD],
  ]);
});

test("one that is half due goes out with what is heard, and the next a second after it", async () => {
  const { pacer, sent } = open();
  await vi.advanceTimersByTimeAsync(2 * KEEPALIVE_MS);
  for (let second = 0; second < 3; second++) {
    await vi.advanceTimersByTimeAsync(700);
    pacer.heard();
    pacer.heard();
    await vi.advanceTimersByTimeAsync(300);
  }
  expect(sent).toEqual([
    [2_000, WORD],
    [2_700, WORD],
    [3_700, WORD],
    [4_700, WORD],
  ]);
});

test("what is heard earlier, or beside what was sent, or after the end, asks for none", async () => {
  const { pacer, sent } = open();
  await vi.advanceTimersByTimeAsync(2 * KEEPALIVE_MS + 400);
  pacer.heard();
  pacer.send(new Uint8Array(96));
  await vi.advanceTimersByTimeAsync(200);
  pacer.heard();
  await vi.advanceTimersByTimeAsync(0);
  expect(sent).toEqual([
    [2_000, WORD],
    [2_400, WORD + 96],
  ]);
  await vi.advanceTimersByTimeAsync(1_300);
  pacer.dispose();
  pacer.heard();
  await vi.advanceTimersByTimeAsync(0);
  expect(sent).toHaveLength(2);
});

test.each([10, 100, 499])(
  "hearing something every %i ms without a word to say makes no keepalive more",
  async (everyMs) => {
    const { pacer, sent } = open();
    const stream = setInterval(() => pacer.heard(), everyMs);
    await vi.advanceTimersByTimeAsync(20 * KEEPALIVE_MS);
    clearInterval(stream);
    // All but the first second, as a connection is not idle when it opens.
    expect(sent.map(([at]) => at)).toEqual(Array.from({ length: 19 }, (_, second) => (second + 2) * KEEPALIVE_MS));
  },
);

test.each([0, 250, 450, 550, 750])(
  "two idle ends, the one %i ms behind the other, share one waking a second",
  async (behindMs) => {
    const wakings = new Set<number>();
    const ends: RecordPacer[] = [];
    const connect = (far: number): void => {
      const send = (): void => {
        wakings.add(performance.now());
        queueMicrotask(() => ends[far]?.heard());
      };
      const pacer = new RecordPacer({ socket: { bufferedAmount: 0, send }, withMagic: false });
      ends.push(pacer);
      pacers.push(pacer);
    };
    connect(1);
    await vi.advanceTimersByTimeAsync(behindMs);
    connect(0);
    await vi.advanceTimersByTimeAsync(5 * KEEPALIVE_MS);
    wakings.clear();
    await vi.advanceTimersByTimeAsync(20 * KEEPALIVE_MS);
    expect(wakings.size).toBe(20);
  },
);
