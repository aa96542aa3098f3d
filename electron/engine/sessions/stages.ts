import type { Stage, StageName } from "../../../shared/models.ts";
import type { Clock } from "../../base/clock.ts";

const ORDER: readonly StageName[] = ["machine", "peer", "tunnel", "address", "connection", "login", "shell"];

/** The named steps of connecting, in order, each with its time. */
export class Stages {
  readonly #clock: Clock;
  readonly #onChange: () => void;
  readonly #stages: Stage[] = ORDER.map((name) => ({ name, state: "waiting", durationMs: null, detail: null }));

  constructor(clock: Clock, onChange: () => void) {
    this.#clock = clock;
    this.#onChange = onChange;
  }

  /** Runs one step: its time is taken, and its failure marks it. `detail` puts the result into words. */
  async run<T>(name: StageName, step: () => Promise<T>, detail: (result: T) => string | null): Promise<T> {
    const stage = this.#stages[ORDER.indexOf(name)]!;
    const startedAt = this.#clock.now();
    stage.state = "running";
    this.#onChange();
    try {
      const result = await step();
      stage.state = "done";
      stage.detail = detail(result);
      return result;
    } catch (error) {
      stage.state = "failed";
      throw error;
    } finally {
      stage.durationMs = this.#clock.now() - startedAt;
      this.#onChange();
    }
  }

  list(): Stage[] {
    return this.#stages.map((stage) => ({ ...stage }));
  }
}
