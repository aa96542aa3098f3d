// @vitest-environment happy-dom

import { afterEach, describe, expect, it, vi } from "vitest";
import { CARRIER_DROPS } from "../../../electron/engine/carriers/carrier.ts";
import { STACK_DROPS } from "../../../electron/netstack/stats.ts";
import { DROP_REASONS } from "../../../electron/wireguard/types.ts";
import {
  CHARTS,
  figureOf,
  markNear,
  marksOf,
  samplesWithin,
  summaryOf,
  tickTexts,
  timeTicks,
} from "../../../renderer/features/stats/chart-model.ts";
import {
  COLUMNS,
  type NamedConnection,
  nameConnections,
  namesOf,
  nextSorting,
  sortConnections,
} from "../../../renderer/features/stats/connection-columns.ts";
import { eventLine, filterEvents, sentenceOf } from "../../../renderer/features/stats/event-text.ts";
import { historyRows } from "../../../renderer/features/stats/HistoryTable.tsx";
import { fileName, statsJson } from "../../../renderer/features/stats/stats-json.ts";
import { announce, announceMarks, announceTunnels, useAnnouncer } from "../../../renderer/state/announcer.ts";
import { eventsOf, takeEvent, takeEvents, useNetworkEvents } from "../../../renderer/state/network-events.ts";
import { HISTORY, NO_TUNNELS, type Sample, takeTunnels, useTunnels } from "../../../renderer/state/tunnel-store.ts";
import { strings } from "../../../renderer/strings.ts";
import { momentOf, percent, perSecond, timeOfDay } from "../../../renderer/ui/format.ts";
import { rowsInSight, withinCount } from "../../../renderer/ui/use-fixed-rows.ts";
import type { ConnectionStats } from "../../../shared/models.ts";
import { type EventFacts, eventFacts, MOST_NETWORK_EVENTS, type NetworkEvent } from "../../../shared/network-events.ts";
import { connection, machine, OFFICE, session, stages, tunnel } from "../../support/renderer-fixtures.ts";

afterEach(() => {
  useTunnels.setState(NO_TUNNELS);
  useNetworkEvents.setState({ events: [] });
});

const samples = (): readonly Sample[] => useTunnels.getState().history.get("tunnel-1")?.samples ?? [];

function takeAt(at: number, ...connections: ConnectionStats[]): void {
  takeTunnels([tunnel({ connections, bytesIn: at, bytesOut: 0, lastHandshakeAt: 0 })], at);
}

function event(id: number, facts: EventFacts, change: Partial<NetworkEvent> = {}): NetworkEvent {
  const at = 1_700_000_000_000 + id * 1000;
  return { id, at, lastAt: at, times: 1, accountId: "demo", orgSlug: "harbor", tunnelId: "tunnel-1", facts, ...change };
}

describe("samples", () => {
  it("count segments by connection, also of one that opened or closed meanwhile, or took a port again", () => {
    takeAt(0, connection({ id: "a", segmentsOut: 100, retransmits: 4 }));
    takeAt(1000, connection({ id: "a", segmentsOut: 150, retransmits: 9 }), connection({ id: "b", segmentsOut: 50 }));
    expect(samples().at(-1)).toMatchObject({ segments: 100, resent: 5, resendRate: 5, lossPercent: 5 });
    takeAt(2000, connection({ id: "a", segmentsOut: 20, retransmits: 1 }));
    expect(samples().at(-1)).toMatchObject({ segments: 20, resent: 1, lossPercent: 5 });
    takeAt(3000);
    expect(samples().at(-1)).toMatchObject({ segments: 0, resent: 0, resendRate: 0, lossPercent: 5 });
  });

  it("loss is that of the last ten seconds, and not known when nothing was sent in them", () => {
    takeAt(0, connection({ id: "a", segmentsOut: 0, retransmits: 0 }));
    takeAt(1000, connection({ id: "a", segmentsOut: 100, retransmits: 10 }));
    for (let at = 2000; at <= 12_000; at += 1000)
      takeAt(at, connection({ id: "a", segmentsOut: 100, retransmits: 10 }));
    expect(samples().map(({ lossPercent }) => lossPercent)).toEqual([...Array(10).fill(10), null, null]);
  });

  it("loss of a few keystrokes is that of the minute before, and of fewer than twenty segments not known", () => {
    takeAt(0, connection({ id: "a", segmentsOut: 0, retransmits: 0 }));
    const told = [9, 59, 109, 159].map((segmentsOut, i) => {
      takeAt((i + 1) * 11_000, connection({ id: "a", segmentsOut, retransmits: 1 }));
      return samples().at(-1)?.lossPercent;
    });
    expect(told).toEqual([null, 100 / 59, 0, 0]);
  });

  it("loss of minutes ago is no loss of now", () => {
    takeAt(0, connection({ id: "a", segmentsOut: 0, retransmits: 0 }));
    takeAt(1000, connection({ id: "a", segmentsOut: 1000, retransmits: 400 }));
    for (let at = 10_000; at <= 60_000; at += 10_000)
      takeAt(at, connection({ id: "a", segmentsOut: 1000, retransmits: 400 }));
    takeAt(61_000, connection({ id: "a", segmentsOut: 1025, retransmits: 400 }));
    expect(samples().at(-1)?.lossPercent).toBe(0);
  });

  it("a time in which nothing was told is a hole, not an average", () => {
    takeAt(0);
    takeAt(1000);
    takeAt(61_000);
    takeAt(62_000);
    expect(samples().map(({ at, downRate }) => [at, downRate])).toEqual([
      [1000, 1000],
      [1100, null],
      [61_000, null],
      [62_000, 1000],
    ]);
    expect(samples().at(-2)?.handshakeAgeMs).toBe(61_000);
  });

  it("a clock that was set back begins anew", () => {
    takeAt(100_000);
    takeAt(101_000);
    takeTunnels([tunnel({ bytesIn: 200_000 })], 5_000);
    expect(samples()).toEqual([]);
  });

  it("the round trip of a silent tunnel is not known", () => {
    takeTunnels([tunnel({ state: "silent" })], 0);
    takeTunnels([tunnel({ state: "silent" })], 1000);
    expect(samples().at(-1)?.rttMs).toBeNull();
  });

  it("stay within a quarter of an hour, holes included", () => {
    for (let i = 0; i < 700; i++) takeAt(i * 20_000);
    expect(samples()).toHaveLength(HISTORY);
  });
});

describe("charts", () => {
  const at = (seconds: number, change: Partial<Sample> = {}): Sample => ({
    at: seconds * 1000,
    downRate: 1000,
    upRate: 10,
    rttMs: 31,
    handshakeAgeMs: 5000,
    segments: 1,
    resent: 0,
    resendRate: 0,
    lossPercent: null,
    ...change,
  });

  it("say in words what they show, and a dash for what is not known", () => {
    expect(CHARTS.map((chart) => summaryOf(chart, at(1)))).toEqual([
      "Rates: Down 1.0 kB/s, Up 10 B/s",
      "Round-trip time: Round trip 31 ms",
      "Losses: Loss –, Sent again 0/s",
      "Handshake age: Handshake age 5 s",
    ]);
    expect(figureOf(CHARTS[0]!.series[0]!, undefined)).toBe("–");
  });

  it("series that share a chart differ by more than colour", () => {
    for (const { series } of CHARTS)
      expect(new Set(series.map(({ dashed }) => dashed === true)).size).toBe(series.length);
  });

  it("show a span up to the last sample", () => {
    const all = Array.from({ length: 200 }, (_, i) => at(i));
    expect(samplesWithin(all, "1").map((one) => one.at)[0]).toBe(134_000);
    expect(samplesWithin(all, "5")).toBe(all);
    expect(samplesWithin([], "1")).toEqual([]);
  });

  it("their table has the same figures in even steps, the newest first", () => {
    const all = Array.from({ length: 200 }, (_, i) => at(i));
    const rows = historyRows(all, "1").map((one) => one.at / 1000);
    expect(rows).toEqual(Array.from({ length: 15 }, (_, i) => 199 - i * 4));
  });

  it("ticks are round times of day, apart from each other and from the edges", () => {
    const from = 1_700_000_003;
    for (const [span, width] of [
      [60, 400],
      [300, 400],
      [900, 400],
      [900, 120],
      [60, 0],
    ] as const) {
      const ticks = timeTicks(from, from + span, width);
      expect(ticks.every((tick) => tick % 15 === 0 && tick > from && tick < from + span)).toBe(true);
      expect(ticks.length * 60).toBeLessThanOrEqual(Math.max(width, 180));
    }
    expect(tickTexts([1_700_000_040, 1_700_000_100])).toEqual([
      timeOfDay(1_700_000_040_000, "minutes"),
      timeOfDay(1_700_000_100_000, "minutes"),
    ]);
    expect(tickTexts([1_700_000_040, 1_700_000_055])[1]).toBe(timeOfDay(1_700_000_055_000, "seconds"));
  });

  it("mark events but for routine ones, and the cursor finds the nearest", () => {
    const marks = marksOf(
      [event(1, { kind: "resumed" }), event(2, { kind: "retried" }), event(3, handshake), event(9, silent)],
      1_700_000_002_000,
    );
    expect(marks.map(({ at: time, trouble }) => [time, trouble])).toEqual([
      [1_700_000_002_000, false],
      [1_700_000_009_000, true],
    ]);
    expect(markNear(marks, 1_700_000_008_000, 2000)?.text).toContain("Gateway silent");
    expect(markNear(marks, 1_700_000_005_500, 1000)).toBeUndefined();
  });
});

const handshake: EventFacts = { kind: "handshake", peer: "abc", carrier: "udp", rttMs: 12 };
const silent: EventFacts = { kind: "gateway-silent", peer: "abc", attempts: 3 };
const shell = { app: "web", machine: "m-web-1", region: "ams" };

describe("events", () => {
  it("every kind has a name and a sentence", () => {
    const kinds = eventFacts.options.map((option) => option.shape.kind.value);
    expect(Object.keys(strings.events.names).sort()).toEqual([...kinds].sort());
    const told = [
      handshake,
      silent,
      { kind: "tunnel-failed", gateway: "gw", code: "gateway-unresolved", detail: null },
      { kind: "shell-ended", ...shell, exitCode: null, signal: "SIGTERM" },
      { kind: "name-looked-up", host: "gw.example", address: null, moved: false },
      { kind: "handshake-refused", peer: "abc", reason: "handshake-flood" },
    ] satisfies EventFacts[];
    expect(told.map((facts) => sentenceOf(event(1, facts)))).toEqual([
      "Handshake over UDP in 12 ms.",
      "3 handshake messages in a row without an answer.",
      "gw: The gateway's name has no address.",
      "web · m-web-1 · ams, by SIGTERM",
      "gw.example has no address at the moment.",
      "Handshakes of one peer too close together",
    ]);
  });

  it("a known one is replaced, the oldest make room, and a restart of the engine leaves none of before", () => {
    takeEvents([event(1, handshake)]);
    takeEvent(event(1, handshake, { times: 2 }));
    expect(useNetworkEvents.getState().events.map(({ times }) => times)).toEqual([2]);
    for (let id = 2; id <= 600; id++) takeEvent(event(id, silent));
    expect(useNetworkEvents.getState().events).toHaveLength(MOST_NETWORK_EVENTS);
    expect(useNetworkEvents.getState().events.at(-1)?.id).toBe(600);
    takeEvents([event(1, silent)]);
    expect(useNetworkEvents.getState().events).toHaveLength(1);
  });

  it("of a tunnel are its own and those of its organization's shells", () => {
    const opened: EventFacts = { kind: "shell-opened", ...shell, readyMs: 5 };
    const all = [
      event(1, handshake),
      event(2, handshake, { tunnelId: "other" }),
      event(3, opened, { tunnelId: null }),
      event(4, opened, { tunnelId: null, orgSlug: "ada" }),
    ];
    expect(eventsOf(all, tunnel()).map(({ id }) => id)).toEqual([1, 3]);
    expect(eventsOf(all, undefined)).toHaveLength(4);
  });

  const slugOf = ({ orgSlug }: Pick<NetworkEvent, "orgSlug">): string => orgSlug;

  it("are filtered by group and by every word shown, the newest first", () => {
    const lost: EventFacts = { kind: "shell-lost", ...shell, code: "connection-reset" };
    const all = [event(1, handshake), event(2, silent), event(3, lost, { tunnelId: null })];
    const ids = (...wish: [Parameters<typeof filterEvents>[1], string]) =>
      filterEvents(all, ...wish, 0, slugOf).map(({ id }) => id);
    expect(ids("all", "")).toEqual([3, 2, 1]);
    expect(ids("tunnel", "")).toEqual([2, 1]);
    expect(ids("trouble", "")).toEqual([3, 2]);
    expect(ids("all", " M-WEB ")).toEqual([3]);
    expect(ids("shells", "gateway")).toEqual([]);
  });

  it("are copied as lines with a time that means the same everywhere", () => {
    expect(eventLine(event(0, handshake, { times: 3 }), slugOf)).toBe(
      "2023-11-14T22:13:20.000Z  harbor  New keys: Handshake over UDP in 12 ms. (3 times, first at 2023-11-14T22:13:20.000Z)",
    );
  });

  it("every reason for a drop has words", () => {
    for (const reason of [...DROP_REASONS, ...CARRIER_DROPS, ...STACK_DROPS])
      expect(strings.drops.of(reason), reason).not.toBe(reason);
    expect(strings.drops.of("of-tomorrow")).toBe("of-tomorrow");
  });
});

describe("connections", () => {
  const row = (id: string, change: Partial<ConnectionStats> = {}, name: string | null = null): NamedConnection => ({
    connection: connection({ id, openedAt: 0, ...change }),
    name,
  });

  it("have the name of the shell that is behind them", () => {
    const open = session("s", "web", machine("m-web-1", "ams"), {
      stages: stages(null).map((one) => (one.name === "connection" ? { ...one, detail: "[fdaa::3]:22" } : one)),
    });
    expect([...namesOf([open, session("t", "api", machine("m", "fra"), { stages: stages("tunnel") })])]).toEqual([
      ["[fdaa::3]:22", "web · m-web-1 · ams"],
    ]);
  });

  it("show losses before windows: at 1280 pixels the last columns lie beyond the edge", () => {
    const ids = COLUMNS.map(({ id }) => id);
    const losses = ["retransmits", "out-of-order", "duplicate-acks"];
    expect(ids.slice(0, 6)).toEqual(["destination", "state", "rtt", ...losses]);
  });

  it("sort by each column in both ways, equal ones as they were opened and unknown ones last", () => {
    const rows = [
      row("a", { rttMs: 5, openedAt: 3 }),
      row("b", { rttMs: null }),
      row("c", { rttMs: 5, openedAt: 1 }),
      row("d", { rttMs: 1 }),
    ];
    const ids = (column: string, descending: boolean) =>
      sortConnections(rows, { column, descending }).map(({ connection: { id } }) => id);
    expect(ids("rtt", false)).toEqual(["d", "c", "a", "b"]);
    expect(ids("rtt", true)).toEqual(["c", "a", "d", "b"]);
    for (const { id } of COLUMNS) expect(ids(id, true)).toHaveLength(4);
    expect(
      sortConnections([row("x"), row("y", {}, "web")], { column: "destination", descending: false })[0]?.name,
    ).toBe("web");
  });

  it("a second choice of a column turns it round; figures begin with the largest, words with the first", () => {
    const first = nextSorting({ column: "age", descending: false }, "rtt");
    expect(first).toEqual({ column: "rtt", descending: true });
    expect(nextSorting(first, "rtt")).toEqual({ column: "rtt", descending: false });
    expect(nextSorting(first, "state")).toEqual({ column: "state", descending: false });
  });

  it("of a thousand only those in sight are drawn, and all of a few", () => {
    const rows = (top: number, count: number) => withinCount(rowsInSight(top, 280, 28), count);
    expect(rows(0, 1000)).toEqual({ first: 0, last: 22 });
    expect(rows(28 * 500, 1000)).toEqual({ first: 492, last: 522 });
    // A small step of the wheel changes nothing.
    expect(rows(28 * 503, 1000)).toEqual(rows(28 * 500, 1000));
    expect(rows(28 * 990, 1000)).toEqual({ first: 970, last: 1000 });
    expect(rows(0, 10)).toEqual({ first: 0, last: 10 });
    // It shrank while one was far down.
    expect(rows(28 * 900, 100)).toEqual({ first: 70, last: 100 });
    expect(rows(28 * 900, 0)).toEqual({ first: 0, last: 0 });
  });
});

describe("what is copied", () => {
  it("names a capture's file, not its folder", () => {
    const capture = {
      state: "running",
      path: "/home/ada/captures/c.pcapng",
      startedAt: 0,
      packets: 1,
      dropped: 0,
      bytes: 1,
      limitBytes: 2,
      error: null,
    } as const;
    const text = statsJson(tunnel({ capture }), [], [event(1, silent)], 0);
    expect(text).not.toContain("/home/ada");
    expect(JSON.parse(text)).toMatchObject({
      at: "1970-01-01T00:00:00.000Z",
      tunnel: { capture: { path: "c.pcapng" } },
    });
    expect(["C:\\x\\c.pcapng", "c.pcapng", ""].map(fileName)).toEqual(["c.pcapng", "c.pcapng", ""]);
  });
});

describe("times and shares", () => {
  it("a time is that of the zone and the habits that are asked for", () => {
    const at = Date.UTC(2026, 1, 3, 14, 2, 9);
    expect(timeOfDay(at, "seconds", "de-DE", "Europe/Berlin")).toBe("15:02:09");
    expect(timeOfDay(at, "minutes", "en-US", "America/New_York").replace(/\s/g, " ")).toBe("09:02 AM");
    expect(timeOfDay(at, "day", "en-GB", "UTC")).toBe("3 Feb, 14:02:09");
  });

  it("the day is told when it is another one", () => {
    const at = Date.UTC(2026, 1, 3, 12);
    expect(momentOf(at, at + 1000)).toBe(timeOfDay(at, "seconds"));
    expect(momentOf(at, at + 3 * 86_400_000)).toBe(timeOfDay(at, "day"));
  });

  it.each([
    [0, "0 %"],
    [0.04, "<0.1 %"],
    [1.25, "1.3 %"],
    [12.4, "12 %"],
    [100, "100 %"],
  ])("%d of a hundred is %s", (value, text) => {
    expect(percent(value)).toBe(text);
  });

  it("small counts keep a digit", () => {
    expect([0, 3, 0.44, 12.3].map(perSecond)).toEqual(["0/s", "3/s", "0.4/s", "12/s"]);
  });
});

const CAPTURE = {
  state: "running",
  path: "/c/c.pcapng",
  startedAt: 1,
  packets: 1,
  dropped: 0,
  bytes: 100,
  limitBytes: 1000,
  error: null,
} as const;

describe("connections of one name", () => {
  it("are told apart by their own ports; one alone needs none", () => {
    const [a, b, c] = ["1", "2", "3"].map((id) =>
      connection({ id, remote: id === "3" ? "[fdaa::9]:22" : "[fdaa::3]:22", local: `[fdaa::1]:4000${id}` }),
    );
    const names = new Map([["[fdaa::3]:22", "web"]]);
    expect(nameConnections([a!, b!, c!], names).map(({ name, port }) => [name, port])).toEqual([
      ["web", ":40001"],
      ["web", ":40002"],
      [null, undefined],
    ]);
  });
});

describe("announcements", () => {
  it("#25 what comes close together is one message, and never more than three of it", () => {
    vi.useFakeTimers();
    const spoken: string[] = [];
    const stop = useAnnouncer.subscribe(({ assertive }) => spoken.push(assertive));
    for (const name of ["a", "b", "b", "c", "d", "e", "f"]) announce(`lost ${name}`, "assertive");
    vi.advanceTimersByTime(2_000);
    vi.advanceTimersByTime(10_000);
    announce("lost g", "assertive");
    stop();
    vi.advanceTimersByTime(10_000);
    vi.useRealTimers();
    expect(spoken).toEqual(["lost a", "lost b. lost c. lost d. and 2 more messages", "", "lost g"]);
  });

  it("#22 tunnels are announced when they come up, fall silent or go, politely and never by their figures", () => {
    vi.useFakeTimers();
    const spoken: string[] = [];
    const stop = useAnnouncer.subscribe(({ polite, assertive }, before) => {
      expect(assertive).toBe(before.assertive);
      if (polite !== "") spoken.push(polite);
    });
    const steps = [
      [],
      [tunnel({ state: "connecting" })],
      [tunnel()],
      [tunnel({ rttMs: 99 })],
      [tunnel({ state: "silent" })],
      [],
    ];
    for (const [index, now] of steps.entries()) {
      announceTunnels(steps[index - 1] ?? [], now);
      vi.advanceTimersByTime(10_000);
    }
    stop();
    vi.useRealTimers();
    expect(spoken).toEqual(["Tunnel up: harbor", "The gateway does not answer: harbor", "Tunnel closed: harbor"]);
  });

  it("N7 a configuration's tunnel is announced by its label, also when both go at once", () => {
    vi.useFakeTimers();
    const spoken: string[] = [];
    const stop = useAnnouncer.subscribe(({ polite }) => polite !== "" && spoken.push(polite));
    const ours = tunnel({ accountId: OFFICE.id, orgSlug: "config" });
    announceTunnels([], [ours], [OFFICE]);
    vi.advanceTimersByTime(10_000);
    announceTunnels([ours], [], [OFFICE]);
    vi.advanceTimersByTime(10_000);
    stop();
    vi.useRealTimers();
    expect(spoken).toEqual(["Tunnel up: Office network", "Tunnel closed: Office network"]);
  });

  it("old words are taken away, so that nobody finds them later", () => {
    vi.useFakeTimers();
    announce("old words", "polite");
    expect(useAnnouncer.getState().polite).toBe("old words");
    vi.advanceTimersByTime(10_000);
    vi.useRealTimers();
    expect(useAnnouncer.getState().polite).toBe("");
  });

  it("a capture is announced when it begins and ends, a production mark when it is set and taken away", () => {
    vi.useFakeTimers();
    const spoken: string[] = [];
    const stop = useAnnouncer.subscribe(({ polite }) => polite !== "" && spoken.push(polite));
    const running = { ...CAPTURE, state: "running" as const };
    const steps = [
      [tunnel()],
      [tunnel({ capture: running })],
      [tunnel({ capture: { ...running, packets: 9 } })],
      [tunnel({ capture: { ...running, state: "stopped" } })],
    ];
    for (const [index, now] of steps.entries()) {
      announceTunnels(steps[index - 1] ?? [tunnel()], now);
      vi.advanceTimersByTime(10_000);
    }
    const marked = { "demo/harbor/web": { colour: "red", production: true } } as const;
    announceMarks({}, marked);
    vi.advanceTimersByTime(10_000);
    announceMarks(marked, { "demo/harbor/web": { colour: "blue", production: true } });
    announceMarks(marked, {});
    vi.advanceTimersByTime(10_000);
    stop();
    vi.useRealTimers();
    expect(spoken).toEqual([
      "Packet capture started: harbor",
      "Packet capture stopped: harbor",
      "Marked as production: web",
      "No longer marked as production: web",
    ]);
  });
});
