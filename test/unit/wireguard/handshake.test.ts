import { describe, expect, test, vi } from "vitest";
import { CulvertError } from "../../../electron/base/errors.ts";
import { publicKeyOf } from "../../../electron/crypto/x25519.ts";
import { NativeKeyPair } from "../../../electron/crypto/x25519-native.ts";
import { MessageType, parseInitiation } from "../../../electron/wireguard/messages.ts";
import { isLater } from "../../../electron/wireguard/tai64n.ts";
import {
  A_INNER,
  B_INNER,
  connect,
  createPair,
  innards,
  ipv4Packet,
  mangled,
  prefixOf,
  seededRandom,
  send,
  TestNet,
  udp,
} from "../../support/wireguard-pair.ts";

const { initiation, response, data } = MessageType;
const toB = ipv4Packet(A_INNER, B_INNER);
const toA = ipv4Packet(B_INNER, A_INNER);

describe("a first handshake", () => {
  test("W01 a packet without a session sends one initiation of 148 bytes and goes out after the response", () => {
    const { net, a, b } = createPair();
    expect(send(a, toB, net.now)).toBe("staged");
    expect(send(a, toB, net.now)).toBe("staged");
    expect(a.sent.map(({ datagram }) => datagram.length)).toEqual([148]);
    net.settle();
    expect(a.sentTypes()).toEqual([initiation, data, data]);
    expect(b.sentTypes()).toEqual([response]);
    expect(b.sent[0]?.datagram.length).toBe(92);
    expect(b.delivered.map(({ packet }) => packet)).toEqual([toB, toB]);
  });

  test("W03 without staged packets the initiator confirms with a keepalive; counters start at 0", () => {
    const { net, a, b, peerB } = createPair();
    a.device.initiateHandshake(peerB, net.now);
    net.settle();
    expect(a.sentTypes()).toEqual([initiation, data]);
    expect(a.sent[1]?.datagram.length).toBe(32);
    expect([...a.sent[1]!.datagram.subarray(8, 16)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    expect(b.delivered).toEqual([]);
    expect(send(a, toB, net.now)).toBe("sent");
    expect([...a.sent[2]!.datagram.subarray(8, 16)]).toEqual([1, 0, 0, 0, 0, 0, 0, 0]);
  });

  test("W04 W05 the responder sends nothing under the new key before the initiator's first packet confirms it", () => {
    const { net, a, b, peerB, peerA } = createPair();
    a.device.initiateHandshake(peerB, net.now);
    for (const wired of net.take()) net.put(wired);
    expect(b.sentTypes()).toEqual([response]);
    expect(send(b, toA, net.now)).toBe("staged");
    expect(b.count(data)).toBe(0);
    expect(peerA.stats.handshakesCompleted).toBe(0);
    net.settle();
    expect(peerA.stats.handshakesCompleted).toBe(1);
    expect(b.events.map(({ kind }) => kind)).toContain("handshake-complete");
    expect(a.delivered.map(({ packet }) => packet)).toEqual([toA]);
  });

  test("W06 an unanswered initiation is repeated after 5 to 5.34 s with new ephemeral, index and timestamp", () => {
    const { net, a, b } = createPair();
    send(a, toB, net.now);
    const [first] = net.take();
    net.run(4_999, true);
    expect(a.count(initiation)).toBe(1);
    net.run(341, true);
    expect(a.count(initiation)).toBe(2);
    const [one, two] = [parseInitiation(first!.datagram), parseInitiation(a.sent[1]!.datagram)];
    expect(two.ephemeral).not.toEqual(one.ephemeral);
    expect(two.sender).not.toBe(one.sender);
    // The time is sealed: the peer takes the second after the first, and would not the other way round (W11).
    net.put(first!);
    net.clock.advance(25);
    net.put(a.sent[1]!);
    expect([b.count(response), b.device.stats.drops["handshake-replayed"]]).toEqual([2, 0]);
  });

  test("W08 at most one initiation in 5 s after an initiation or a response, and none is forgotten", () => {
    const { net, a, b, peerB, peerA } = createPair();
    a.device.initiateHandshake(peerB, net.now);
    a.device.initiateHandshake(peerB, net.now);
    net.clock.advance(4_000);
    send(a, toB, net.now);
    expect(a.count(initiation)).toBe(1);
    const [wired] = net.take();
    net.put(wired!);
    net.take();
    // b has just answered, and its answer was lost: it holds its own initiation back, but sends it in the end.
    expect(send(b, toA, net.now)).toBe("staged");
    b.device.initiateHandshake(peerA, net.now);
    expect(b.sentTypes()).toEqual([response]);
    net.run(4_900, true);
    expect(b.count(initiation)).toBe(0);
    net.run(500, true);
    expect(b.count(initiation)).toBe(1);
  });

  test("a forced initiation does not wait for the 5 s", () => {
    const { net, a, peerB } = createPair();
    a.device.initiateHandshake(peerB, net.now);
    a.device.initiateHandshake(peerB, net.now, { force: true });
    expect(a.count(initiation)).toBe(2);
  });

  test("expired keys hold packets back until the new handshake, and lose none", () => {
    const pair = createPair();
    connect(pair);
    const { net, a, b, peerB } = pair;
    net.clock.advance(1_000);
    a.device.initiateHandshake(peerB, net.now, { force: true, expireKeys: true });
    expect(send(a, toB, net.now)).toBe("staged");
    net.settle();
    expect(b.delivered.length).toBe(1);
    expect(a.sentTypes()).toEqual([initiation, data]);
  });

  test("the round trip of the handshake is measured", () => {
    const { net, a, peerB } = createPair();
    send(a, toB, net.now);
    net.clock.advance(40);
    net.settle();
    expect(peerB.stats.lastHandshakeRttMs).toBe(40);
    expect(peerB.stats.lastHandshakeAt).toBe(net.now);
    expect(peerB.sessionSince).toBe(net.now);
  });
});

describe("what is refused", () => {
  test("W09 a wrong mac1 is dropped before anything is computed, in initiations and responses", () => {
    const { net, a, b, peerB } = createPair();
    send(a, toB, net.now);
    const [wired] = net.take();
    const agreed = vi.spyOn(NativeKeyPair.prototype, "agree");
    for (let at = 116; at < 132; at++) net.put(mangled(wired!, (d) => (d[at] = d[at]! ^ 1)));
    expect(b.sent).toEqual([]);
    expect(b.device.stats.drops["mac1-mismatch"]).toBe(16);
    expect(agreed).not.toHaveBeenCalled();
    net.put(wired!);
    expect(b.count(response)).toBe(1);
    const computed = agreed.mock.calls.length;
    expect(computed).toBeGreaterThan(0);
    const [answer] = net.take();
    net.put(mangled(answer!, (d) => (d[60] = d[60]! ^ 1)));
    expect(a.device.stats.drops["mac1-mismatch"]).toBe(1);
    expect(agreed.mock.calls.length).toBe(computed);
    agreed.mockRestore();
    net.put(answer!);
    expect(peerB.stats.handshakesCompleted).toBe(1);
  });

  test("W10 a right mac1 with an unknown static key gets no answer", () => {
    const net = new TestNet();
    const b = net.add("b", udp("192.0.2.2", 1));
    const stranger = net.add("stranger", udp("192.0.2.9", 1));
    const config = { publicKey: b.device.publicKey, endpoint: b.endpoint, allowedIps: [prefixOf("0.0.0.0/0")] };
    stranger.device.addPeer(config, net.now);
    send(stranger, toB, net.now);
    net.settle();
    expect(b.sent).toEqual([]);
    expect(b.device.stats.drops["unknown-peer"]).toBe(1);
  });

  test("W11 a replayed initiation, or one with an older timestamp, leaves the session alone", () => {
    const pair = createPair();
    const { net, a, b, peerB } = pair;
    a.device.initiateHandshake(peerB, net.now);
    const [older] = net.take();
    net.clock.advance(30);
    a.device.initiateHandshake(peerB, net.now, { force: true });
    const newer = net.wire[0]!;
    net.settle();
    expect(send(b, toA, net.now)).toBe("sent");
    b.sent.length = 0;
    net.clock.advance(1_000);
    net.put(newer);
    net.put(older!);
    expect(b.sent).toEqual([]);
    expect(b.device.stats.drops["handshake-replayed"]).toBe(2);
    net.settle();
    expect(send(b, toA, net.now)).toBe("sent");
    expect(send(a, toB, net.now)).toBe("sent");
    net.settle();
    expect(b.delivered.length).toBe(1);
    expect(a.delivered.length).toBe(2);
  });

  test("W12 a second valid initiation within 20 ms is dropped", () => {
    const { net, a, b, peerB } = createPair();
    const answered = [0, 20, 1, 20, 1].map((wait) => {
      net.clock.advance(wait);
      a.device.initiateHandshake(peerB, net.now, { force: true });
      for (const wired of net.take()) net.put(wired);
      return net.take().length;
    });
    expect(answered).toEqual([1, 0, 1, 0, 1]);
    expect(b.device.stats.drops["handshake-flood"]).toBe(2);
  });

  test("W13 with different preshared keys the responder answers, the initiator keeps trying, no data flows", () => {
    const random = seededRandom("psk");
    const { net, a, b } = createPair({ presharedKeys: [random(32), random(32)] });
    send(a, toB, net.now);
    net.settle();
    expect(b.count(response)).toBe(1);
    expect(a.device.stats.drops["handshake-invalid"]).toBe(1);
    net.run(12_000);
    expect(a.count(initiation)).toBe(3);
    expect(a.count(data) + b.count(data)).toBe(0);
  });

  test("a common preshared key works in both directions", () => {
    const psk = seededRandom("psk")(32);
    const { net, a, b } = createPair({ presharedKeys: [psk, psk] });
    send(a, toB, net.now);
    net.settle();
    send(b, toA, net.now);
    net.settle();
    expect([a.delivered.length, b.delivered.length]).toEqual([1, 1]);
  });

  test("W15 nothing is ever sent to a peer whose key is a low-order point", () => {
    const net = new TestNet();
    const a = net.add("a", udp("192.0.2.1", 1));
    for (const first of [0, 1]) {
      const publicKey = new Uint8Array(32);
      publicKey[0] = first;
      const to = { endpoint: udp("192.0.2.2", 1), allowedIps: [prefixOf(B_INNER)], persistentKeepaliveSeconds: 5 };
      const peer = a.device.addPeer({ publicKey, ...to }, net.now);
      a.device.initiateHandshake(peer, net.now, { force: true });
      expect(send(a, toB, net.now)).toBe("unreachable");
    }
    net.run(600_000);
    expect(a.sent).toEqual([]);
  });

  test("W15 a low-order ephemeral is dropped in both roles", () => {
    const pair = createPair();
    const { net, a, b, peerB } = pair;
    a.device.initiateHandshake(peerB, net.now);
    const [wired] = net.take();
    const weak = mangled(wired!, (d) => {
      d.fill(0, 8, 40);
      peerB.cookies.stamp(d, net.now); // a right mac1
    });
    net.put(weak);
    expect(b.device.stats.drops["handshake-invalid"]).toBe(1);
    net.put(wired!);
    const [answer] = net.take();
    net.put(
      mangled(answer!, (d) => {
        d.fill(0, 12, 44);
        pair.peerA.cookies.stamp(d, net.now);
      }),
    );
    expect(a.device.stats.drops["handshake-invalid"]).toBe(1);
    net.put(answer!);
    expect(peerB.stats.handshakesCompleted).toBe(1);
  });

  test("W16 a response without an initiation that waits for it, or its second copy, is dropped", () => {
    const { net, a, peerA, peerB } = createPair();
    send(a, toB, net.now);
    for (const wired of net.take()) net.put(wired);
    const [answer] = net.take();
    const stray = mangled(answer!, (d) => {
      d[8] = d[8]! ^ 1;
      peerA.cookies.stamp(d, net.now);
    });
    net.put(stray);
    expect(a.device.stats.drops["unknown-index"]).toBe(1);
    // Forged ones, with a right mac1 and index, leave the initiation out and waiting.
    for (const at of [20, 50]) {
      const forged = mangled(answer!, (d) => {
        d[at] = d[at]! ^ 1;
        peerA.cookies.stamp(d, net.now);
      });
      net.put(forged);
    }
    expect(a.device.stats.drops["handshake-invalid"]).toBe(2);
    net.put(answer!);
    net.put(answer!);
    expect(a.device.stats.drops["unknown-index"]).toBe(2);
    expect(peerB.stats.handshakesCompleted).toBe(1);
  });
});

describe("crossing, changing, clocks", () => {
  test("W41 initiations that cross give a session in one round trip, both ways, without a retry", () => {
    const pair = createPair();
    const { net, a, b } = pair;
    send(a, toB, net.now);
    send(b, toA, net.now);
    net.settle();
    expect([a.delivered.length, b.delivered.length]).toEqual([1, 1]);
    expect(send(a, toB, net.now)).toBe("sent");
    expect(send(b, toA, net.now)).toBe("sent");
    net.settle();
    expect([a.delivered.length, b.delivered.length]).toEqual([2, 2]);
    net.run(9_000);
    expect([a.count(initiation), b.count(initiation)]).toEqual([1, 1]);
  });

  test.each([
    ["a's initiation", 0, initiation],
    ["b's initiation", 1, initiation],
    ["a's response", 0, response],
    ["b's response", 1, response],
  ])("W41 crossing with %s lost still ends in a session within the first retry", (_name, who, type) => {
    const pair = createPair();
    const { net, a, b } = pair;
    send(a, toB, net.now);
    send(b, toA, net.now);
    const loser = [a, b][who]!;
    let lost = false;
    while (net.wire.length > 0) {
      for (const wired of net.take()) {
        if (!lost && wired.from.key === loser.endpoint.key && wired.datagram[0] === type) lost = true;
        else net.put(wired);
      }
    }
    net.run(6_000);
    expect(lost).toBe(true);
    expect([a.delivered.length, b.delivered.length]).toEqual([1, 1]);
  });

  test("W43 the device's own key is refused as a peer", () => {
    const net = new TestNet();
    const a = net.add("a", udp("192.0.2.1", 1));
    const add = () => a.device.addPeer({ publicKey: a.device.publicKey, allowedIps: [] }, net.now);
    expect(add).toThrow(CulvertError);
  });

  test("W43 a new private key voids the old sending keys and calls the peer anew; old keys still receive", () => {
    const pair = createPair();
    connect(pair);
    const { net, a, b, peerB } = pair;
    const inFlight = send(b, toA, net.now);
    const privateKey = seededRandom("another")(32);
    b.device.addPeer({ publicKey: publicKeyOf(privateKey), allowedIps: [prefixOf(A_INNER)] }, net.now);
    a.device.setPrivateKey(privateKey, net.now);
    expect(a.count(initiation)).toBe(1);
    expect(send(a, toB, net.now)).toBe("staged");
    net.settle();
    expect(inFlight).toBe("sent");
    expect(a.delivered.length).toBe(1);
    expect(b.delivered.length).toBe(1);
    expect(peerB.stats.handshakesCompleted).toBe(2);
    expect(b.device.peer(a.device.publicKey)?.stats.handshakesCompleted).toBe(1);
  });

  test("W43 a peer that has the new private key's public key is removed", () => {
    const { net, a, b, peerB } = createPair();
    const privateKey = seededRandom("another")(32);
    a.device.addPeer({ publicKey: publicKeyOf(privateKey), allowedIps: [] }, net.now);
    a.device.setPrivateKey(privateKey, net.now);
    expect([...a.device.peers]).toEqual([peerB]);
    expect(b.sent).toEqual([]);
  });

  test("W43 a changed preshared key acts at the next handshake", () => {
    const pair = createPair();
    connect(pair);
    const { net, a, b, peerA, peerB } = pair;
    const psk = seededRandom("psk")(32);
    peerB.setPresharedKey(psk);
    expect(send(a, toB, net.now)).toBe("sent");
    net.settle();
    expect(b.delivered.length).toBe(1);
    net.clock.advance(100);
    a.device.initiateHandshake(peerB, net.now, { force: true });
    net.settle();
    expect(a.device.stats.drops["handshake-invalid"]).toBe(1);
    peerA.setPresharedKey(psk);
    net.clock.advance(100);
    a.device.initiateHandshake(peerB, net.now, { force: true });
    net.settle();
    expect(peerB.stats.handshakesCompleted).toBe(2);
  });

  test("W44 a wall clock set back by an hour does not stop the next handshake", () => {
    const pair = createPair();
    connect(pair);
    const { net, a, b, peerB } = pair;
    const before = a.device.lastTimestamp;
    net.clock.shiftWall(-3_600_000);
    net.clock.advance(6_000);
    a.device.initiateHandshake(peerB, net.now);
    net.settle();
    expect(b.device.stats.drops["handshake-replayed"]).toBe(0);
    expect(peerB.stats.handshakesCompleted).toBe(2);
    expect(isLater(a.device.lastTimestamp!, before!)).toBe(true);
  });

  test("W44 a restarted device that was given its last timestamp is accepted with its clock set back", () => {
    const pair = createPair();
    connect(pair);
    const { net, b } = pair;
    const lastTimestamp = pair.a.device.lastTimestamp!;
    pair.a.device.dispose();
    net.nodes.shift();
    net.clock.shiftWall(-3_600_000);
    net.clock.advance(1_000);
    const again = net.add("a", pair.a.endpoint, { lastTimestamp });
    again.device.addPeer({ publicKey: b.device.publicKey, endpoint: b.endpoint, allowedIps: [prefixOf(B_INNER)] }, 0);
    send(again, toB, net.now);
    net.settle();
    expect(b.delivered.length).toBe(1);
  });

  test("indices are unique among handshakes and sessions of all peers, and freed with them", () => {
    let draws = 0;
    // A poor source that gives each index twice in a row.
    const random = (length: number): Uint8Array =>
      length === 4 ? Uint8Array.of(draws++ >> 1, 0, 0, 0) : seededRandom(`poor ${draws++}`)(length);
    const pair = createPair({ a: { random } });
    connect(pair);
    const { net, a, peerB } = pair;
    const first = peerB.keys.current?.localIndex;
    for (let i = 0; i < 5; i++) {
      net.clock.advance(6_000);
      a.device.initiateHandshake(peerB, net.now);
      net.settle();
    }
    const { previous, current } = peerB.keys;
    expect(new Set([first, previous?.localIndex, current?.localIndex]).size).toBe(3);
    expect(a.device.removePeer(peerB.publicKey)).toBe(true);
    expect(a.device.removePeer(peerB.publicKey)).toBe(false);
    expect(innards(pair.peerA).keys.current).toBeDefined();
  });
});
