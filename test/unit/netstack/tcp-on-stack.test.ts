import { describe, expect, test } from "vitest";
import { ip4, ip6, probe, THEM4, THEM6, tcp, US4, US6, whole } from "../../support/netstack-packets.ts";

const SYN = 2;
const PORT = 22;

/** A SYN to our listener, from and to the addresses named. */
function syn(from: string, to: string): Uint8Array {
  const payload = tcp({ from, to, sourcePort: 4000, port: PORT, seq: 1000, flags: SYN });
  return from.includes(":") ? ip6({ from, to, next: 6, payload }) : ip4({ from, to, protocol: 6, payload });
}

describe("TCP behind IP's checks", () => {
  test.each([
    ["::", US6],
    ["::1", US6],
    ["ff02::1", US6],
    ["::ffff:10.0.0.2", US6],
    [US6, US6],
    [THEM6, "ff02::1"],
    [THEM6, "::"],
    ["0.0.0.0", US4],
    ["127.0.0.1", US4],
    ["224.0.0.1", US4],
    ["255.255.255.255", US4],
    [US4, US4],
    [THEM4, "224.0.0.1"],
    [THEM4, "255.255.255.255"],
    [THEM4, "0.0.0.0"],
  ])("T19 a SYN from %s to %s opens nothing and is not answered", (from, to) => {
    const { stack, sent } = probe();
    const accepted: unknown[] = [];
    stack.listenTcp({ port: PORT }, (connection) => accepted.push(connection));
    stack.receive(...whole(syn(from, to)), 10);
    stack.endTurn(10);
    for (let now = 10; now < 100_000; now += 1000) stack.tick(now);
    expect(sent).toEqual([]);
    expect(stack.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
    expect(Object.values(stack.stats.drops).reduce((sum, count) => sum + count, 0)).toBe(1);
  });

  test("T19 the same SYN from a peer to us is answered", () => {
    for (const [from, to] of [
      [THEM6, US6],
      [THEM4, US4],
    ] as const) {
      const { stack, sent } = probe();
      stack.listenTcp({ port: PORT }, () => undefined);
      stack.receive(...whole(syn(from, to)), 10);
      stack.endTurn(10);
      expect(sent.length).toBe(1);
    }
  });
});
