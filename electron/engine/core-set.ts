import type { Core } from "./core-loop.ts";

/** Cores that come and go while a loop runs, as one of its cores. A core may leave from within its own call. */
export class CoreSet implements Core {
  readonly #cores = new Set<Core>();

  add(core: Core): void {
    this.#cores.add(core);
  }

  delete(core: Core): void {
    this.#cores.delete(core);
  }

  endTurn(now: number): void {
    for (const core of this.#cores) core.endTurn(now);
  }

  tick(now: number): void {
    for (const core of this.#cores) core.tick(now);
  }

  nextDeadline(): number {
    let earliest = Number.POSITIVE_INFINITY;
    for (const core of this.#cores) earliest = Math.min(earliest, core.nextDeadline());
    return earliest;
  }
}
