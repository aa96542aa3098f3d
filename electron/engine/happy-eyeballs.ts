/** Which of a name's addresses serves: RFC 8305, sections 4 (order) and 5 (staggered attempts). */
import type { Clock } from "../base/clock.ts";
import { asCulvertError, CulvertError } from "../base/errors.ts";
import type { IpAddress } from "../base/ip-address.ts";
import type { Core } from "./core-loop.ts";

/** Section 8: the recommended Connection Attempt Delay. */
export const ATTEMPT_DELAY_MS = 250;
/** Our tuning: nothing new is tried later, so that a long list of dead addresses ends. */
export const LAST_START_MS = 15_000;

export interface ConnectRaceOptions<T> {
  /** At least one, in the resolver's order. */
  readonly addresses: readonly IpAddress[];
  readonly clock: Clock;
  /** Rejects when it fails, at the latest after a time of its own. `signal` ends an attempt that is not wanted any more. */
  attempt(address: IpAddress, signal: AbortSignal): Promise<T>;
  /** For a connection that stood when another one had won. */
  discard(loser: T): void;
  /** `nextDeadline` has moved. */
  onWake(): void;
}

/**
 * Section 4: families alternate, beginning with the first address's; within a family the order stays. One family's
 * broken path then costs one delay and not one per address.
 */
export function interleave(addresses: readonly IpAddress[]): IpAddress[] {
  const first = addresses.filter((a) => a.version === addresses[0]?.version);
  const second = addresses.filter((a) => a.version !== addresses[0]?.version);
  const woven: IpAddress[] = [];
  for (let i = 0; i < Math.max(first.length, second.length); i++)
    woven.push(...first.slice(i, i + 1), ...second.slice(i, i + 1));
  return woven;
}

/** Attempts at all addresses, 250 ms apart or at once when one failed; the first connection wins and ends the others. */
export class ConnectRace<T> implements Core {
  /** Rejects with the failure that says most, once every address has failed. */
  readonly result: Promise<T>;
  readonly #options: ConnectRaceOptions<T>;
  readonly #waiting: IpAddress[];
  readonly #running = new Set<AbortController>();
  readonly #failures: CulvertError[] = [];
  readonly #lastStart: number;
  #nextAt = Number.POSITIVE_INFINITY;
  #over = false;
  #resolve: (winner: T) => void = () => undefined;
  #reject: (error: CulvertError) => void = () => undefined;

  /** The first attempt starts at once. */
  constructor(options: ConnectRaceOptions<T>) {
    this.#options = options;
    this.#waiting = interleave(options.addresses);
    this.result = new Promise<T>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    const now = options.clock.now();
    this.#lastStart = now + LAST_START_MS;
    this.#startNext(now);
  }

  tick(now: number): void {
    if (now >= this.#nextAt) this.#startNext(now);
  }

  endTurn(_now: number): void {}

  nextDeadline(): number {
    return this.#nextAt;
  }

  /** Rejects the result and ends every attempt. */
  cancel(): void {
    this.#finish(() => this.#reject(new CulvertError("cancelled")));
  }

  #startNext(now: number): void {
    const address = now > this.#lastStart ? undefined : this.#waiting.shift();
    this.#nextAt =
      address !== undefined && this.#waiting.length > 0 ? now + ATTEMPT_DELAY_MS : Number.POSITIVE_INFINITY;
    if (address !== undefined) this.#start(address);
    else if (this.#running.size === 0) this.#finish(() => this.#reject(mostTelling(this.#failures)));
  }

  #start(address: IpAddress): void {
    const mine = new AbortController();
    this.#running.add(mine);
    this.#options.attempt(address, mine.signal).then(
      (connection) => this.#won(mine, connection),
      (error: unknown) => this.#failed(mine, asCulvertError(error)),
    );
  }

  #won(mine: AbortController, connection: T): void {
    this.#running.delete(mine);
    if (this.#over) this.#options.discard(connection);
    else this.#finish(() => this.#resolve(connection));
  }

  #failed(mine: AbortController, error: CulvertError): void {
    this.#running.delete(mine);
    if (this.#over) return;
    this.#failures.push(error);
    // Section 5: a failure starts the next attempt without the delay.
    this.#startNext(this.#options.clock.now());
    this.#options.onWake();
  }

  #finish(settle: () => void): void {
    if (this.#over) return;
    this.#over = true;
    this.#nextAt = Number.POSITIVE_INFINITY;
    this.#waiting.length = 0;
    settle();
    for (const controller of this.#running) controller.abort();
  }
}

/** What somebody answered says more than silence, and silence more than that there is no way. */
const TELLING = ["connection-refused", "connection-reset", "connection-timeout"];

function mostTelling(failures: readonly CulvertError[]): CulvertError {
  const rank = ({ code }: CulvertError): number => (TELLING.includes(code) ? TELLING.indexOf(code) : TELLING.length);
  const [first, ...rest] = failures;
  if (first === undefined) return new CulvertError("connection-timeout");
  return rest.reduce((best, failure) => (rank(failure) < rank(best) ? failure : best), first);
}
