import { describe, expect, test } from "vitest";
import { TimerWheel } from "../../../electron/base/timer-wheel.ts";
import { JITTER_MS, NEW_HANDSHAKE_AFTER_MS, REKEY_TIMEOUT_MS } from "../../../electron/wireguard/constants.ts";
import { MessageType } from "../../../electron/wireguard/messages.ts";
import { PeerTimers } from "../../../electron/wireguard/timers.ts";
import {
  A_INNER,
  B_INNER,
  connect,
  createPair,
  ipv4Packet,
  type Pair,
  prefixOf,
  send,
  type TestNode,
  type Wired,
} from "../../support/wireguard-pair.ts";

const { initiation, data } = MessageType;
const toB = ipv4Packet(A_INNER, B_INNER);
const toA = ipv4Packet(B_INNER, A_INNER);

function connected(): Pair {
  const pair = createPair();
  connect(pair);
  return pair;
}

function forget(...nodes: TestNode[]): void {
  for (const node of nodes) {
    node.sent.length = 0;
    node.delivered.length = 0;
    node.events.length = 0;
  }
}

/** Delivers only what goes to `node`; the other direction is dead. */
function runOneWay({ net }: Pair, node: TestNode, ms: number): void {
  const end = net.now + ms;
  while (net.now < end) {
    net.clock.advance(Math.min(100, end - net.now));
    for (const { device } of net.nodes) device.tick(net.now);
    for (const wired of net.take()) if (wired.to.key === node.endpoint.key) net.put(wired);
  }
}

describe("handshake retries", () => {
  test("W07 after 20 unanswered initiations it stops and drops what waits; the next packet begins anew", () => {
    const { net, a, peerB } = createPair();
    send(a, toB, net.now);
    net.run(95_000, true);
    expect(a.count(initiation)).toBeLessThan(20);
    expect(peerB.stats.stagedDropped).toBe(0);
    net.run(30_000, true);
    expect(a.count(initiation)).toBe(20);
    expect(a.events.map(({ kind }) => kind).filter((kind) => kind === "handshake-gave-up")).toHaveLength(1);
    expect(peerB.stats.stagedDropped).toBe(1);
    net.run(60_000, true);
    expect(a.count(initiation)).toBe(20);
    send(a, toB, net.now);
    expect(a.count(initiation)).toBe(21);
    net.settle();
    net.run(10);
    expect(peerB.stats.handshakesCompleted).toBe(1);
  });

  test("W07 giving up cancels the passive keepalive", () => {
    const pair = connected();
    const { net, a, b } = pair;
    // a's handshake goes unanswered while b's data still comes in under the old key, and asks for a keepalive (W26)
    // within 10 s; the last initiation is 5 s old when a gives up.
    a.device.initiateHandshake(pair.peerB, net.now, { force: true });
    const gaveUp = (): boolean => a.events.some(({ kind }) => kind === "handshake-gave-up");
    let sinceData = 0;
    while (!gaveUp()) {
      const isDue = sinceData >= 2_000;
      if (isDue) send(b, toA, net.now);
      sinceData = isDue ? 0 : sinceData + 100;
      for (const wired of net.take()) {
        if (wired.to.key === a.endpoint.key && wired.datagram[0] === data) net.put(wired);
      }
      net.clock.advance(100);
      a.device.tick(net.now);
    }
    expect(pair.peerB.maySend(net.now)).toBe(true);
    a.sent.length = 0;
    net.run(30_000, true);
    expect(a.sentTypes()).toEqual([]);
  });

  test("W07 forced calls that go on from one that is out do not put the end off for ever", () => {
    const { net, a, peerB } = createPair();
    send(a, toB, net.now);
    for (let ms = 0; ms < 180_000 && peerB.stats.stagedDropped === 0; ms += 600) {
      a.device.initiateHandshake(peerB, net.now, { force: true, goesOn: true });
      net.run(600, true);
    }
    expect(peerB.stats.stagedDropped).toBe(1);
  });

  test("W07 a packet meanwhile begins the count anew (paper section 6.4)", () => {
    const { net, a } = createPair();
    send(a, toB, net.now);
    net.run(80_000, true);
    send(a, toB, net.now);
    net.run(80_000, true);
    expect(a.count(initiation)).toBeGreaterThan(25);
  });

  test("an event that waits to be told asks for a tick at once", () => {
    const { net, a } = createPair();
    send(a, toB, net.now);
    expect(a.events).toEqual([]);
    expect(a.device.nextDeadline()).toBe(net.now);
    a.device.tick(net.now);
    expect(a.events.map(({ kind }) => kind)).toEqual(["handshake-sent"]);
    expect(a.device.nextDeadline()).toBeGreaterThan(net.now);
  });

  test("an event's handler may remove the peer", () => {
    const pair: Pair = createPair({
      b: {
        onEvent: (event) => event.kind === "handshake-complete" && pair.b.device.removePeer(event.peer.publicKey),
      },
    });
    send(pair.a, toB, pair.net.now);
    pair.net.settle();
    expect([...pair.b.device.peers]).toEqual([]);
    send(pair.a, toB, pair.net.now);
    pair.net.settle();
    expect(pair.b.device.stats.drops["unknown-index"]).toBe(1);
  });

  test("events number the attempts", () => {
    const { net, a } = createPair();
    send(a, toB, net.now);
    net.run(11_000, true);
    const attempts = a.events.map((event) => (event.kind === "handshake-sent" ? event.attempt : 0));
    expect(attempts).toEqual([1, 2, 3]);
  });
});

describe("rekeying", () => {
  test("W22 the initiator rekeys when it sends on a key older than 120 s; the responder does not", () => {
    const { net, a, b } = connected();
    net.clock.advance(119_999);
    send(a, toB, net.now);
    net.settle();
    net.clock.advance(2);
    send(b, toA, net.now);
    expect(b.sentTypes()).toEqual([data]);
    net.settle();
    expect(a.count(initiation)).toBe(0);
    send(a, toB, net.now);
    expect(a.sentTypes().slice(-2)).toEqual([data, initiation]);
  });

  test.each(["a", "b"] as const)("W22 after 2^60 messages %s rekeys, whatever its role", (name) => {
    const pair = connected();
    pair.net.clock.advance(6_000);
    const [node, peer, packet] =
      name === "a" ? ([pair.a, pair.peerB, toB] as const) : ([pair.b, pair.peerA, toA] as const);
    peer.keys.current!.sendHigh = 0x0fff_ffff;
    peer.keys.current!.sendLow = 0xffff_fffe;
    send(node, packet, pair.net.now);
    expect(node.sentTypes()).toEqual([data]);
    send(node, packet, pair.net.now);
    expect(node.sentTypes()).toEqual([data, data, initiation]);
  });

  test("W23 data received on a key older than 165 s makes the initiator rekey once", () => {
    const pair = connected();
    const { net, a, b } = pair;
    net.clock.advance(165_001);
    for (let i = 0; i < 3; i++) send(b, toA, net.now);
    runOneWay(pair, a, 100);
    expect(a.count(initiation)).toBe(1);
    net.clock.advance(8_000);
    send(b, toA, net.now);
    for (const wired of net.take()) net.put(wired);
    expect(a.delivered.length).toBe(4);
    expect(a.count(initiation)).toBe(1);
  });

  test("W23 holds for every session: after the rekey, data on a key of 165 s makes the next one", () => {
    const { net, a, b, peerB } = connected();
    for (const round of [1, 2, 3]) {
      net.clock.advance(165_001);
      for (let i = 0; i < 2; i++) send(b, toA, net.now);
      net.settle();
      expect([a.count(initiation), peerB.stats.handshakesCompleted]).toEqual([round, 1 + round]);
    }
    expect(a.delivered.length).toBe(6);
  });

  test("W23 the responder does not rekey on receipt", () => {
    const { net, a, b } = connected();
    net.clock.advance(170_000);
    send(a, toB, net.now);
    for (const wired of net.take()) if (wired.datagram[0] === data) net.put(wired);
    expect(b.delivered.length).toBe(1);
    expect(b.sent).toEqual([]);
  });

  test("W24 a key of 180 s neither sends nor receives", () => {
    const { net, a, b, peerB } = connected();
    net.clock.advance(179_999);
    send(b, toA, net.now);
    const inFlight = net.take();
    net.clock.advance(1);
    for (const wired of inFlight) net.put(wired);
    expect(a.device.stats.drops["key-expired"]).toBe(1);
    expect(peerB.maySend(net.now - 1)).toBe(true);
    expect(peerB.maySend(net.now)).toBe(false);
    expect(send(a, toB, net.now)).toBe("staged");
    expect(a.sentTypes()).toEqual([initiation]);
    net.settle();
    expect(b.delivered.length).toBe(1);
  });

  test("W25 540 s after the last session everything is erased and old packets are dropped", () => {
    const { net, a, b, peerB, peerA } = connected();
    send(b, toA, net.now);
    const old = net.take();
    net.run(500_000, true);
    // Something waits, and an initiation is out, when the time comes.
    expect(send(a, toB, net.now)).toBe("staged");
    net.run(39_999, true);
    expect(peerB.keys.current).toBeDefined();
    expect(peerB.handshake.pendingIndex).toBeDefined();
    expect(peerB.stats.stagedDropped).toBe(0);
    net.run(1, true);
    expect(peerB.stats.stagedDropped).toBe(1);
    expect(peerB.keys.current ?? peerB.keys.previous ?? peerB.keys.next).toBeUndefined();
    expect(peerA.keys.current).toBeUndefined();
    expect(peerB.handshake.pendingIndex).toBeUndefined();
    expect(a.events.map(({ kind }) => kind)).toContain("session-expired");
    for (const wired of old) net.put(wired);
    expect(a.device.stats.drops["unknown-index"]).toBe(1);
    expect(b.delivered).toEqual([]);
  });

  test("W25 of a peer that never answered everything is erased 540 s after giving up", () => {
    const { net, a, peerB } = createPair();
    send(a, toB, net.now);
    net.run(120_000, true);
    const gaveUpAt = a.events.find(({ kind }) => kind === "handshake-gave-up")!.now;
    net.run(gaveUpAt + 539_999 - net.now, true);
    expect(a.events.map(({ kind }) => kind)).not.toContain("session-expired");
    expect(peerB.handshake.pendingIndex).toBeDefined();
    net.run(1, true);
    expect(a.events.at(-1)).toEqual({ kind: "session-expired", peer: peerB, now: net.now, cause: "age" });
    expect(peerB.handshake.pendingIndex).toBeUndefined();
    expect(a.device.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
  });

  test("W42 a rekey under traffic loses nothing and keeps the order, packets on the old key included", () => {
    const pair = connected();
    const { net, a, b } = pair;
    net.clock.advance(120_001);
    let number = 0;
    const wantedAtB: number[] = [];
    const late: Parameters<typeof net.put>[0][] = [];
    for (let round = 0; round < 40; round++) {
      send(a, ipv4Packet(A_INNER, B_INNER, 28, number), net.now);
      send(b, ipv4Packet(B_INNER, A_INNER, 28, number), net.now);
      wantedAtB.push(number++);
      const wire = net.take();
      // Every packet of the old key to b is held back over the whole rekey in the first rounds.
      if (round === 0) late.push(...wire.filter(({ datagram, to }) => datagram[0] === data && to === b.endpoint));
      for (const wired of wire) if (!late.includes(wired)) net.put(wired);
      net.clock.advance(1);
    }
    net.settle();
    for (const wired of late) net.put(wired);
    expect(late.length).toBe(1);
    expect(pair.peerB.stats.handshakesCompleted).toBe(2);
    const numbers = b.delivered.map(({ packet }) => packet[20]! - 20);
    expect(numbers).toEqual([...wantedAtB.slice(1), 0]);
    expect(a.delivered.length).toBe(40);
  });

  test("W04 the peer's initiation ends the key before the current one; the current one serves on", () => {
    const { net, a, b, peerA, peerB } = connected();
    const underKey = (): Wired => {
      send(b, toA, net.now);
      return net.take()[0]!;
    };
    const oldest = underKey();
    net.clock.advance(6_000);
    a.device.initiateHandshake(peerB, net.now);
    net.settle();
    expect(peerB.keys.previous).toBeDefined();
    const newer = underKey();
    net.clock.advance(6_000);
    b.device.initiateHandshake(peerA, net.now);
    for (const wired of net.take()) net.put(wired);
    expect([peerB.keys.previous, peerB.keys.next?.role]).toEqual([undefined, "responder"]);
    net.put(oldest);
    expect([a.device.stats.drops["unknown-index"], a.delivered.length]).toEqual([1, 0]);
    net.put(newer);
    expect(a.delivered.length).toBe(1);
    net.settle();
  });

  test("a session that carries traffic lives through ten rekeys without a loss", () => {
    const { net, a, b, peerB } = connected();
    for (let second = 0; second < 1_250; second++) {
      expect(send(a, toB, net.now)).toBe("sent");
      expect(send(b, toA, net.now)).toBe("sent");
      net.settle();
      net.run(1_000);
    }
    expect([a.delivered.length, b.delivered.length]).toEqual([1_250, 1_250]);
    expect(peerB.stats.handshakesCompleted).toBe(11);
  });
});

describe("keepalives", () => {
  test("W26 data without an answer of ours for 10 s is answered with one keepalive, which is not answered", () => {
    const { net, a, b } = connected();
    net.run(30_000);
    forget(a, b);
    send(a, toB, net.now);
    net.settle();
    net.run(9_999);
    expect(b.sent).toEqual([]);
    net.run(1);
    expect(b.sent.map(({ datagram }) => datagram.length)).toEqual([32]);
    net.run(60_000);
    expect(b.sent.length).toBe(1);
    expect(a.sent.length).toBe(1);
  });

  test("W26 data of ours within the 10 s spares the keepalive", () => {
    const { net, a, b } = connected();
    net.run(30_000);
    forget(a, b);
    send(a, toB, net.now);
    net.settle();
    net.run(5_000);
    send(b, toA, net.now);
    net.settle();
    net.run(8_000);
    expect(b.sent.length).toBe(1);
  });

  test("W26 our answer counts for all data before it: no second round remains", () => {
    const { net, a, b } = connected();
    net.run(30_000);
    forget(a, b);
    for (let i = 0; i < 2; i++) send(a, toB, net.now);
    net.settle();
    send(b, toA, net.now);
    net.settle();
    net.run(1_000);
    send(a, toB, net.now);
    net.settle();
    net.run(60_000);
    expect(b.sent.map(({ datagram }) => datagram.length > 32)).toEqual([true, false]);
  });

  test("W26 more data meanwhile gives another round of 10 s", () => {
    const { net, a, b } = connected();
    net.run(30_000);
    forget(a, b);
    for (let i = 0; i < 2; i++) {
      send(a, toB, net.now);
      net.settle();
      net.run(5_000);
    }
    expect(b.sent.length).toBe(1);
    net.run(9_999);
    expect(b.sent.length).toBe(1);
    net.run(1);
    expect(b.sent.length).toBe(2);
    net.run(60_000);
    expect(b.sent.length).toBe(2);
  });

  test("W27 data that nothing authentic answers for 15 s starts a handshake", () => {
    const { net, a, b } = connected();
    net.run(20_000);
    forget(a, b);
    send(a, toB, net.now);
    net.run(14_999, true);
    expect(a.count(initiation)).toBe(0);
    net.run(340, true);
    expect(a.count(initiation)).toBe(1);
  });

  test("W27 keepalives of ours do not start that timer, and any answer stops it", () => {
    const { net, a, b, peerB } = connected();
    net.run(20_000);
    forget(a, b);
    peerB.sendKeepalive(net.now);
    net.run(40_000, true);
    expect(a.count(initiation)).toBe(0);
    send(a, toB, net.now);
    net.take();
    net.run(14_000, true);
    send(b, toA, net.now);
    net.settle();
    net.run(9_000, true);
    expect(a.count(initiation)).toBe(0);
  });

  test("W28 a persistent keepalive goes out at once and then every n seconds of silence", () => {
    const { net, a, b, peerB } = connected();
    net.run(60_000);
    forget(a, b);
    peerB.setPersistentKeepalive(15, net.now);
    expect(a.sent.length).toBe(1);
    net.settle();
    net.run(14_999);
    expect(a.sent.length).toBe(1);
    net.run(1);
    expect(a.sent.length).toBe(2);
    // An authentic packet in either direction restarts the silence.
    net.run(10_000);
    send(b, toA, net.now);
    net.settle();
    net.run(9_999);
    expect(a.sent.length).toBe(2);
    peerB.setPersistentKeepalive(0, net.now);
    net.run(30_000);
    expect(a.sent.length).toBe(3); // the passive one for b's packet
  });

  test("W28 a peer added with a persistent keepalive and an endpoint is called at once", () => {
    const { net, a, b } = createPair();
    const config = { publicKey: b.device.publicKey, allowedIps: [prefixOf(B_INNER)], persistentKeepaliveSeconds: 25 };
    const peer = a.device.addPeer({ ...config, endpoint: b.endpoint }, net.now);
    expect(a.count(initiation)).toBe(1);
    net.settle();
    expect(peer.stats.handshakesCompleted).toBe(1);
    expect(peer.persistentKeepaliveSeconds).toBe(25);
    net.run(600_000);
    expect(a.device.stats.drops).toEqual(b.device.stats.drops);
    expect(send(b, toA, net.now)).toBe("sent");
  });

  test("an idle pair falls silent and asks for no timer", () => {
    const { net, a, b } = connected();
    net.run(545_000);
    forget(a, b);
    expect(a.device.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
    expect(b.device.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
    net.run(3_600_000);
    expect([...a.sent, ...b.sent]).toEqual([]);
  });
});

describe("so that two peers do not stay in step", () => {
  const none = (): void => undefined;
  const actions = { retryHandshake: none, giveUp: none, renewHandshake: none, sendKeepalive: none, eraseKeys: none };

  /** Timers that draw these numbers, one after the other. */
  function drawing(...numbers: number[]): PeerTimers {
    const wheel = new TimerWheel<PeerTimers>(
      (timers) => timers.nextDeadline(),
      (timers, now) => timers.fire(now),
    );
    return new PeerTimers(actions, () => numbers.shift() ?? expect.fail("one draw too many"), wheel);
  }

  test("W27 the handshake after silence is put off by a part of 333 ms, drawn once per session", () => {
    const timers = drawing(0.25, 0.75);
    for (const [at, drawn] of [
      [0, 0.25],
      [100_000, 0.75],
    ] as const) {
      timers.sessionDerived(at);
      for (let packet = 1; packet <= 3; packet++) {
        timers.dataSent(at + packet);
        expect(timers.nextDeadline()).toBeCloseTo(at + packet + NEW_HANDSHAKE_AFTER_MS + drawn * JITTER_MS, 6);
        timers.authenticReceived(at + packet);
      }
    }
  });

  test("W41 an initiation that the limit of one in 5 s held back is put off by a part of 333 ms", () => {
    const timers = drawing(0.5);
    timers.initiationDeferred(REKEY_TIMEOUT_MS);
    // Held back already: nothing is drawn or put off again.
    timers.initiationDeferred(2 * REKEY_TIMEOUT_MS);
    expect(timers.nextDeadline()).toBeCloseTo(REKEY_TIMEOUT_MS + JITTER_MS / 2, 6);
  });
});
