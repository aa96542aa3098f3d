import { Socket } from "node:dgram";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { packetSlots } from "../../../electron/crypto/aead.ts";
import { type SystemCalls, systemCalls } from "../../../electron/engine/linux-udp/system-calls.ts";
import { UdpBind, udpEndpoint } from "../../../electron/engine/udp-bind.ts";
import type { Endpoint } from "../../../electron/wireguard/seam.ts";

const slots = packetSlots();

interface Pair {
  readonly from: UdpBind;
  readonly to: Endpoint;
  /** What has come so far, copied. */
  readonly received: Uint8Array[];
  arrival(count: number): Promise<void>;
}

const open: UdpBind[] = [];

let calls = systemCalls();

/** Linux's calls take nothing more just now, as when the system's own buffer is full. */
const FULL: Partial<SystemCalls> = { sendMessage: () => -1, lastError: () => "EAGAIN" };

/** `change` answers in the kernel's place for the one that sends, where the calls are Linux's. */
async function createPair(change: Partial<SystemCalls> = {}): Promise<Pair> {
  const received: Uint8Array[] = [];
  let told: () => void = () => undefined;
  const onDatagram = (datagram: Uint8Array): void => {
    received.push(Uint8Array.from(datagram));
    told();
  };
  const listener = await UdpBind.open({ family: 4, host: "127.0.0.1", onDatagram }, calls);
  const changed = calls.then((its) => its && { ...its, ...change });
  const from = await UdpBind.open({ family: 4, host: "127.0.0.1", onDatagram: () => undefined }, changed);
  open.push(listener, from);
  const to = udpEndpoint("127.0.0.1", listener.localPort) ?? expect.fail("no endpoint");
  const arrival = async (count: number): Promise<void> => {
    while (received.length < count)
      await new Promise<void>((resolve) => {
        told = resolve;
      });
  };
  return { from, to, received, arrival };
}

/** Whatever the system tells of sends was told: callbacks of Node's come within a turn of the event loop. */
async function told(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** A socket to which the system refuses whatever is sent while it is told to, by Linux's calls and by Node's. */
async function createRefusing() {
  let isRefusing = false;
  const { sendMessage } = (await calls) ?? {};
  const pair = await createPair({
    sendMessage: (fd, header) => (isRefusing || sendMessage === undefined ? -1 : sendMessage(fd, header)),
  });
  const really = Socket.prototype.send;
  vi.spyOn(Socket.prototype, "send").mockImplementation(function (this: Socket, ...args: unknown[]) {
    const onTold = args.at(-1);
    if (!isRefusing) Reflect.apply(really, this, args);
    else if (typeof onTold === "function")
      process.nextTick(onTold, Object.assign(new Error("send"), { code: "ENETUNREACH" }));
  });
  const { start, datagram } = inSlot(1, 100);
  slots.release(start);
  const send = (place: Endpoint): void => pair.from.sendDatagram(datagram, place);
  const toldTo = (place: Endpoint): string | undefined => pair.from.refusalTo(place);
  const nowhere = udpEndpoint("127.0.0.3", 9) ?? expect.fail("no endpoint");
  const refuse = (does: boolean): void => {
    isRefusing = does;
  };
  return { ...pair, send, toldTo, nowhere, refuse };
}

/** A datagram of `length` bytes, all `fill`, in a slot that the caller gives back. */
function inSlot(fill: number, length: number): { start: number; datagram: Uint8Array } {
  const start = slots.acquire() ?? expect.fail("no slot");
  slots.memory.fill(fill, start, start + length);
  return { start, datagram: slots.memory.subarray(start, start + length) };
}

afterEach(() => {
  vi.restoreAllMocks();
  for (const bind of open.splice(0)) bind.dispose();
});

describe.each([
  { by: "Linux's calls, where they are", its: systemCalls() },
  { by: "Node alone", its: Promise.resolve(undefined) },
])("UdpBind by $by", ({ its }) => {
  beforeEach(() => {
    calls = its;
  });

  test("a slot may be used again as soon as its datagram was sent", async () => {
    const { from, to, received, arrival } = await createPair();
    const before = slots.freeCount;
    const { start, datagram } = inSlot(1, 1_452);
    for (let i = 0; i < 40; i++) {
      datagram.fill(i);
      from.sendDatagram(datagram, to);
    }
    slots.release(start);
    await arrival(40);
    expect(received.map((bytes) => [bytes.length, bytes[0], bytes[1_451]])).toEqual(
      Array.from({ length: 40 }, (_, i) => [1_452, i, i]),
    );
    expect(slots.freeCount).toBe(before);
  });

  test("while the system's queue is not empty the first slot is held, and what follows is copied", async () => {
    const { from, to, received, arrival } = await createPair(FULL);
    const before = slots.freeCount;
    const queue = vi.spyOn(Socket.prototype, "getSendQueueCount").mockReturnValue(1);
    const first = inSlot(1, 100);
    from.sendDatagram(first.datagram, to);
    slots.release(first.start);
    expect(slots.freeCount).toBe(before - 1);
    const second = inSlot(2, 100);
    expect(second.start).not.toBe(first.start);
    from.sendDatagram(second.datagram, to);
    slots.release(second.start);
    expect(slots.freeCount).toBe(before - 1);
    queue.mockReturnValue(0);
    from.sendDatagram(Uint8Array.of(3), to);
    expect(slots.freeCount).toBe(before);
    await arrival(3);
    expect(received.map((bytes) => bytes[0])).toEqual([1, 2, 3]);
    expect(from.sendErrors).toBe(0);
  });

  test("a run goes in its order, whatever its length, and its place may be used again at once", async () => {
    const { from, to, received, arrival } = await createPair();
    const wanted: number[] = [];
    let fill = 0;
    for (const [length, count] of [
      [1_452, 32],
      [1_452, 1],
      [96, 10],
      [1_980, 32],
      [600, 2],
    ] as const) {
      const start = slots.acquireRun() ?? expect.fail("no place");
      from.sendDatagram(new Uint8Array(1_452).fill(200), to);
      wanted.push(200);
      for (let i = 0; i < count; i++) {
        slots.memory.fill(fill, start + i * length, start + (i + 1) * length);
        wanted.push(fill++);
      }
      from.sendRun(slots.memory.subarray(start, start + count * length), length, to);
      slots.memory.fill(0xff, start, start + count * length);
      slots.release(start);
      await arrival(wanted.length);
    }
    expect(received.map((bytes) => bytes[0])).toEqual(wanted);
    expect(received.every((bytes) => bytes.every((byte) => byte === bytes[0]))).toBe(true);
    expect(from.refusedBursts).toBe(0);
  });

  test("while the system's queue is not empty, the place of a run is held", async () => {
    const { from, to, received, arrival } = await createPair(FULL);
    const start = slots.acquireRun() ?? expect.fail("no place");
    const run = slots.memory.subarray(start, start + 4 * 100).fill(5);
    const queue = vi.spyOn(Socket.prototype, "getSendQueueCount").mockReturnValue(1);
    from.sendRun(run, 100, to);
    slots.release(start);
    expect(slots.acquireRun()).toBeUndefined();
    queue.mockReturnValue(0);
    from.sendDatagram(Uint8Array.of(3), to);
    const again = slots.acquireRun() ?? expect.fail("held for ever");
    slots.release(again);
    await arrival(5);
    expect(received.map((bytes) => bytes[0])).toEqual([5, 5, 5, 5, 3]);
  });

  test("a queue that does not move is bounded, and what it has no room for is counted", async () => {
    const { from, to } = await createPair(FULL);
    const queue = vi.spyOn(Socket.prototype, "getSendQueueCount").mockReturnValue(1);
    const { start, datagram } = inSlot(1, 100);
    from.sendDatagram(datagram, to);
    queue.mockReturnValue(1_024);
    for (let i = 0; i < 5; i++) from.sendDatagram(datagram, to);
    expect(from.sendErrors).toBe(5);
    slots.release(start);
  });

  test("disposed of with a queue, it gives its slot back", async () => {
    const { from, to } = await createPair(FULL);
    const before = slots.freeCount;
    vi.spyOn(Socket.prototype, "getSendQueueCount").mockReturnValue(1);
    const { start, datagram } = inSlot(1, 100);
    from.sendDatagram(datagram, to);
    slots.release(start);
    expect(slots.freeCount).toBe(before - 1);
    open.splice(open.indexOf(from), 1);
    from.dispose();
    expect(slots.freeCount).toBe(before);
  });

  test("sends that the system refuses are counted, each one once they have begun to fail", async () => {
    const { from } = await createPair();
    // Broadcasting needs a permission that the socket does not have.
    const nowhere = udpEndpoint("255.255.255.255", 9) ?? expect.fail("no endpoint");
    const { start, datagram } = inSlot(1, 100);
    const asked = new Promise<void>((resolve) => {
      const wait = (): void => {
        if (from.sendErrors > 0) resolve();
        else setImmediate(wait);
        from.sendDatagram(datagram, nowhere);
      };
      wait();
    });
    await asked;
    await new Promise((resolve) => setImmediate(resolve));
    const before = from.sendErrors;
    for (let i = 0; i < 5; i++) {
      from.sendDatagram(datagram, nowhere);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(from.sendErrors).toBe(before + 5);
    slots.release(start);
  });

  test("once the system takes one again, its refusal is no longer told", async () => {
    const { send, toldTo, nowhere, refuse } = await createRefusing();
    refuse(true);
    send(nowhere);
    await told();
    expect(toldTo(nowhere)).toEqual(expect.any(String));
    refuse(false);
    send(nowhere);
    await told();
    expect(toldTo(nowhere)).toBeUndefined();
  });

  test("a refusal is told of its own place alone, and not at all when a later datagram left there before it was told", async () => {
    const { from, send, toldTo, nowhere, to, refuse } = await createRefusing();
    refuse(true);
    send(nowhere);
    refuse(false);
    send(to);
    await told();
    expect([toldTo(nowhere), toldTo(to), from.sendErrors]).toEqual([expect.any(String), undefined, 1]);
    refuse(true);
    send(nowhere);
    refuse(false);
    send(nowhere);
    await told();
    expect([toldTo(nowhere), from.sendErrors]).toEqual([undefined, 2]);
  });

  test("a place that is refused is told of again by a run that left there, and by long datagrams", async () => {
    const { from, send, toldTo, to, refuse } = await createRefusing();
    const start = slots.acquireRun() ?? expect.fail("no place");
    const run = slots.memory.subarray(start, start + 4 * 1_000);
    for (const leave of [
      () => from.sendRun(run, 1_000, to),
      () => {
        for (let i = 0; i < 4; i++) from.sendDatagram(run.subarray(0, 1_000), to);
      },
    ]) {
      refuse(true);
      // One in so many is asked about.
      for (let i = 0; i < 20; i++) send(to);
      await told();
      expect(toldTo(to)).toEqual(expect.any(String));
      refuse(false);
      leave();
      await told();
      expect(toldTo(to)).toBeUndefined();
    }
    slots.release(start);
  });

  test("only what the system refused is asked about each time: not what it was never asked to send", async () => {
    const { from, to } = await createPair();
    const sent = vi.spyOn(Socket.prototype, "send");
    const { start, datagram } = inSlot(1, 100);
    const long = slots.memory.subarray(start, start + 1_000);
    const zoned = { ...to, host: `${to.host}%lo` };
    for (let i = 0; i < 32; i++) from.sendDatagram(datagram, zoned);
    // Behind a burst to another place.
    const other = udpEndpoint("127.0.0.2", to.port) ?? expect.fail("no endpoint");
    for (let i = 0; i < 16; i++) {
      from.sendDatagram(long, to);
      from.sendDatagram(long, to);
      from.sendDatagram(datagram, other);
    }
    const asked = sent.mock.calls.filter((args) => typeof args.at(-1) === "function");
    expect(asked.length).toBeLessThanOrEqual(sent.mock.calls.length / 16 + 1);
    expect(sent.mock.calls.length).toBeGreaterThanOrEqual(32);
    slots.release(start);
  });

  test("a datagram from source port 0 is dropped unread and counted: nothing can be sent there", async () => {
    const bound = vi.spyOn(Socket.prototype, "bind");
    const heard: Endpoint[] = [];
    const onDatagram = (_: Uint8Array, from: Endpoint): number => heard.push(from);
    const bind = await UdpBind.open({ family: 4, host: "127.0.0.1", onDatagram }, calls);
    open.push(bind);
    const socket = bound.mock.contexts[0];
    if (!(socket instanceof Socket)) expect.fail("no socket");
    const from = { address: "192.0.2.1", family: "IPv4", size: 1 };
    socket.emit("message", Uint8Array.of(1), { ...from, port: 7 });
    socket.emit("message", Uint8Array.of(1), { ...from, port: 0 });
    expect(heard.map(({ port }) => port)).toEqual([7]);
    expect(bind.unanswerable).toBe(1);
  });

  test("what cannot be sent at all counts as refused, and never throws", async () => {
    const { from, to } = await createPair();
    const { start, datagram } = inSlot(1, 100);
    for (const port of [0, -1, 65_536]) from.sendDatagram(datagram, { ...to, port });
    from.sendDatagram(Uint8Array.of(1), { ...to, port: 0 });
    expect(from.sendErrors).toBe(4);
    expect(from.refusalTo({ ...to, port: 0 })).toBe("ERR_SOCKET_BAD_PORT");
    open.splice(open.indexOf(from), 1);
    from.dispose();
    from.sendDatagram(datagram, to);
    expect(from.sendErrors).toBe(5);
    slots.release(start);
  });

  test.each([0, -1, 1.5, 65_536, Number.NaN])("port %s is none", (port) => {
    expect(udpEndpoint("127.0.0.1", port)).toBeUndefined();
    expect(udpEndpoint("127.0.0.1", 65_535)).toBeDefined();
  });
});
