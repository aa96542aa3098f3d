import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HIGH_WATER_BYTES } from "../../electron/netstack/fragments.ts";
import type { PingReply } from "../../electron/netstack/ping.ts";
import {
  bytesOf,
  checksumsHold,
  echo6,
  extension,
  fragmentHeader,
  icmp4,
  icmp6,
  ip4,
  ip6,
  naiveChecksum,
  probe,
  tcp,
  u16,
  udp,
  whole,
} from "../support/netstack-packets.ts";
import { ip, StackPair } from "../support/netstack-pair.ts";
import { seededNumbers } from "../support/netstack-random.ts";
import { seed } from "../support/seed.ts";

const data = fc.uint8Array({ maxLength: 120 });
const inner6 = ip6({ next: 17, payload: udp({ sourcePort: 7, port: 9, payload: new Uint8Array(20) }), to: "fd00::2" });

/** Packets that are nearly right: each layer's length or checksum may be off, by the mutation. */
const packets = fc.oneof(
  data.map((d) => ip6({ next: 58, payload: echo6(1, 1, d) })),
  data.map((d) => ip6({ next: 0, payload: bytesOf(extension(58, [...d.subarray(0, 20)]), echo6(1, 1, d)) })),
  fc
    .tuple(fc.nat(15), fc.boolean(), fc.nat(2), data)
    .map(([at, more, id, d]) => ip6({ next: 44, payload: bytesOf(fragmentHeader(58, id, at * 8, more), d) })),
  fc
    .tuple(fc.nat(15), fc.boolean(), fc.nat(2), data)
    .map(([at, more, id, payload]) => ip4({ protocol: 1, offset: at * 8, more, id, payload })),
  data.map((d) => ip4({ protocol: 1, payload: icmp4(8, 0, 1, d) })),
  data.map((payload) => ip6({ next: 17, payload: udp({ sourcePort: 9, port: 7, payload }) })),
  fc
    .tuple(fc.nat(255), data)
    .map(([flags, payload]) => ip6({ next: 6, payload: tcp({ sourcePort: 9, port: 80, seq: 1, flags, payload }) })),
  fc
    .tuple(fc.nat(5), fc.nat(5), fc.nat())
    .map(([type, code, word]) => ip6({ next: 58, payload: icmp6(type, code, word, inner6) })),
);

const mutated = fc
  .tuple(packets, fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 3 }), fc.nat(400))
  .map(([packet, changes, cut]) => {
    const bytes = packet.slice();
    for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
    // Half of the damaged IPv4 headers get a right checksum, so that they are read further.
    if (bytes[0] === 0x45 && cut % 2 === 0 && bytes.length >= 20) {
      bytes.fill(0, 10, 12);
      bytes.set(u16(naiveChecksum(bytes.subarray(0, 20))), 10);
    }
    return cut < bytes.length ? bytes.subarray(0, bytes.length - cut) : bytes;
  });

describe("hostile packets", () => {
  it("never throw, never cost much memory, and what they bring about is well-formed", () => {
    const { stack, sent } = probe();
    stack.openUdp({ port: 7 }, () => undefined);
    stack.listenTcp({ port: 80 }, () => undefined);
    let now = 0;
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), mutated), fc.nat(3_000), (packet, ms) => {
        now += ms;
        stack.receive(...whole(packet.slice()), now);
        if (stack.nextDeadline() <= now) stack.tick(now);
        stack.endTurn(now);
        for (const out of sent.splice(0)) {
          expect(out.length).toBeLessThanOrEqual(1420);
          expect(checksumsHold(out)).toBe(true);
        }
        expect(stack.stats.reassemblyBytes).toBeGreaterThanOrEqual(0);
        expect(stack.stats.reassemblyBytes).toBeLessThanOrEqual(HIGH_WATER_BYTES);
      }),
      { seed: seed(), numRuns: 8_000 },
    );
    stack.tick(now + 120_000);
    expect(stack.stats.reassemblyBytes).toBe(0);
  });

  it("pings of every size come back over a link that reorders", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1280, max: 1500 }), fc.nat(20_000), fc.nat(), (mtu, size, random) => {
        const next = seededNumbers(random);
        const pair = new StackPair({ mtu, delay: () => 5 + next() * 50 });
        const replies: PingReply[] = [];
        for (const to of ["fd00::b", "10.0.0.2"]) pair.a.ping(ip(to), size, pair.now, (r) => replies.push(r));
        pair.run(1_000);
        expect(replies.filter((r) => "rttMs" in r)).toHaveLength(2);
      }),
      { seed: seed(), numRuns: 150 },
    );
  });
});
