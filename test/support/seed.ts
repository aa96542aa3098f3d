/** The seed of this run's random choices: CULVERT_SEED, or a new one; printed, so that a failure can be had again. */
let chosen: number | undefined;

export function seed(): number {
  if (chosen === undefined) {
    const given = process.env["CULVERT_SEED"];
    chosen = given === undefined ? Math.floor(Math.random() * 0x7fffffff) : Number(given);
    process.stdout.write(`CULVERT_SEED=${chosen}\n`);
  }
  return chosen;
}

/** How many inputs a fuzzer takes: few in `npm test`, a million in `npm run fuzz` (CULVERT_FUZZ_INPUTS). */
export function inputs(short: number): number {
  return Number(process.env["CULVERT_FUZZ_INPUTS"] ?? short);
}
