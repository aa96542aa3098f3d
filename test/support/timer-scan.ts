import type { TimerNode, Timers } from "../../electron/base/timer-wheel.ts";

/** The wheel's plain twin: a tick that fires asks every owner. What TCP and WireGuard did before there was a wheel. */
export class TimerScan<T> implements Timers<T> {
  earliest = Number.POSITIVE_INFINITY;
  readonly #nodes = new Set<TimerNode<T>>();
  readonly #deadlineOf: (owner: T) => number;
  readonly #fire: (owner: T, now: number) => void;

  constructor(deadlineOf: (owner: T) => number, fire: (owner: T, now: number) => void) {
    this.#deadlineOf = deadlineOf;
    this.#fire = fire;
  }

  bringForward(node: TimerNode<T>, at: number): void {
    if (node.deadline === Number.POSITIVE_INFINITY) this.#nodes.add(node);
    node.deadline = at;
    if (at < this.earliest) this.earliest = at;
  }

  retire(node: TimerNode<T>): void {
    this.#nodes.delete(node);
    node.deadline = Number.NEGATIVE_INFINITY;
    if (this.#nodes.size === 0) this.earliest = Number.POSITIVE_INFINITY;
  }

  tick(now: number): void {
    if (now < this.earliest) return;
    this.earliest = Number.POSITIVE_INFINITY;
    for (const node of this.#nodes) {
      if (now < node.deadline) continue;
      if (this.#deadlineOf(node.owner) <= now) this.#fire(node.owner, now);
      if (node.deadline !== Number.NEGATIVE_INFINITY) node.deadline = this.#deadlineOf(node.owner);
    }
    for (const node of this.#nodes) this.earliest = Math.min(this.earliest, node.deadline);
  }
}
