import type { ConnectionStats, Session } from "../../../shared/models.ts";
import { strings } from "../../strings.ts";
import { age, bytes, duration, integer } from "../../ui/format.ts";

/** A connection with the name of what it leads to, where one is known. */
export interface NamedConnection {
  readonly connection: ConnectionStats;
  /** "web · m-web-1 · ams", or null. */
  readonly name: string | null;
  /** Its port on this side, where the name alone is that of several. */
  readonly port?: string;
}

export interface Column {
  readonly id: string;
  readonly head: string;
  readonly meaning?: string;
  readonly right?: boolean;
  /** What the column is sorted by; null stands last. */
  value(row: NamedConnection): number | string | null;
  text(row: NamedConnection, now: number): string;
}

const s = strings.stats;

export const COLUMNS: readonly Column[] = [
  {
    id: "destination",
    head: s.destination,
    value: ({ name, connection }) => `${name ?? "\uffff"} ${connection.remote}`,
    text: ({ name, connection }) => name ?? connection.remote,
  },
  {
    id: "state",
    head: s.state,
    value: ({ connection }) => connection.state,
    text: ({ connection }) => connection.state,
  },
  {
    id: "rtt",
    head: s.rtt,
    meaning: s.meanings.rttOf,
    right: true,
    value: ({ connection }) => connection.rttMs,
    text: ({ connection: { rttMs, rttVarMs } }) =>
      rttMs === null ? "–" : [duration(rttMs), rttVarMs === null ? "" : `±${duration(rttVarMs)}`].join(" ").trim(),
  },
  // Losses first: a narrow window shows the left of the table, and they are what a slow connection is looked at for.
  figure("retransmits", s.retransmits, (one) => one.retransmits, integer),
  figure("out-of-order", s.outOfOrder, (one) => one.outOfOrder, integer, s.meanings.disorder),
  figure("duplicate-acks", s.duplicateAcks, (one) => one.duplicateAcks, integer, s.meanings.disorder),
  figure("cwnd", s.congestionWindow, (one) => one.congestionWindow, bytes),
  figure("send-window", s.sendWindow, (one) => one.sendWindow, bytes),
  figure("receive-window", s.receiveWindow, (one) => one.receiveWindow, bytes),
  figure("in-flight", s.inFlight, (one) => one.bytesInFlight, bytes, s.meanings.inFlight),
  figure("bytes-in", s.bytesDown, (one) => one.bytesIn, bytes),
  figure("bytes-out", s.bytesUp, (one) => one.bytesOut, bytes),
  {
    id: "age",
    head: s.openFor,
    right: true,
    value: ({ connection }) => -connection.openedAt,
    text: ({ connection }, now) => age(now - connection.openedAt),
  },
];

function figure(
  id: string,
  head: string,
  pick: (connection: ConnectionStats) => number,
  format: (value: number) => string,
  meaning?: string,
): Column {
  return {
    id,
    head,
    right: true,
    value: ({ connection }) => pick(connection),
    text: ({ connection }) => format(pick(connection)),
    ...(meaning === undefined ? {} : { meaning }),
  };
}

/** With their names; those that share one are told apart by their own ports. */
export function nameConnections(
  connections: readonly ConnectionStats[],
  names: ReadonlyMap<string, string>,
): NamedConnection[] {
  const times = new Map<string, number>();
  for (const { remote } of connections) {
    const name = names.get(remote) ?? remote;
    times.set(name, (times.get(name) ?? 0) + 1);
  }
  return connections.map((connection) => {
    const name = names.get(connection.remote) ?? null;
    const isShared = (times.get(name ?? connection.remote) ?? 0) > 1;
    return isShared ? { connection, name, port: portOf(connection.local) } : { connection, name };
  });
}

/** ":49152" of "[fdaa::1]:49152". */
function portOf(address: string): string {
  return address.slice(address.lastIndexOf(":"));
}

export interface Sorting {
  readonly column: string;
  readonly descending: boolean;
}

/** Rows that are equal stay in the order in which they were opened. */
export function sortConnections(rows: readonly NamedConnection[], { column, descending }: Sorting): NamedConnection[] {
  const by = COLUMNS.find(({ id }) => id === column);
  const sign = descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [x, y] = [by?.value(a) ?? null, by?.value(b) ?? null];
    if (x === y) return a.connection.openedAt - b.connection.openedAt || (a.connection.id < b.connection.id ? -1 : 1);
    if (x === null || y === null) return x === null ? 1 : -1;
    return sign * (typeof x === "string" ? x.localeCompare(String(y)) : x - Number(y));
  });
}

/** A second choice of a column turns its order round; figures begin with the largest. */
export function nextSorting(now: Sorting, column: string): Sorting {
  if (now.column === column) return { column, descending: !now.descending };
  return { column, descending: COLUMNS.find(({ id }) => id === column)?.right === true };
}

/**
 * By a connection's remote place, the shell that is behind it: the stage of connecting says which place that was. Other
 * connections have none.
 */
export function namesOf(sessions: Iterable<Session>): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { stages, target } of sessions) {
    const place = stages.find(({ name }) => name === "connection")?.detail;
    if (place === null || place === undefined) continue;
    names.set(place, [target.appName, target.machineName, target.region].filter(Boolean).join(" · "));
  }
  return names;
}
