import { replaceEqualDeep } from "@tanstack/react-query";
import { create } from "zustand";
import type { ConnectionStats, Tunnel } from "../../shared/models.ts";

/**
 * One point of a tunnel's history: about one a second, of a quiet tunnel whose figures nobody looks at every four to twelve.
 * Rates are per second; null is what is not known, for example because nobody was told anything for a while.
 */
export interface Sample {
  readonly at: number;
  /** Bytes. */
  readonly downRate: number | null;
  readonly upRate: number | null;
  readonly rttMs: number | null;
  readonly handshakeAgeMs: number | null;
  /** TCP segments that left during the step, and those of them that had been sent before. */
  readonly segments: number | null;
  readonly resent: number | null;
  /** Segments sent again. */
  readonly resendRate: number | null;
  /** Of a hundred segments of the last ten seconds, or of the last minute where those are few, those sent again; null: not known. */
  readonly lossPercent: number | null;
}

/** A quarter of an hour at one sample a second. */
export const HISTORY = 900;
/** Below this a difference of two counters says nothing about a rate. */
const SHORTEST_STEP_MS = 100;
/** Above this the window was told nothing meanwhile (quiet tunnels every twelve seconds): such an average would be made up. */
const LONGEST_STEP_MS = 16_000;
const LOSS_WINDOW_MS = 10_000;
/** Of fewer, one that is sent again would look like a bad path: so many before them are looked at as well, of the last minute. */
const LOSS_SEGMENTS = 100;
const LOSS_AGE_MS = 60_000;
const FEWEST_SEGMENTS = 20;

interface Segments {
  readonly out: number;
  readonly resent: number;
}

interface TunnelHistory {
  readonly samples: readonly Sample[];
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly at: number;
  /** By connection, as a closed one takes its counters along. */
  readonly segments: ReadonlyMap<string, Segments>;
}

/** What a tunnel is called and how it fares, without its figures. */
export type TunnelBrief = Pick<Tunnel, "id" | "accountId" | "orgSlug" | "network" | "gateway" | "address" | "state">;

interface TunnelState {
  /** What has not changed since the last telling is the same object: rows of it need not be drawn again. */
  readonly tunnels: readonly Tunnel[];
  /** The same tunnels in brief: this list is another one only when a name or a state changed. */
  readonly briefs: readonly TunnelBrief[];
  readonly history: ReadonlyMap<string, TunnelHistory>;
  /** When the figures came; null before the first. */
  readonly takenAt: number | null;
}

export const NO_TUNNELS: TunnelState = { tunnels: [], briefs: [], history: new Map(), takenAt: null };

export const useTunnels = create<TunnelState>(() => NO_TUNNELS);

/** Takes the host's figures of this moment (milliseconds since the epoch). */
export function takeTunnels(tunnels: readonly Tunnel[], now: number): void {
  useTunnels.setState((state) => ({
    tunnels: replaceEqualDeep(state.tunnels, tunnels),
    briefs: replaceEqualDeep(state.briefs, tunnels.map(briefOf)),
    takenAt: now,
    history: new Map(tunnels.map((tunnel) => [tunnel.id, extend(state.history.get(tunnel.id), tunnel, now)])),
  }));
}

function briefOf({ id, accountId, orgSlug, network, gateway, address, state }: Tunnel): TunnelBrief {
  return { id, accountId, orgSlug, network, gateway, address, state };
}

function extend(before: TunnelHistory | undefined, tunnel: Tunnel, now: number): TunnelHistory {
  const step = before === undefined ? 0 : now - before.at;
  if (before !== undefined && step >= 0 && step < SHORTEST_STEP_MS) return before;
  const counters = {
    bytesIn: tunnel.bytesIn,
    bytesOut: tunnel.bytesOut,
    at: now,
    segments: new Map(
      tunnel.connections.map(({ id, segmentsOut, retransmits }) => [id, { out: segmentsOut, resent: retransmits }]),
    ),
  };
  if (before === undefined) return { samples: [], ...counters };
  const samples = [...before.samples];
  // A counter that went back belongs to a tunnel that was made anew; a clock that did, to no time at all.
  const isAnew = tunnel.bytesIn < before.bytesIn || tunnel.bytesOut < before.bytesOut || step < 0;
  const hasHole = step > LONGEST_STEP_MS;
  if (isAnew) return { samples: step < 0 ? [] : samples, ...counters };
  if (hasHole) samples.push(unknownAt(before.at + SHORTEST_STEP_MS));
  const sent = hasHole ? null : sentSince(before.segments, tunnel.connections);
  const perSecond = (count: number): number | null => (hasHole ? null : (count * 1000) / step);
  samples.push({
    at: now,
    downRate: perSecond(tunnel.bytesIn - before.bytesIn),
    upRate: perSecond(tunnel.bytesOut - before.bytesOut),
    rttMs: rttOf(tunnel),
    handshakeAgeMs: tunnel.lastHandshakeAt === null ? null : Math.max(0, now - tunnel.lastHandshakeAt),
    segments: sent?.out ?? null,
    resent: sent?.resent ?? null,
    resendRate: sent === null ? null : perSecond(sent.resent),
    lossPercent: sent === null ? null : lossPercent(samples, sent, now),
  });
  return { samples: samples.slice(-HISTORY), ...counters };
}

function unknownAt(at: number): Sample {
  return {
    at,
    downRate: null,
    upRate: null,
    rttMs: null,
    handshakeAgeMs: null,
    segments: null,
    resent: null,
    resendRate: null,
    lossPercent: null,
  };
}

function sentSince(before: ReadonlyMap<string, Segments>, connections: readonly ConnectionStats[]): Segments {
  let out = 0;
  let resent = 0;
  for (const { id, segmentsOut, retransmits } of connections) {
    const earlier = before.get(id);
    // A port that is used again has counters of its own.
    const isSame = earlier !== undefined && earlier.out <= segmentsOut && earlier.resent <= retransmits;
    out += segmentsOut - (isSame ? earlier.out : 0);
    resent += retransmits - (isSame ? earlier.resent : 0);
  }
  return { out, resent };
}

function lossPercent(samples: readonly Sample[], latest: Segments, now: number): number | null {
  let { out, resent } = latest;
  for (let i = samples.length - 1; i >= 0; i--) {
    const age = now - samples[i]!.at;
    if (age >= LOSS_AGE_MS || (age >= LOSS_WINDOW_MS && (out === 0 || out >= LOSS_SEGMENTS))) break;
    out += samples[i]!.segments ?? 0;
    resent += samples[i]!.resent ?? 0;
  }
  return out < FEWEST_SEGMENTS ? null : Math.min(100, (resent * 100) / out);
}

/** The tunnel of an app in this network of the organization; of all of the organization's while the network is not known. */
export function carrierOf<T extends TunnelBrief>(
  tunnels: readonly T[],
  of: { accountId: string; orgSlug: string },
  network: string | null | undefined,
): T | undefined {
  return tunnelOf(network === undefined ? tunnels : tunnels.filter((one) => one.network === network), of);
}

/** The tunnel that carries this organization's shells; one that is up before one that is not. */
export function tunnelOf<T extends TunnelBrief>(
  tunnels: readonly T[],
  target: { accountId: string; orgSlug: string } | undefined,
): T | undefined {
  const candidates =
    target === undefined
      ? tunnels
      : tunnels.filter(({ accountId, orgSlug }) => accountId === target.accountId && orgSlug === target.orgSlug);
  return candidates.find(({ state }) => state === "up") ?? candidates[0];
}

/** Whether nobody beyond hears what is typed: it may come back by itself. */
export function carriesNothing(state: Tunnel["state"] | undefined): state is "silent" | "failed" {
  return state === "silent" || state === "failed";
}

/** When the gateway was heard last; 0 when it never was. */
export function heardAtOf({ peers }: Pick<Tunnel, "peers">): number {
  return peers.reduce((latest, { lastReceivedAt }) => Math.max(latest, lastReceivedAt ?? 0), 0);
}

/** The round trip in milliseconds, of the handshake as long as no segment has told; null while the tunnel is not up. */
export function rttOf({ state, rttMs, handshakeRttMs }: Tunnel): number | null {
  return state === "up" ? (rttMs ?? handshakeRttMs) : null;
}
