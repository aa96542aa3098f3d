import type { Figures } from "./anchor-world.ts";

export type Contestant = (round: number) => Promise<Figures>;

export interface Contest<Name extends string> {
  /** By contestant, one entry a round, undefined where its run failed; none for a contestant that is not there. */
  readonly results: Readonly<Record<Name, readonly (Figures | undefined)[]>>;
  readonly failures: readonly string[];
}

const REST_MS = 200;

/**
 * Contestants take turns, A B B A A B, so that whatever the machine does in a minute happens to all. A first round warms
 * up and is dropped. A run that fails is counted, never repeated. `together` lets them run at the same moment, each on a
 * path of its own: for paths so slow that nobody needs the processor.
 */
export async function contest<Name extends string>(
  what: string,
  contestants: Readonly<Record<Name, Contestant | undefined>>,
  { rounds = 5, warmUps = 1, together = false } = {},
): Promise<Contest<Name>> {
  const names = Object.keys(contestants) as Name[];
  const results = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<
    Name,
    (Figures | undefined)[]
  >;
  const failures: string[] = [];
  for (let round = -warmUps; round < rounds; round++) {
    const take = async (name: Name): Promise<void> => {
      const run = contestants[name];
      if (run === undefined) return;
      const figures = await run(round).catch((error: unknown) => String(error));
      console.error(`  ${what}, ${round < 0 ? "warm-up" : `round ${round + 1}`}, ${name}: ${shown(figures)}`);
      await new Promise((resolve) => setTimeout(resolve, REST_MS));
      if (round < 0) return;
      if (typeof figures === "string") failures.push(`${name}: ${figures}`);
      results[name].push(typeof figures === "string" ? undefined : figures);
    };
    if (together) await Promise.all(names.map(take));
    else for (const name of round % 2 === 0 ? names : names.toReversed()) await take(name);
  }
  return { results, failures };
}

/** Every run is shown: a median hides what a single run tells. */
function shown(figures: Figures | string): string {
  return JSON.stringify(figures, (_key, value: unknown) =>
    typeof value === "number" ? Number(value.toPrecision(4)) : value,
  );
}
