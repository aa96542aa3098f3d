import { create } from "zustand";
import type { ErrorCode } from "../../shared/errors.ts";
import type { Session } from "../../shared/models.ts";
import type { Bridge } from "../bridge/bridge.ts";
import { paneOfSession, putSession, useShells } from "./shell-store.ts";

/**
 * Shells that were lost come back by themselves (#1): tried again after 1, 2, 4 … 30 s, for as long as it takes, and never
 * after somebody refused the login or the machine is gone, which trying does not change. A server that lets us in and then
 * breaks off is one that does not answer: the waits go on growing until a shell has stayed open for a while.
 */

/** What passes: networks, gateways, machines that start again. */
const WORTH_TRYING: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "api-unreachable",
  "api-error",
  "rate-limited",
  "gateway-unresolved",
  "gateway-silent",
  "udp-failed",
  "tunnel-replaced",
  "name-not-found",
  "dns-timeout",
  "dns-failed",
  "connection-refused",
  "connection-reset",
  "connection-timeout",
  "host-unreachable",
  "engine-stopped",
]);

const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;
/** A shell that stayed open so long is back; one that did not was only another try. */
const STEADY_MS = 30_000;
/** Waits differ by so much either way, so that the panes of one gateway, and many people's, do not come all at once. */
const JITTER = 0.2;
/** Between two shells when all of them are tried at once. */
const STAGGER_MS = 150;

export type Retry =
  | { readonly kind: "waiting"; readonly attempt: number; readonly nextAt: number }
  | { readonly kind: "trying"; readonly attempt: number }
  /** Not tried any more; the text of the shell stays. */
  | { readonly kind: "given-up" };

/** By session: those that were lost and are not back. */
export const useRetries = create<{ readonly retries: ReadonlyMap<string, Retry> }>(() => ({ retries: new Map() }));

export interface RetryTimers {
  now(): number;
  setTimeout(act: () => void, ms: number): number;
  clearTimeout(timer: number | undefined): void;
}

const pageTimers: RetryTimers = {
  now: () => Date.now(),
  setTimeout: (act, ms) => window.setTimeout(act, ms),
  clearTimeout: (timer) => window.clearTimeout(timer),
};

/** The wait before the try of this number, from 0 on. */
export function delayBefore(attempt: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
}

/** Tries the lost shells of this window's panes again until the function that it returns is called. `random`: from 0 to 1. */
export function reconnectLost(
  bridge: Bridge,
  timers: RetryTimers = pageTimers,
  random: () => number = Math.random,
): () => void {
  const running = new Map<string, number>();
  /** Those that a try brought back: which one, and since when they are open. */
  const back = new Map<string, { readonly attempt: number; readonly openedAt: number }>();

  function put(id: string, retry: Retry | undefined): void {
    timers.clearTimeout(running.get(id));
    running.delete(id);
    useRetries.setState(({ retries }) => {
      const next = new Map(retries);
      if (retry === undefined) next.delete(id);
      else next.set(id, retry);
      return { retries: next };
    });
  }

  function wait(id: string, attempt: number, base = delayBefore(attempt)): void {
    const delay = Math.round(base * (1 + JITTER * (2 * random() - 1)));
    put(id, { kind: "waiting", attempt, nextAt: timers.now() + delay });
    running.set(
      id,
      timers.setTimeout(() => void attemptNow(id, attempt), delay),
    );
  }

  async function attemptNow(id: string, attempt: number): Promise<void> {
    put(id, { kind: "trying", attempt });
    back.delete(id);
    try {
      putSession(await bridge.call("sessions.reopen", { sessionId: id }));
    } catch {
      // The link is down, or the session went meanwhile: in that case its pane has gone too, and this with it.
      if (useRetries.getState().retries.has(id)) wait(id, attempt + 1);
    }
  }

  /** The number of the next try of a shell that was open until now. */
  function nextAttempt(id: string): number {
    const last = back.get(id);
    back.delete(id);
    return last === undefined || timers.now() - last.openedAt >= STEADY_MS ? 0 : last.attempt + 1;
  }

  function look(session: Session): void {
    const retry = useRetries.getState().retries.get(session.id);
    const attempt = retry === undefined || retry.kind === "given-up" ? 0 : retry.attempt;
    if (session.state === "failed") {
      const isWorthIt = WORTH_TRYING.has(session.error?.code ?? "internal");
      if (retry === undefined && (session.readyMs === null || !isWorthIt)) return;
      if (retry?.kind === "waiting" || retry?.kind === "given-up") return;
      if (isWorthIt) wait(session.id, retry === undefined ? nextAttempt(session.id) : attempt + 1);
      else put(session.id, { kind: "given-up" });
    } else if (session.state === "connecting") {
      if (retry?.kind === "waiting" || retry?.kind === "given-up") put(session.id, { kind: "trying", attempt });
    } else if (retry !== undefined) {
      if (session.state === "open") back.set(session.id, { attempt, openedAt: timers.now() });
      put(session.id, undefined);
    }
  }

  function sync(): void {
    const state = useShells.getState();
    for (const session of state.sessions.values()) {
      if (paneOfSession(state, session.id) !== undefined) look(session);
    }
    for (const id of useRetries.getState().retries.keys()) {
      if (paneOfSession(state, id) === undefined) put(id, undefined);
    }
    for (const id of back.keys()) if (paneOfSession(state, id) === undefined) back.delete(id);
  }

  /** The network or the link is back: no reason to wait any longer, but they go one after the other. */
  function tryAll(): void {
    let before = 0;
    for (const [id, retry] of useRetries.getState().retries) {
      if (retry.kind !== "waiting") continue;
      if (before === 0) void attemptNow(id, 0);
      else wait(id, 0, before * STAGGER_MS);
      before += 1;
    }
  }

  const stops = [
    useShells.subscribe((now, before) => {
      if (now.sessions !== before.sessions || now.panes !== before.panes) sync();
    }),
    bridge.onState((state) => {
      if (state === "open") tryAll();
    }),
  ];
  window.addEventListener("online", tryAll);
  sync();
  return () => {
    window.removeEventListener("online", tryAll);
    for (const stop of stops) stop();
    for (const id of useRetries.getState().retries.keys()) put(id, undefined);
  };
}
