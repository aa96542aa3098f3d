import type { EventEmitter } from "node:events";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { WebsocketCarrier } from "../../../../electron/engine/carriers/websocket-carrier.ts";

/** When a connection is made anew and how it ends, on a clock that the test moves; what it carries is websocket-carrier.test.ts. */

const made = vi.hoisted(() => ({ sockets: [] as FakeSocket[] }));

/** What the carrier uses of a socket of `ws`. */
interface FakeSocket extends EventEmitter {
  readyState: number;
  readonly ended: ("closed" | "terminated")[];
}

vi.mock("ws", async () => {
  const { EventEmitter: Emitter } = await import("node:events");
  class WebSocket extends Emitter implements FakeSocket {
    static readonly OPEN = 1;
    readyState = 0;
    bufferedAmount = 0;
    readonly ended: ("closed" | "terminated")[] = [];

    constructor() {
      super();
      made.sockets.push(this);
    }

    send(): void {}
    pause(): void {}
    resume(): void {}
    close(): void {
      this.ended.push("closed");
    }
    terminate(): void {
      this.ended.push("terminated");
    }
  }
  return { WebSocket };
});

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
  // In the middle: no delay is shorter or longer than it says.
  vi.spyOn(Math, "random").mockReturnValue(0.5);
});

const carriers: WebsocketCarrier[] = [];

afterEach(() => {
  for (const carrier of carriers.splice(0)) carrier.dispose();
  made.sockets.length = 0;
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function start(): WebsocketCarrier {
  const carrier = new WebsocketCarrier({
    host: "gateway.example",
    port: 443,
    environment: {},
    onDatagram: () => true,
    onOpen: () => undefined,
    onClosed: () => undefined,
  });
  carriers.push(carrier);
  carrier.start();
  return carrier;
}

function opened(): FakeSocket {
  const socket = made.sockets.at(-1) ?? expect.fail("no socket");
  socket.readyState = 1;
  socket.emit("open");
  return socket;
}

/** How long after its end the next connection is begun. */
async function pause(socket: FakeSocket): Promise<number> {
  const before = made.sockets.length;
  socket.emit("close", 1006);
  let ms = 0;
  for (; made.sockets.length === before; ms += 10) await vi.advanceTimersByTimeAsync(10);
  return ms;
}

test("the pause before the next connection doubles, up to 15 s, while connections end early, and one that lasts 5 s ends that", async () => {
  start();
  await vi.advanceTimersByTimeAsync(0);
  const pauses: number[] = [];
  for (let i = 0; i < 8; i++) {
    const socket = opened();
    await vi.advanceTimersByTimeAsync(4_999);
    pauses.push(await pause(socket));
  }
  expect(pauses).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
  const lasting = opened();
  await vi.advanceTimersByTimeAsync(5_000);
  expect([await pause(lasting), await pause(opened())]).toEqual([250, 500]);
});

test("one that does not answer our farewell within a second is ended without it", async () => {
  const carrier = start();
  await vi.advanceTimersByTimeAsync(0);
  const socket = opened();
  carrier.stop();
  expect(socket.ended).toEqual(["closed"]);
  await vi.advanceTimersByTimeAsync(999);
  expect(socket.ended).toEqual(["closed"]);
  await vi.advanceTimersByTimeAsync(1);
  expect(socket.ended).toEqual(["closed", "terminated"]);
});
