import { describe, expect, test } from "vitest";
import { ManualClock } from "../../../electron/base/clock.ts";
import { asCulvertError, CulvertError } from "../../../electron/base/errors.ts";
import type { IpAddress } from "../../../electron/base/ip-address.ts";
import { ATTEMPT_DELAY_MS, ConnectRace, interleave, LAST_START_MS } from "../../../electron/engine/happy-eyeballs.ts";
import { ip } from "../../support/netstack-pair.ts";

interface Attempt {
  readonly address: string;
  readonly at: number;
  readonly signal: AbortSignal;
  connect(): Promise<void>;
  fail(code: CulvertError["code"]): Promise<void>;
}

/** A race whose attempts end when the test says so. */
class World {
  readonly clock = new ManualClock();
  readonly attempts: Attempt[] = [];
  readonly discarded: string[] = [];
  readonly race: ConnectRace<string>;
  outcome: string | undefined;
  wakes = 0;

  constructor(addresses: readonly string[]) {
    this.race = new ConnectRace<string>({
      addresses: addresses.map(ip),
      clock: this.clock,
      attempt: (address, signal) => this.#attempt(address, signal),
      discard: (loser) => void this.discarded.push(loser),
      onWake: () => void this.wakes++,
    });
    this.race.result.then(
      (winner) => {
        this.outcome = winner;
      },
      (error: unknown) => {
        this.outcome = asCulvertError(error).code;
      },
    );
  }

  /** Moves the clock to each deadline on the way, as the tunnel's timer would. */
  run(ms: number): void {
    const end = this.clock.now() + ms;
    for (let next = this.race.nextDeadline(); next <= end; next = this.race.nextDeadline()) {
      this.clock.advance(next - this.clock.now());
      this.race.tick(this.clock.now());
    }
    this.clock.advance(end - this.clock.now());
    this.race.tick(this.clock.now());
  }

  get started(): [string, number][] {
    return this.attempts.map(({ address, at }) => [address, at]);
  }

  #attempt(address: IpAddress, signal: AbortSignal): Promise<string> {
    return new Promise((resolve, reject) => {
      this.attempts.push({
        address: address.text,
        at: this.clock.now(),
        signal,
        connect: () => settled(() => resolve(address.text)),
        fail: (code) => settled(() => reject(new CulvertError(code))),
      });
    });
  }
}

/** Lets the promises that `act` settles take their turn. */
async function settled(act: () => void): Promise<void> {
  act();
  await new Promise((resolve) => setImmediate(resolve));
}

describe("order", () => {
  test("families alternate, the resolver's first one first, and keep their own order", () => {
    const list = ["fd00::1", "fd00::2", "fd00::3", "10.0.0.1", "10.0.0.2"].map(ip);
    expect(interleave(list).map((a) => a.text)).toEqual(["fd00::1", "10.0.0.1", "fd00::2", "10.0.0.2", "fd00::3"]);
    expect(interleave([ip("10.0.0.1"), ip("fd00::1")]).map((a) => a.text)).toEqual(["10.0.0.1", "fd00::1"]);
    expect(interleave([])).toEqual([]);
  });
});

describe("attempts", () => {
  test("D04 they start 250 ms apart while nothing is heard", () => {
    const world = new World(["fd00::1", "fd00::2", "10.0.0.1"]);
    world.run(10_000);
    expect(world.started).toEqual([
      ["fd00::1", 0],
      ["10.0.0.1", ATTEMPT_DELAY_MS],
      ["fd00::2", 2 * ATTEMPT_DELAY_MS],
    ]);
    expect(world.race.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
  });

  test("D04 IPv6 that answers within its head start is alone", async () => {
    const world = new World(["fd00::1", "10.0.0.1"]);
    world.run(ATTEMPT_DELAY_MS - 1);
    await world.attempts[0]!.connect();
    world.run(10_000);
    expect(world.outcome).toBe("fd00::1");
    expect(world.attempts).toHaveLength(1);
  });

  test("the first connection wins; attempts under way are ended and nothing new is begun", async () => {
    const world = new World(["fd00::1", "10.0.0.1", "fd00::2"]);
    world.run(ATTEMPT_DELAY_MS);
    await world.attempts[1]!.connect();
    expect(world.outcome).toBe("10.0.0.1");
    expect(world.attempts[0]!.signal.aborted).toBe(true);
    expect(world.attempts[1]!.signal.aborted).toBe(false);
    world.run(10_000);
    expect(world.attempts).toHaveLength(2);
    expect(world.race.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
  });

  test("a connection that comes after the winner is discarded", async () => {
    const world = new World(["fd00::1", "10.0.0.1"]);
    world.run(ATTEMPT_DELAY_MS);
    await world.attempts[1]!.connect();
    await world.attempts[0]!.connect();
    expect([world.outcome, world.discarded]).toEqual(["10.0.0.1", ["fd00::1"]]);
  });

  test("a failure starts the next attempt at once, and the delay counts from there", async () => {
    const world = new World(["fd00::1", "10.0.0.1", "fd00::2"]);
    world.run(40);
    await world.attempts[0]!.fail("connection-refused");
    expect(world.wakes).toBe(1);
    world.run(1_000);
    expect(world.started).toEqual([
      ["fd00::1", 0],
      ["10.0.0.1", 40],
      ["fd00::2", 40 + ATTEMPT_DELAY_MS],
    ]);
  });

  test("a long list of silent addresses ends", async () => {
    const world = new World(Array.from({ length: 200 }, (_, i) => `fd00::${i + 1}`));
    world.run(60_000);
    expect(world.attempts).toHaveLength(LAST_START_MS / ATTEMPT_DELAY_MS + 1);
    for (const attempt of world.attempts) await attempt.fail("connection-timeout");
    expect(world.outcome).toBe("connection-timeout");
  });
});

describe("the end", () => {
  test("when all fail, an answer is told rather than silence", async () => {
    const world = new World(["fd00::1", "fd00::2", "fd00::3"]);
    world.run(1_000);
    await world.attempts[0]!.fail("host-unreachable");
    await world.attempts[1]!.fail("connection-refused");
    expect(world.outcome).toBeUndefined();
    await world.attempts[2]!.fail("connection-timeout");
    expect(world.outcome).toBe("connection-refused");
  });

  test("cancelled, every attempt is ended", async () => {
    const world = new World(["fd00::1", "10.0.0.1"]);
    world.run(300);
    await settled(() => world.race.cancel());
    expect(world.outcome).toBe("cancelled");
    expect(world.attempts.map(({ signal }) => signal.aborted)).toEqual([true, true]);
    await world.attempts[0]!.fail("cancelled");
    world.run(1_000);
    expect(world.attempts).toHaveLength(2);
  });
});
