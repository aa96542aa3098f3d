import { setMaxListeners } from "node:events";
import { LIMITS } from "../../shared/limits.ts";
import type { DigReport, PingEvent, PingReport } from "../../shared/models.ts";
import type { Clock } from "../base/clock.ts";
import type { Disposable } from "../base/dispose.ts";
import { asCulvertError, CulvertError } from "../base/errors.ts";
import { type IpAddress, parseIp } from "../base/ip-address.ts";
import type { DnsClient } from "../netstack/dns/client.ts";
import { Dig, type DigResult, digQuestion } from "../netstack/dns/dig.ts";
import type { DnsType } from "../netstack/dns/message.ts";
import { PingRun } from "../netstack/ping-run.ts";
import type { Stack } from "../netstack/stack.ts";
import type { TcpOptions } from "../netstack/tcp/connection.ts";
import { connectStream, type TcpStream } from "../netstack/tcp-stream.ts";
import type { Core } from "./core-loop.ts";
import { CoreSet } from "./core-set.ts";
import { ConnectRace } from "./happy-eyeballs.ts";
import { digReport, pingReport } from "./inside-reports.ts";
import { PingBudget } from "./ping-budget.ts";
import { randomBytes } from "./random.ts";
import { peerFor, type TunnelSpec } from "./tunnel-spec.ts";

export interface InsideParts {
  readonly spec: TunnelSpec;
  readonly clock: Clock;
  readonly stack: Stack;
  readonly dns: DnsClient;
  /** Drives this core and the other two soon. */
  wake(): void;
}

export interface PingWish {
  readonly target: IpAddress;
  /** Infinity for no end but the signal's. */
  readonly count: number;
  readonly intervalMs: number;
  /** Bytes of data in each request. */
  readonly bytes: number;
  readonly timeoutMs: number;
  onEvent?(event: PingEvent): void;
}

/** Begins an errand, and answers what the loop drives, if it does, and how it ends early. */
type Begin<T> = (resolve: (value: T) => void, reject: (error: CulvertError) => void) => { core?: Core; cancel(): void };

const CONNECT_TIMEOUT_MS = 15_000;

/**
 * What can be done inside of a tunnel: names, connections, ping, dig. Names are asked of the tunnel's own DNS servers, through
 * the tunnel, and of nobody else.
 */
export class Inside implements Core, Disposable {
  readonly #parts: InsideParts;
  readonly #errands = new CoreSet();
  readonly #pings = new PingBudget();
  /** Names that are being asked for, by lookups and digs. */
  #questions = 0;
  /** Ends everything that somebody waits for. */
  readonly #end = new AbortController();

  constructor(parts: InsideParts) {
    this.#parts = parts;
    // One listener for each errand that goes on; Node would warn of a leak from the eleventh.
    setMaxListeners(0, this.#end.signal);
  }

  endTurn(now: number): void {
    this.#errands.endTurn(now);
  }

  tick(now: number): void {
    this.#errands.tick(now);
  }

  nextDeadline(): number {
    return this.#errands.nextDeadline();
  }

  dispose(why = new CulvertError("cancelled")): void {
    this.#end.abort(why);
  }

  /** IPv6 addresses first. A literal address is its own answer. */
  async resolve(name: string, signal: AbortSignal): Promise<readonly IpAddress[]> {
    const literal = parseIp(name.replace(/^\[(.*)\]$/, "$1"));
    if (literal !== undefined) return [literal];
    this.#checkServers(name);
    const begin: Begin<readonly IpAddress[]> = (resolve, reject) => {
      const request = this.#parts.dns.lookup(name, this.#parts.clock.now(), (result) => {
        if (result.ok) resolve(result.addresses);
        else reject(new CulvertError(result.code, result.detail));
      });
      return { cancel: () => request.cancel() };
    };
    return this.#question(name, signal, begin);
  }

  /** The first of the addresses that answers, both families raced. */
  connect(
    addresses: readonly IpAddress[],
    port: number,
    signal: AbortSignal,
    options: TcpOptions = {},
  ): Promise<TcpStream> {
    const { spec, stack, clock, wake } = this.#parts;
    const reachable = addresses.filter((address) => peerFor(spec, address) !== undefined);
    if (reachable.length === 0) return Promise.reject(new CulvertError("not-allowed", addresses[0]?.text));
    return this.#errand<TcpStream>(signal, (resolve, reject) => {
      const race = new ConnectRace<TcpStream>({
        addresses: reachable,
        clock,
        attempt: (remote, unwanted) =>
          connectStream(stack, clock, { remote, port, options, signal: unwanted, timeoutMs: CONNECT_TIMEOUT_MS }),
        discard: (stream) => void stream.destroy(),
        onWake: wake,
      });
      race.result.then(resolve, reject);
      const cancel = (): void => {
        race.cancel();
        // It may have been won in this very turn.
        race.result.then(
          (stream) => stream.destroy(),
          () => undefined,
        );
      };
      return { core: race, cancel };
    });
  }

  /** The signal ends it early, with what there is by then. Rejects with "not-allowed", "host-unreachable", "too-many-pings". */
  async ping(wish: PingWish, signal: AbortSignal): Promise<PingReport> {
    const { spec, stack, clock } = this.#parts;
    const { target, bytes } = wish;
    if (peerFor(spec, target) === undefined) throw new CulvertError("not-allowed", target.text);
    if (stack.sourceFor(target) === undefined) {
      const detail = `the tunnel has no IPv${target.version} address to ping ${target.text} from`;
      throw new CulvertError("host-unreachable", detail);
    }
    const end = this.#pings.take(wish, clock.now());
    const events: PingEvent[] = [];
    const report = this.#errand<PingReport>(signal, (resolve) => {
      const options = { stack, ...wish, payloadBytes: bytes };
      const run = new PingRun(
        {
          ...options,
          onEvent: (event) => {
            if (events.length < MOST_EVENTS) events.push(event);
            wish.onEvent?.(event);
          },
          onDone: () => resolve(pingReport(target, bytes, run.statistics, events)),
        },
        clock.now(),
      );
      return { core: run, cancel: () => run.stop() };
    });
    return report.finally(() => end(clock.now()));
  }

  /** One question, past the cache and without search domains. An address asked for PTR is turned around. "too-many-lookups". */
  async dig(name: string, type: DnsType, signal: AbortSignal): Promise<DigReport> {
    const question = digQuestion(name, type);
    if (question === undefined) throw new CulvertError("name-not-found", `${name} is no name`);
    const { spec, stack, clock } = this.#parts;
    this.#checkServers(name);
    const begin: Begin<DigReport> = (resolve, reject) => {
      const settle = (result: DigResult): void => {
        if (result.ok) resolve(digReport(result));
        else reject(new CulvertError(result.code, result.detail));
      };
      const options = { stack, servers: spec.dns, tcpOnly: false, random: randomBytes };
      const core = new Dig(options, question, clock.now(), settle);
      return { core, cancel: () => core.cancel(clock.now()) };
    };
    return this.#question(name, signal, begin);
  }

  /** Each holds a port and a timer, and a server that is silent keeps them for seconds. Rejects with "too-many-lookups". */
  #question<T>(name: string, signal: AbortSignal, begin: Begin<T>): Promise<T> {
    if (this.#questions >= LIMITS.lookups)
      return Promise.reject(new CulvertError("too-many-lookups", `${name}: ${this.#questions} go on in this tunnel`));
    this.#questions++;
    return this.#errand<T>(signal, begin).finally(() => {
      this.#questions--;
    });
  }

  #checkServers(name: string): void {
    if (this.#parts.spec.dns.length === 0)
      throw new CulvertError("name-not-found", `${name}: the configuration names no DNS server`);
  }

  /**
   * Work that the loop drives until it settles. A signal, or the end of the tunnel, cancels it; unless `cancel` has settled it
   * by then, it rejects with "cancelled", or with why the tunnel ended.
   */
  #errand<T>(signal: AbortSignal, begin: Begin<T>): Promise<T> {
    // Not AbortSignal.any: on a signal that lives as long as the program, Node 20 keeps what it made for ever.
    const ends = [signal, this.#end.signal];
    return new Promise<T>((resolve, reject) => {
      const settle =
        <V>(act: (value: V) => void) =>
        (value: V): void => {
          for (const end of ends) end.removeEventListener("abort", cancel);
          if (work.core !== undefined) this.#errands.delete(work.core);
          act(value);
        };
      const cancel = (): void => {
        work.cancel();
        const { aborted, reason } = this.#end.signal;
        settle(reject)(aborted && !signal.aborted ? asCulvertError(reason) : new CulvertError("cancelled"));
      };
      const work = begin(settle(resolve), settle(reject));
      if (ends.some(({ aborted }) => aborted)) {
        cancel();
        return;
      }
      for (const end of ends) end.addEventListener("abort", cancel, { once: true });
      if (work.core !== undefined) this.#errands.add(work.core);
      this.#parts.wake();
    });
  }
}

/** A peer may repeat an answer as often as it likes. */
const MOST_EVENTS = 1_000;
