import { expect, test, vi } from "vitest";
import { ManualClock } from "../../../electron/base/clock.ts";
import { silentLog } from "../../../electron/base/log.ts";
import { NetworkMemory } from "../../../electron/engine/carriers/carrier-memory.ts";
import { Carriers } from "../../../electron/engine/carriers/carriers.ts";
import { Outbound } from "../../../electron/engine/outbound.ts";
import { HEADROOM, TAILROOM } from "../../../electron/wireguard/seam.ts";
import { A_INNER, B_INNER, createPair, ipv4Packet } from "../../support/wireguard-pair.ts";

const UDP = 17;

/** A packet that asks for an answer, `room` bytes into its buffer. */
function question(room: number): { buffer: Uint8Array; length: number } {
  const packet = ipv4Packet(A_INNER, B_INNER, 64);
  packet[9] = UDP;
  const buffer = new Uint8Array(room + packet.length + TAILROOM);
  buffer.set(packet, room);
  return { buffer, length: packet.length };
}

function createOutbound() {
  const clock = new ManualClock();
  const { device } = createPair().a;
  const carriers = new Carriers({
    clock,
    log: silentLog,
    choice: "udp",
    memory: new NetworkMemory(),
    device: () => device,
    now: () => clock.now(),
    wake: () => undefined,
    endTurn: () => undefined,
    onRecovered: () => undefined,
  });
  const outbound = new Outbound({ now: () => clock.now(), captureFile: () => undefined, carriers, device });
  return { outbound, carriers, device };
}

test.each(["packet", "run"] as const)("the mark of a %s that asks for an answer holds during the call only", (what) => {
  const { outbound, carriers, device } = createOutbound();
  const marks: boolean[] = [];
  const one = vi.spyOn(device, "encapsulate");
  one.mockImplementation(() => {
    marks.push(carriers.asksForAnswer);
    return "sent";
  });
  const many = vi.spyOn(device, "encapsulateRun");
  many.mockImplementation(() => void marks.push(carriers.asksForAnswer));
  const { buffer, length } = question(HEADROOM);
  if (what === "packet") outbound.packet(buffer, HEADROOM, length);
  else outbound.send(buffer, HEADROOM, length, 1);
  expect([marks, carriers.asksForAnswer]).toEqual([[true], false]);
});

test.each(["packet", "run"] as const)("nor does it outlive a %s that the device refuses by throwing", (what) => {
  const { outbound, carriers } = createOutbound();
  const { buffer, length } = question(0);
  const send = what === "packet" ? () => outbound.packet(buffer, 0, length) : () => outbound.send(buffer, 0, length, 1);
  expect(send).toThrow("room");
  expect(carriers.asksForAnswer).toBe(false);
});
