import type { Machine } from "../../../shared/models.ts";
import { CulvertError } from "../../base/errors.ts";

/**
 * Asks the platform for a machine's state while its shell is silent (complaint 5): a machine that was stopped sends no RST,
 * and a shell waits for its network for ever. One that answers keepalives runs, so nobody polls for it.
 */
export class MachineWatch {
  readonly lost: Promise<CulvertError>;
  readonly #machines: (signal: AbortSignal) => Promise<readonly Machine[]>;
  readonly #machineId: string;
  #lose: (fault: CulvertError) => void = () => undefined;

  constructor(machines: (signal: AbortSignal) => Promise<readonly Machine[]>, machineId: string) {
    this.#machines = machines;
    this.#machineId = machineId;
    this.lost = new Promise((resolve) => {
      this.#lose = resolve;
    });
  }

  /** The signal aborts when the shell is heard again. A platform that cannot be asked says nothing of the machine. */
  async ask(signal: AbortSignal): Promise<void> {
    try {
      const machines = await this.#machines(signal);
      const fault = faultOf(
        machines.find(({ id }) => id === this.#machineId),
        this.#machineId,
      );
      if (fault !== undefined && !signal.aborted) this.#lose(fault);
    } catch {
      // The next unanswered keepalive asks again.
    }
  }
}

/** Why there can be no shell in this machine, as far as the platform knows. */
export function faultOf(machine: Machine | undefined, machineId: string): CulvertError | undefined {
  if (machine === undefined) return new CulvertError("machine-gone", machineId);
  if (machine.status !== "stopped") return undefined;
  return new CulvertError("machine-stopped", `${machine.id} in ${machine.region} is ${machine.state}`);
}
