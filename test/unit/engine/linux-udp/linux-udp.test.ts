import { createSocket, Socket } from "node:dgram";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { afterEach, describe, expect, test, vi } from "vitest";
import { packetSlots } from "../../../../electron/crypto/aead.ts";
import { openSocket } from "../../../../electron/engine/linux-udp/open-socket.ts";
import { type SystemCalls, systemCalls } from "../../../../electron/engine/linux-udp/system-calls.ts";
import { UdpBind, udpEndpoint } from "../../../../electron/engine/udp-bind.ts";
import type { Endpoint } from "../../../../electron/wireguard/seam.ts";
import { seededNumbers, seededRandom } from "../../../support/netstack-random.ts";
import { seed } from "../../../support/seed.ts";

/** Linux's calls beneath UdpBind. What both kinds of socket hold to is in udp-bind.test.ts. */

const isHere = process.platform === "linux" && ["x64", "arm64"].includes(process.arch);
const LONGEST = 65_507;
const NOTHING = new Uint8Array(0);
const open: { dispose(): void }[] = [];

afterEach(() => {
  vi.restoreAllMocks();
  for (const bind of open.splice(0)) bind.dispose();
});

test("the calls are there on Linux: nothing falls back unseen", async () => {
  expect((await systemCalls()) !== undefined).toBe(isHere);
});

interface Heard {
  readonly bytes: Uint8Array;
  readonly from: Endpoint;
}

/** Counts the calls, and may answer in the kernel's place. */
async function watched(change: Partial<SystemCalls> = {}): Promise<{ calls: SystemCalls; sent: number[] }> {
  const real = (await systemCalls()) ?? expect.fail("not here");
  const sent: number[] = [];
  const calls: SystemCalls = {
    ...real,
    sendMessage: (fd, header) => {
      const length = (change.sendMessage ?? real.sendMessage)(fd, header);
      sent.push(length);
      return length;
    },
    ...(change.lastError === undefined ? {} : { lastError: change.lastError }),
    ...(change.receiveMany === undefined ? {} : { receiveMany: change.receiveMany }),
  };
  return { calls, sent };
}

async function openBind(host: string, onDatagram: (bytes: Uint8Array, from: Endpoint) => void, calls?: SystemCalls) {
  const family = host.includes(":") ? 6 : 4;
  const bind = await UdpBind.open({ family, host, onDatagram }, Promise.resolve(calls ?? (await systemCalls())));
  open.push(bind);
  return { bind, at: udpEndpoint(host, bind.localPort) ?? expect.fail("no place") };
}

function listener() {
  const heard: Heard[] = [];
  let told: () => void = () => undefined;
  const hear = (bytes: Uint8Array, from: Endpoint): void => {
    heard.push({ bytes: Uint8Array.from(bytes), from });
    told();
  };
  const arrival = async (count: number): Promise<void> => {
    while (heard.length < count)
      await new Promise<void>((resolve) => {
        told = resolve;
      });
  };
  return { heard, hear, arrival };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const datagram = (fill: number, length: number): Uint8Array => new Uint8Array(length).fill(fill);

describe.runIf(isHere)("many datagrams at once", () => {
  test.each(["127.0.0.1", "::1"])(
    "%s: all of any length arrive whole, in their order, with their sender",
    async (host) => {
      const random = seededNumbers(seed());
      const lengths = [0, 1, 511, 512, 1_452, 1_452, 1_452, 1_312, 2_048, 9_000, LONGEST];
      const { heard, hear, arrival } = listener();
      const { at } = await openBind(host, hear);
      const senders = await Promise.all([0, 1, 2].map(() => openBind(host, () => undefined)));
      const content = seededRandom(seed())(LONGEST + 7_919);
      const sent = new Map<string, Uint8Array[]>(senders.map((sender) => [sender.at.key, []]));
      let total = 0;
      for (let round = 0; round < 60; round++) {
        // Little enough at a time for the listener's buffer, whose size the system may clip to 200 KiB.
        for (let i = 0; i < 8; i++) {
          const sender = senders[Math.floor(random() * senders.length)] ?? expect.fail("no sender");
          const isLong = i === 0 && random() < 0.2;
          const length = isLong ? LONGEST : (lengths[Math.floor(random() * (lengths.length - 1))] ?? 0);
          const bytes = Uint8Array.from(content.subarray(total % 7_919, (total % 7_919) + length));
          sent.get(sender.at.key)?.push(Uint8Array.from(bytes));
          sender.bind.sendDatagram(bytes, at);
          // What was handed over may be used again at once.
          bytes.fill(0);
          total++;
        }
        await arrival(total);
      }
      for (const { at: from } of senders) {
        const got = heard.filter((one) => one.from.key === from.key).map(({ bytes }) => bytes);
        expect(got.map(({ length }) => length)).toEqual(sent.get(from.key)?.map(({ length }) => length));
        const wrong = got.findIndex((bytes, i) => Buffer.compare(bytes, sent.get(from.key)?.[i] ?? NOTHING) !== 0);
        expect(wrong, "the first that is not as it was sent").toBe(-1);
      }
      expect(senders.map(({ bind }) => bind.sendErrors)).toEqual([0, 0, 0]);
    },
  );

  test("long ones of one callback go in one call; a shorter one ends it, another place or a longer one begins anew", async () => {
    const { heard, hear, arrival } = listener();
    const first = await openBind("127.0.0.1", hear);
    const second = await openBind("127.0.0.1", hear);
    const { calls, sent } = await watched();
    const { bind } = await openBind("127.0.0.1", () => undefined, calls);
    for (let i = 0; i < 10; i++) bind.sendDatagram(datagram(i, 1_452), first.at);
    expect(heard).toHaveLength(0);
    bind.sendDatagram(datagram(10, 800), first.at);
    for (let i = 11; i < 14; i++) bind.sendDatagram(datagram(i, 1_312), first.at);
    for (let i = 14; i < 16; i++) bind.sendDatagram(datagram(i, 1_452), first.at);
    for (let i = 16; i < 18; i++) bind.sendDatagram(datagram(i, 1_452), second.at);
    await arrival(18);
    expect(sent).toEqual([10 * 1_452 + 800, 3 * 1_312, 2 * 1_452, 2 * 1_452]);
    expect(heard.map(({ bytes }) => bytes[0])).toEqual(Array.from({ length: 18 }, (_, i) => i));
  });

  test("a short one between long ones keeps its place, and a burst is parted before it fills the receiver's buffer", async () => {
    const { heard, hear, arrival } = listener();
    const { at } = await openBind("127.0.0.1", hear);
    const { calls, sent } = await watched();
    const { bind } = await openBind("127.0.0.1", () => undefined, calls);
    for (let i = 0; i < 40; i++) bind.sendDatagram(datagram(i, i === 5 ? 96 : 1_452), at);
    await arrival(40);
    expect(heard.map(({ bytes }) => [bytes[0], bytes.length])).toEqual(
      Array.from({ length: 40 }, (_, i) => [i, i === 5 ? 96 : 1_452]),
    );
    expect(sent).toEqual([5 * 1_452 + 96, 32 * 1_452, 2 * 1_452]);
  });

  test.each([
    { why: "EMSGSIZE", asked: 1 },
    { why: "EAGAIN", asked: 2 },
  ])("refused with $why, they go one by one in order; asked $asked times for two bursts", async ({ why, asked }) => {
    const { heard, hear, arrival } = listener();
    const { at } = await openBind("127.0.0.1", hear);
    const { calls, sent } = await watched({ sendMessage: () => -1, lastError: () => why });
    const { bind } = await openBind("127.0.0.1", () => undefined, calls);
    for (let burst = 0; burst < 2; burst++) {
      for (let i = 0; i < 5; i++) bind.sendDatagram(datagram(5 * burst + i, 1_452), at);
      await turn();
    }
    await arrival(10);
    expect(bind.refusedBursts).toBe(asked);
    expect(heard.map(({ bytes }) => [bytes[0], bytes.length])).toEqual(
      Array.from({ length: 10 }, (_, i) => [i, 1_452]),
    );
    expect(sent).toHaveLength(asked);
    expect(bind.sendErrors).toBe(0);
  });

  test("a run in the packets' memory goes in one call, after what waits; refused, it goes one by one", async () => {
    const { heard, hear, arrival } = listener();
    const { at } = await openBind("127.0.0.1", hear);
    const slots = packetSlots();
    const start = slots.acquireRun() ?? expect.fail("no place");
    const run = slots.memory.subarray(start, start + 6 * 1_000);
    for (let i = 0; i < 6; i++) run.fill(i + 1, i * 1_000, (i + 1) * 1_000);
    const taking = await watched();
    const refusing = await watched({ sendMessage: () => -1, lastError: () => "EMSGSIZE" });
    for (const { calls, sent } of [taking, refusing]) {
      const { bind } = await openBind("127.0.0.1", () => undefined, calls);
      bind.sendDatagram(datagram(0, 1_000), at);
      for (let i = 0; i < 2; i++) bind.sendRun(run, 1_000, at);
      await arrival(13);
      expect(heard.splice(0).map(({ bytes }) => bytes[0])).toEqual([0, 1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6]);
      expect(sent).toEqual(calls === taking.calls ? [6_000, 6_000] : [-1]);
      expect(bind.refusedBursts).toBe(calls === taking.calls ? 0 : 1);
    }
    slots.release(start);
  });

  test("nothing overtakes what waits for the system: while its queue is not empty, it is asked by Node alone", async () => {
    const { heard, hear, arrival } = listener();
    const { at } = await openBind("127.0.0.1", hear);
    const real = (await systemCalls()) ?? expect.fail("not here");
    let isFull = true;
    const { calls, sent } = await watched({
      sendMessage: (fd, header) => (isFull ? -1 : real.sendMessage(fd, header)),
      lastError: () => "EAGAIN",
    });
    const { bind } = await openBind("127.0.0.1", () => undefined, calls);
    const queue = vi.spyOn(Socket.prototype, "getSendQueueCount").mockReturnValue(1);
    bind.sendDatagram(datagram(0, 100), at);
    isFull = false;
    bind.sendDatagram(datagram(1, 100), at);
    for (let i = 2; i < 5; i++) bind.sendDatagram(datagram(i, 1_452), at);
    await arrival(5);
    expect(sent).toEqual([-1]);
    queue.mockReturnValue(0);
    // The queue is found empty by the first that is sent by Node.
    bind.sendDatagram(datagram(5, 100), at);
    bind.sendDatagram(datagram(6, 100), at);
    for (let i = 7; i < 9; i++) bind.sendDatagram(datagram(i, 1_452), at);
    await arrival(9);
    expect(sent).toEqual([-1, 100, 2 * 1_452]);
    expect(heard.map(({ bytes }) => bytes[0])).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test.each([
    { host: "127.0.0.1", lengths: [0, 1, 32, 511] },
    { host: "::1", lengths: [0, 1, 32, 511] },
  ])("$host: short ones go at once, each in a call of its own, and may be used again", async ({ host, lengths }) => {
    const { heard, hear, arrival } = listener();
    const { at } = await openBind(host, hear);
    const { calls, sent } = await watched();
    const { bind } = await openBind(host, () => undefined, calls);
    const byNode = vi.spyOn(Socket.prototype, "send");
    // After a burst as before one: what parts a burst must not part these.
    for (const fill of [1, 2]) {
      for (const length of lengths) {
        const bytes = datagram(fill, length);
        bind.sendDatagram(bytes, at);
        bytes.fill(9);
      }
      for (let i = 0; i < 3; i++) bind.sendDatagram(datagram(fill, 1_452), at);
      await turn();
    }
    await arrival(14);
    expect(sent).toEqual([...lengths, 3 * 1_452, ...lengths, 3 * 1_452]);
    expect(heard.map(({ bytes }) => bytes.length)).toEqual([1, 2].flatMap(() => [...lengths, 1_452, 1_452, 1_452]));
    expect(heard.every(({ bytes }, i) => bytes.every((byte) => byte === (i < 7 ? 1 : 2)))).toBe(true);
    expect(byNode).not.toHaveBeenCalled();
  });

  test("a place that refuses is asked again after a thousand bursts, and others are not held to it", async () => {
    const { hear } = listener();
    const { at } = await openBind("127.0.0.1", hear);
    const other = await openBind("127.0.0.1", hear);
    let asked = 0;
    const { calls } = await watched({
      sendMessage: () => {
        asked++;
        return -1;
      },
      lastError: () => "EMSGSIZE",
    });
    const { bind } = await openBind("127.0.0.1", () => undefined, calls);
    const burst = async (to: Endpoint): Promise<void> => {
      for (let i = 0; i < 2; i++) bind.sendDatagram(datagram(i, 600), to);
      await turn();
    };
    for (let i = 0; i < 1_001; i++) await burst(at);
    expect(asked).toBe(1);
    await burst(other.at);
    expect(asked).toBe(2);
    await burst(at);
    expect(asked).toBe(3);
  });

  test("a flood gets 128 datagrams a turn besides what Node reads, and as many in the next", async () => {
    const batches: number[][] = [];
    // The kernel's headers are left as they are: 64 empty datagrams from nowhere each time.
    const { calls } = await watched({
      receiveMany: (_fd, _headers, count) => {
        batches.at(-1)?.push(count);
        return count;
      },
    });
    const { at } = await openBind("127.0.0.1", () => undefined, calls);
    const sender = await openBind("127.0.0.1", () => undefined);
    for (let i = 0; i < 3; i++) {
      batches.push([]);
      for (let burst = 0; burst < 3; burst++) sender.bind.sendDatagram(datagram(1, 100), at);
      while (batches.at(-1)?.length === 0) await turn();
      await turn();
    }
    expect(batches).toEqual([
      [64, 64],
      [64, 64],
      [64, 64],
    ]);
  });

  test("IPv4 and IPv6 may have the same port, and a socket does not outlive its process's exec", async () => {
    const four = await openBind("127.0.0.1", () => undefined);
    const wild = { port: four.bind.localPort, onDatagram: () => undefined } as const;
    const six = await UdpBind.open({ family: 6, ...wild });
    open.push(six);
    expect(six.localPort).toBe(four.bind.localPort);
    const real = (await systemCalls()) ?? expect.fail("not here");
    const fd = openSocket(real, 4) ?? expect.fail("no socket");
    // O_CLOEXEC, in octal as fdinfo(5) has it.
    expect(readFileSync(`/proc/self/fdinfo/${fd}`, "utf8")).toMatch(/^flags:\s+02004002$/m);
    real.close(fd);
  });

  test("where Node does not take the socket, it is closed and Node's own is opened", async () => {
    const real = (await systemCalls()) ?? expect.fail("not here");
    const closed: number[] = [];
    const calls: SystemCalls = {
      ...real,
      // A descriptor that is no socket at all.
      socket: () => openSync("/dev/null", "r"),
      // By Node, which keeps account of what it opened, and closes that once more when its thread ends.
      close: (fd) => {
        closed.push(fd);
        closeSync(fd);
        return 0;
      },
    };
    const { bind } = await openBind("127.0.0.1", () => undefined, calls);
    expect(bind.localPort).toBeGreaterThan(0);
    expect(closed).toHaveLength(1);
  });

  test("a host of the other family is refused, as by Node", async () => {
    const wrong = { family: 4, host: "::1", onDatagram: () => undefined } as const;
    await expect(UdpBind.open(wrong)).rejects.toMatchObject({ code: "udp-failed" });
  });

  test("disposed of in the middle of a burst, it hears no more and asks the system for nothing", async () => {
    let heard = 0;
    let asked = 0;
    const real = (await systemCalls()) ?? expect.fail("not here");
    const { calls } = await watched({
      receiveMany: (...values) => {
        asked++;
        return real.receiveMany(...values);
      },
    });
    const gone = await UdpBind.open(
      {
        family: 4,
        host: "127.0.0.1",
        onDatagram: () => {
          heard++;
          if (heard === 3) gone.dispose();
        },
      },
      Promise.resolve(calls),
    );
    const { bind } = await openBind("127.0.0.1", () => undefined);
    const at = udpEndpoint("127.0.0.1", gone.localPort) ?? expect.fail("no place");
    for (let i = 0; i < 20; i++) bind.sendDatagram(datagram(i, 100), at);
    while (heard < 3) await turn();
    for (let i = 0; i < 5; i++) await turn();
    expect([heard, asked]).toEqual([3, 1]);
  });

  describe("a datagram that comes alone", () => {
    /** What came, and after which of it we were told that it was alone. `count` answers for the system how many wait. */
    async function loneListener(count?: () => number) {
      const told: (number | "alone")[] = [];
      const bound = vi.spyOn(Socket.prototype, "bind");
      const { calls } = await watched(count === undefined ? {} : { receiveMany: count });
      const onAlone = vi.fn((): void => void told.push("alone"));
      const onDatagram = (bytes: Uint8Array): void => void told.push(bytes.length);
      const bind = await UdpBind.open({ family: 4, host: "127.0.0.1", onDatagram, onAlone }, Promise.resolve(calls));
      open.push(bind);
      const socket = bound.mock.contexts.at(-1);
      if (!(socket instanceof Socket)) expect.fail("no socket");
      const sender = { address: "192.0.2.1", family: "IPv4", port: 7, size: 1 };
      const arrive = (length: number): boolean => socket.emit("message", datagram(1, length), sender);
      return { told, bind, arrive, onAlone, at: udpEndpoint("127.0.0.1", bind.localPort) ?? expect.fail("no place") };
    }

    test("is known to be alone before the event loop goes on", async () => {
      const { told, arrive } = await loneListener(() => -1);
      arrive(1);
      expect(told).toEqual([1, "alone"]);
      arrive(2);
      expect(told).toEqual([1, "alone", 2, "alone"]);
    });

    test("by the system's own word", async () => {
      const { told, at } = await loneListener();
      const { bind } = await openBind("127.0.0.1", () => undefined);
      for (const length of [5, 6]) {
        bind.sendDatagram(datagram(1, length), at);
        while (told.at(-1) !== "alone" || told.length < 2) await turn();
        expect(told.splice(0)).toEqual([length, "alone"]);
      }
    });

    test("is not, in a burst or behind one in the same turn; in the next turn it is again", async () => {
      let waiting = 0;
      const { told, arrive } = await loneListener(() => waiting);
      waiting = 3;
      arrive(9);
      waiting = 0;
      arrive(8);
      expect([told[0], told.length, told.at(-1), told.includes("alone")]).toEqual([9, 5, 8, false]);
      await turn();
      await turn();
      arrive(7);
      expect(told.slice(5)).toEqual([7, "alone"]);
    });

    test("may end in our closing the socket, or in an error of whoever is told: nothing is asked of it afterwards", async () => {
      let asked = 0;
      const { told, bind, arrive, onAlone } = await loneListener(() => {
        asked++;
        return 0;
      });
      onAlone.mockImplementationOnce(() => {
        throw new Error("a reader's");
      });
      expect(() => arrive(1)).toThrow("a reader's");
      arrive(2);
      expect(told).toEqual([1, 2, "alone"]);
      onAlone.mockImplementationOnce(() => {
        open.splice(open.indexOf(bind), 1);
        bind.dispose();
      });
      arrive(3);
      arrive(4);
      // Node has let go of the socket as well; what is emitted here by force is taken, and no more.
      expect([told.slice(3), asked, onAlone.mock.calls.length]).toEqual([[3, 4], 3, 3]);
    });

    test("by Node alone nothing is known, so nothing is told", async () => {
      const heard: number[] = [];
      const onAlone = vi.fn();
      const onDatagram = (bytes: Uint8Array): void => void heard.push(bytes.length);
      const here = { family: 4, host: "127.0.0.1", onDatagram, onAlone } as const;
      const bind = await UdpBind.open(here, Promise.resolve(undefined));
      open.push(bind);
      const sender = await openBind("127.0.0.1", () => undefined);
      sender.bind.sendDatagram(datagram(1, 5), udpEndpoint("127.0.0.1", bind.localPort) ?? expect.fail("no place"));
      while (heard.length === 0) await turn();
      expect([heard, onAlone.mock.calls]).toEqual([[5], []]);
    });
  });

  test("what waits for the end of the callback goes before the socket closes, and nothing after it", async () => {
    const { calls, sent } = await watched();
    const { bind, at } = await openBind("127.0.0.1", () => undefined, calls);
    for (let i = 0; i < 3; i++) bind.sendDatagram(datagram(i, 1_452), at);
    open.pop();
    bind.dispose();
    await turn();
    expect(sent).toEqual([3 * 1_452]);
    bind.sendDatagram(datagram(1, 1_452), at);
    expect(bind.sendErrors).toBe(1);
  });

  test("its port is its own, also for sockets that ask to share it", async () => {
    const { bind } = await openBind("127.0.0.1", () => undefined);
    const other = createSocket({ type: "udp4", reuseAddr: true });
    other.bind(bind.localPort, "127.0.0.1");
    expect(await once(other, "error")).toMatchObject([{ code: "EADDRINUSE" }]);
    other.close();
    const again = { family: 4, host: "127.0.0.1", port: bind.localPort, onDatagram: () => undefined } as const;
    await expect(UdpBind.open(again)).rejects.toMatchObject({ code: "udp-failed" });
  });
});
