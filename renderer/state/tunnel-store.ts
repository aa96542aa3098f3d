import { create } from "zustand";
import type { Tunnel } from "../../shared/models.ts";

/** One point of a tunnel's history: about one a second. Rates are bytes per second. */
export interface Sample {
  readonly at: number;
  readonly downRate: number;
  readonly upRate: number;
  readonly rttMs: number | null;
  readonly handshakeAgeMs: number | null;
}

/** Ten minutes at one sample a second. */
const HISTORY = 600;
/** Below this a difference of two counters says nothing about a rate. */
const SHORTEST_STEP_MS = 100;

interface TunnelHistory {
  readonly samples: readonly Sample[];
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly at: number;
}

interface TunnelState {
  readonly tunnels: readonly Tunnel[];
  readonly history: ReadonlyMap<string, TunnelHistory>;
}

export const useTunnels = create<TunnelState>(() => ({ tunnels: [], history: new Map() }));

/** Takes the host's figures of this moment (milliseconds since the epoch). */
export function takeTunnels(tunnels: readonly Tunnel[], now: number): void {
  useTunnels.setState((state) => ({
    tunnels,
    history: new Map(tunnels.map((tunnel) => [tunnel.id, extend(state.history.get(tunnel.id), tunnel, now)])),
  }));
}

function extend(before: TunnelHistory | undefined, tunnel: Tunnel, now: number): TunnelHistory {
  const counters = { bytesIn: tunnel.bytesIn, bytesOut: tunnel.bytesOut, at: now };
  // A counter that went back belongs to a tunnel that was made anew.
  if (before === undefined || tunnel.bytesIn < before.bytesIn || tunnel.bytesOut < before.bytesOut) {
    return { samples: before?.samples ?? [], ...counters };
  }
  const step = now - before.at;
  if (step < SHORTEST_STEP_MS) return before;
  const sample: Sample = {
    at: now,
    downRate: ((tunnel.bytesIn - before.bytesIn) * 1000) / step,
    upRate: ((tunnel.bytesOut - before.bytesOut) * 1000) / step,
    rttMs: tunnel.rttMs ?? tunnel.handshakeRttMs,
    handshakeAgeMs: tunnel.lastHandshakeAt === null ? null : Math.max(0, now - tunnel.lastHandshakeAt),
  };
  return { samples: [...before.samples.slice(1 - HISTORY), sample], ...counters };
}

/** The tunnel that carries this organization's shells; one that is up before one that is not. */
export function tunnelOf(
  tunnels: readonly Tunnel[],
  target: { accountId: string; orgSlug: string } | undefined,
): Tunnel | undefined {
  const candidates =
    target === undefined
      ? tunnels
      : tunnels.filter(({ accountId, orgSlug }) => accountId === target.accountId && orgSlug === target.orgSlug);
  return candidates.find(({ state }) => state === "up") ?? candidates[0];
}

export function lastSample(
  history: ReadonlyMap<string, TunnelHistory>,
  tunnel: Tunnel | undefined,
): Sample | undefined {
  return tunnel === undefined ? undefined : history.get(tunnel.id)?.samples.at(-1);
}
