import { expect, test } from "vitest";
import { ManualClock } from "../../../electron/base/clock.ts";
import { EventLog, type EventSubject } from "../../../electron/engine/event-log.ts";
import { ShellEvents } from "../../../electron/engine/sessions/shell-events.ts";
import { TunnelEvents } from "../../../electron/engine/tunnel-events.ts";
import { placeText } from "../../../electron/wireguard/seam.ts";
import {
  type EventFacts,
  MOST_NETWORK_EVENTS,
  MOST_SHELL_EVENTS,
  type NetworkEvent,
  networkEvent,
} from "../../../shared/network-events.ts";
import { machine, session } from "../../support/renderer-fixtures.ts";
import { connect, createPair } from "../../support/wireguard-pair.ts";

const HARBOR: EventSubject = { accountId: "demo", orgSlug: "harbor", tunnelId: "t1" };
const ADA: EventSubject = { accountId: "demo", orgSlug: "ada", tunnelId: "t2" };

function log(): { log: EventLog; clock: ManualClock; told: NetworkEvent[] } {
  const clock = new ManualClock();
  const told: NetworkEvent[] = [];
  return { log: new EventLog({ clock, onEvent: (event) => told.push(networkEvent.parse(event)) }), clock, told };
}

const handshake = (peer: string, rttMs: number): EventFacts => ({ kind: "handshake", peer, carrier: "udp", rttMs });

test("#22 a night of new keys is one event with a count, and its newest figures", () => {
  const { log: events, clock, told } = log();
  events.add(HARBOR, { kind: "tunnel-up", peer: "a", carrier: "udp", rttMs: 12 });
  for (let i = 0; i < 400; i++) {
    clock.advance(120_000);
    events.add(HARBOR, handshake("a", i));
    events.add(HARBOR, handshake("b", i));
    events.add(ADA, handshake("c", i));
  }
  const kept = events.list();
  expect(kept.map(({ id, times }) => [id, times])).toEqual([
    [1, 1],
    [2, 400],
    [3, 400],
    [4, 400],
  ]);
  expect(kept[1]).toMatchObject({ at: 1_700_000_120_000, lastAt: clock.wall(), facts: { rttMs: 399 } });
  expect(told.length).toBe(1201);
  expect(told.at(-1)).toEqual(kept.at(-1));
});

test("what happens between two of a kind makes the second an event of its own", () => {
  const { log: events } = log();
  events.add(HARBOR, handshake("a", 1));
  events.add(HARBOR, { kind: "network-changed" });
  events.add(HARBOR, handshake("a", 2));
  events.add(ADA, { kind: "resumed" });
  events.add(HARBOR, handshake("a", 3));
  expect(events.list().map(({ facts, times }) => [facts.kind, times])).toEqual([
    ["handshake", 1],
    ["network-changed", 1],
    ["handshake", 2],
    ["resumed", 1],
  ]);
});

test("a shell that is lost and opened all night pushes nothing out", () => {
  const { log: events, clock } = log();
  events.add(HARBOR, { kind: "network-changed" });
  const subject: EventSubject = { ...HARBOR, tunnelId: null };
  for (let i = 0; i < 3_000; i++) {
    clock.advance(5_000);
    for (const app of ["web", "api"]) {
      const shell = { app, machine: "m1", region: "ams" };
      events.add(subject, { kind: "shell-opened", ...shell, readyMs: i });
      events.add(subject, { kind: "shell-lost", ...shell, code: "connection-reset" });
    }
  }
  expect(events.list().map(({ facts, times }) => [facts.kind, times])).toEqual([
    ["network-changed", 1],
    ["shell-opened", 3_000],
    ["shell-lost", 3_000],
    ["shell-opened", 3_000],
    ["shell-lost", 3_000],
  ]);
});

test("#1 a shell that was lost in the morning and again in the evening is told of twice", () => {
  const { log: events, clock } = log();
  const shell = { app: "web", machine: "m1", region: "ams" };
  for (let i = 0; i < 2; i++) {
    clock.advance(3_600_000);
    events.add({ ...HARBOR, tunnelId: null }, { kind: "shell-opened", ...shell, readyMs: i });
    events.add({ ...HARBOR, tunnelId: null }, { kind: "shell-lost", ...shell, code: "connection-reset" });
  }
  expect(events.list().map(({ times }) => times)).toEqual([1, 1, 1, 1]);
});

test("shells have a share of the list, and what is told of tunnels stays", () => {
  const { log: events } = log();
  events.add(HARBOR, { kind: "network-changed" });
  for (let i = 0; i < 900; i++) {
    const shell = { app: `web${i}`, machine: "m1", region: "ams" };
    events.add({ ...HARBOR, tunnelId: null }, { kind: "shell-failed", ...shell, code: "connection-reset" });
  }
  expect(events.list()).toHaveLength(1 + MOST_SHELL_EVENTS);
  expect([events.list()[0]?.id, events.list()[1]?.id]).toEqual([1, 702]);
});

test("the oldest go first once 500 are kept", () => {
  const { log: events } = log();
  for (let i = 0; i < 700; i++) events.add(HARBOR, { kind: "roamed", peer: "a", endpoint: `192.0.2.1:${i}` });
  const kept = events.list();
  expect(kept).toHaveLength(MOST_NETWORK_EVENTS);
  expect([kept[0]?.id, kept.at(-1)?.id]).toEqual([201, 700]);
});

test("the device's events become what people are told, and none holds more of a key than its beginning", () => {
  const told: EventFacts[] = [];
  const events = new TunnelEvents(3, (facts) => told.push(facts));
  const pair = createPair();
  connect(pair);
  const peer = pair.peerB;
  const endpoint = pair.b.endpoint;
  const shown = Buffer.from(peer.publicKey).toString("base64").slice(0, 8);
  const complete = { kind: "handshake-complete", peer, now: 1, role: "initiator", rttMs: 4.2 } as const;
  events.carrier("udp", "gw:443", peer);
  events.device(complete, "udp", false);
  events.device(complete, "udp", false);
  for (let attempt = 1; attempt <= 5; attempt++)
    events.device({ kind: "handshake-sent", peer, now: 2, attempt }, "udp", false);
  events.carrier("udp", "gw:443", peer);
  events.carrier("websocket", "gw:443", peer);
  // Another peer behind the same gateway.
  events.carrier("udp", "gw:443", pair.peerA);
  events.device({ ...complete, role: "responder", rttMs: undefined }, "websocket", false);
  events.device({ kind: "handshake-gave-up", peer, now: 3, attempts: 18 }, "udp", false);
  events.device({ kind: "handshake-refused", peer, now: 3, reason: "handshake-flood" }, "udp", false);
  events.device({ kind: "session-expired", peer, now: 3, cause: "age" }, "udp", false);
  events.device({ kind: "endpoint-changed", peer, now: 3, endpoint }, "udp", false);
  events.device({ kind: "endpoint-changed", peer, now: 3, endpoint }, "udp", true);
  events.device({ kind: "cookie-received", peer, now: 3 }, "udp", false);
  events.lookedUp("gw.example", undefined, false);
  events.lookedUp("gw.example", { ...endpoint, host: "192.0.2.1", port: 51820 }, true);
  events.lookedUp("192.0.2.1", endpoint, true);
  events.device({ kind: "load-changed", now: 3, underLoad: true }, "udp", false);
  expect(told).toEqual([
    { kind: "tunnel-up", peer: shown, carrier: "udp", rttMs: 4.2 },
    { kind: "handshake", peer: shown, carrier: "udp", rttMs: 4.2 },
    { kind: "gateway-silent", peer: shown, attempts: 3 },
    { kind: "carrier-changed", carrier: "websocket", gateway: "gw:443" },
    { kind: "tunnel-up", peer: shown, carrier: "websocket", rttMs: null },
    { kind: "gateway-gave-up", peer: shown, attempts: 18 },
    { kind: "handshake-refused", peer: shown, reason: "handshake-flood" },
    { kind: "keys-erased", peer: shown, cause: "age" },
    { kind: "roamed", peer: shown, endpoint: placeText(endpoint) },
    { kind: "cookie-asked", peer: shown },
    { kind: "name-looked-up", host: "gw.example", address: null, moved: false },
    { kind: "name-looked-up", host: "gw.example", address: "192.0.2.1:51820", moved: true },
  ]);
});

test("#1 a shell is told of when it opens, ends, is lost, never comes to be or is closed", () => {
  const told: [EventSubject, EventFacts][] = [];
  const shells = new ShellEvents((subject, facts) => told.push([subject, facts]));
  const web = (change: Parameters<typeof session>[3]) => session("s", "web", machine("m1", "ams"), change);
  const lost = { error: { code: "connection-reset" } } as const;
  shells.changed(web({ state: "connecting" }));
  shells.changed(web({ state: "failed", ...lost }));
  shells.changed(web({ state: "connecting" }));
  shells.changed(web({ state: "open", readyMs: 12 }));
  shells.changed(web({ state: "open", readyMs: 12, remoteTitle: "vim" }));
  shells.changed(web({ state: "failed", ...lost }));
  shells.changed(web({ state: "open", readyMs: 9 }));
  shells.changed(web({ state: "ended", exit: { code: 3, signal: null } }));
  shells.closed("s");
  shells.changed(web({ state: "open", readyMs: 9 }));
  shells.closed("s");
  shells.closed("unknown");
  const shell = { app: "web", machine: "m1", region: "ams" };
  expect(told.map(([, facts]) => facts)).toEqual([
    { kind: "shell-failed", ...shell, code: "connection-reset" },
    { kind: "shell-opened", ...shell, readyMs: 12 },
    { kind: "shell-lost", ...shell, code: "connection-reset" },
    { kind: "shell-opened", ...shell, readyMs: 9 },
    { kind: "shell-ended", ...shell, exitCode: 3, signal: null },
    { kind: "shell-opened", ...shell, readyMs: 9 },
    { kind: "shell-closed", ...shell },
  ]);
  expect(told[0]?.[0]).toEqual({ accountId: "demo", orgSlug: "harbor", tunnelId: null });
});
