import { expect, test } from "vitest";
import { MOST_EVENTS } from "../../../electron/wireguard/constants.ts";
import { EventQueue } from "../../../electron/wireguard/event-queue.ts";
import { createPair } from "../../support/wireguard-pair.ts";

const { peerA, peerB } = createPair();
const full = (): EventQueue => {
  const queue = new EventQueue();
  for (let i = 0; i < MOST_EVENTS; i++) queue.push({ kind: "cookie-received", peer: peerA, now: i });
  return queue;
};

test("beyond the bound only what others act on is kept, the latest of each kind and peer, behind all else", () => {
  const queue = full();
  queue.push({ kind: "handshake-sent", peer: peerA, now: 1, attempt: 1 });
  const complete = { kind: "handshake-complete", peer: peerA, role: "initiator", rttMs: 1 } as const;
  queue.push({ ...complete, now: 2 });
  queue.push({ kind: "endpoint-changed", peer: peerB, now: 3, endpoint: peerB.endpoint! });
  queue.push({ ...complete, peer: peerB, now: 4 });
  // The one before is lost for it.
  queue.push({ ...complete, now: 5 });
  for (let i = 0; i < MOST_EVENTS; i++) expect(queue.shift()?.now).toBe(i);
  expect(queue.first?.now).toBe(3);
  expect([queue.shift(), queue.shift(), queue.shift(), queue.shift()].map((event) => event?.now)).toEqual([
    3,
    4,
    5,
    undefined,
  ]);
});

test("what comes while the queue is told never overtakes what waits", () => {
  const queue = full();
  queue.push({ kind: "endpoint-changed", peer: peerB, now: 1, endpoint: peerB.endpoint! });
  queue.shift();
  queue.push({ kind: "endpoint-changed", peer: peerB, now: 2, endpoint: peerB.endpoint! });
  for (let i = 1; i < MOST_EVENTS; i++) queue.shift();
  expect(queue.shift()?.now).toBe(2);
  expect(queue.shift()).toBeUndefined();
  queue.push({ kind: "cookie-received", peer: peerB, now: 3 });
});
