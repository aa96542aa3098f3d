import { expect, test } from "vitest";
import { SegmentSender } from "../../../../electron/engine/linux-udp/segment-sender.ts";
import type { SystemCalls } from "../../../../electron/engine/linux-udp/system-calls.ts";
import { udpEndpoint } from "../../../../electron/engine/udp-bind.ts";
import type { Endpoint } from "../../../../electron/wireguard/seam.ts";

/** Which bursts the system is asked to take, whatever it does with them; no call is real, so this holds on every system. */

const nothing = (): number => expect.fail("not a sender's call");
const LENGTH = 600;

function place(address: string, port = 9): Endpoint {
  return udpEndpoint(address, port) ?? expect.fail("no endpoint");
}

/** `takes` says whether the system takes bursts; `bursts` counts how often it was asked. */
function createSender(takes: boolean) {
  const bursts: number[] = [];
  const singles: Endpoint[] = [];
  const memory = new Uint8Array(new ArrayBuffer(4 * LENGTH));
  const calls: SystemCalls = {
    socket: nothing,
    bind: nothing,
    setOption: nothing,
    close: nothing,
    receiveMany: nothing,
    sendMessage: (fd) => {
      bursts.push(fd);
      return takes ? 0 : -1;
    },
    addressOf: () => 4_096,
    lastError: () => "EMSGSIZE",
  };
  const sender = new SegmentSender({ calls, fd: 3, memory, sendOne: (_, to) => singles.push(to) });
  const burst = (to: Endpoint): void => {
    sender.sendRun(memory.subarray(0, 2 * LENGTH), LENGTH, to);
  };
  return { sender, memory, bursts, singles, burst };
}

test("nothing is gathered for a link-local address, whose zone the system's call is not given", () => {
  const { sender, memory, bursts } = createSender(true);
  const zoned = place("fe80::1%eth0");
  for (let i = 0; i < 3; i++) expect(sender.take(new Uint8Array(LENGTH), zoned)).toBe(false);
  expect(sender.sendRun(memory.subarray(0, 2 * LENGTH), LENGTH, zoned)).toBe(false);
  sender.flush();
  expect(bursts).toEqual([]);
  expect(sender.sendRun(memory.subarray(0, 2 * LENGTH), LENGTH, place("fe80::1"))).toBe(true);
  expect(bursts).toHaveLength(1);
});

test("of places that refuse bursts 64 are remembered: one more empties the memory, and the first is asked again", () => {
  const { bursts, singles, burst } = createSender(false);
  const places = Array.from({ length: 65 }, (_, i) => place(`192.0.2.${i}`));
  const [first] = places;
  for (const to of places.slice(0, 64)) burst(to);
  burst(first!);
  expect(bursts).toHaveLength(64);
  burst(places[64]!);
  burst(places[64]!);
  expect(bursts).toHaveLength(65);
  burst(first!);
  expect(bursts).toHaveLength(66);
  // Refused or not asked for: both datagrams of each burst went one by one.
  expect(singles).toHaveLength(2 * (64 + 1 + 2 + 1));
});
