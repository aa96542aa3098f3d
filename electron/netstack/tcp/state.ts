// RFC 9293 section 3.3.2: the states of a connection, the events that move it, and the questions callers ask of a state.

export type TcpState =
  | "closed"
  | "syn-sent"
  | "syn-received"
  | "established"
  | "fin-wait-1"
  | "fin-wait-2"
  | "close-wait"
  | "closing"
  | "last-ack"
  | "time-wait";

/**
 * `syn`: a bare SYN met ours; `open`: our SYN is acknowledged and theirs is known; `shutdown`: the user sends no more
 * (our FIN is queued); `fin`: their FIN arrived in order; `fin-acked`: our FIN is acknowledged; `end`: reset, given up,
 * or 2 MSL over.
 */
export type TcpEvent = "syn" | "open" | "shutdown" | "fin" | "fin-acked" | "end";

/** A pair that is not here leaves the state as it is. */
const TRANSITIONS: Record<TcpState, Partial<Record<TcpEvent, TcpState>>> = {
  closed: {},
  "syn-sent": { syn: "syn-received", open: "established", end: "closed" },
  "syn-received": { open: "established", end: "closed" },
  established: { shutdown: "fin-wait-1", fin: "close-wait", end: "closed" },
  "fin-wait-1": { fin: "closing", "fin-acked": "fin-wait-2", end: "closed" },
  "fin-wait-2": { fin: "time-wait", end: "closed" },
  "close-wait": { shutdown: "last-ack", end: "closed" },
  closing: { "fin-acked": "time-wait", end: "closed" },
  "last-ack": { "fin-acked": "closed", end: "closed" },
  "time-wait": { end: "closed" },
};

export function nextState(state: TcpState, event: TcpEvent): TcpState {
  return TRANSITIONS[state][event] ?? state;
}

/** Both sides know each other's sequence numbers. */
export function isSynchronized(state: TcpState): boolean {
  return state !== "closed" && state !== "syn-sent" && state !== "syn-received";
}

/** New payload may be put on the wire. */
export function maySendData(state: TcpState): boolean {
  return (
    state === "established" ||
    state === "close-wait" ||
    // Queued before shutdown; FIN follows it.
    state === "fin-wait-1" ||
    state === "last-ack" ||
    state === "closing"
  );
}

/** The peer may still send payload: its FIN has not arrived. */
export function mayReceiveData(state: TcpState): boolean {
  return state === "established" || state === "fin-wait-1" || state === "fin-wait-2";
}

/** The user may still write: it has not shut down, and the connection lives or is being opened. */
export function mayQueueData(state: TcpState): boolean {
  return state === "syn-sent" || state === "syn-received" || state === "established" || state === "close-wait";
}

/** The peer's FIN has arrived in order. */
export function isPeerDone(state: TcpState): boolean {
  return state === "close-wait" || state === "closing" || state === "last-ack" || state === "time-wait";
}
