import type { App } from "../../../shared/models.ts";
import type { AppRow } from "./tree-model.ts";

/** What is kept of each app of a list from one key in the filter to the next. */
export interface SortedApp {
  readonly app: App;
  /** Its name in lower case. */
  readonly text: string;
  /** Its row among its organization's, as it was drawn last. */
  row: AppRow | undefined;
}

const byName = new Intl.Collator();
const sortings = new WeakMap<readonly App[], readonly SortedApp[]>();

/** Apps by name. A list is sorted once: ten thousand names take longer to sort than a keystroke may take. */
export function sortedApps(apps: readonly App[]): readonly SortedApp[] {
  const known = sortings.get(apps);
  if (known !== undefined) return known;
  const sorted = apps
    .map((app): SortedApp => ({ app, text: app.name.toLowerCase(), row: undefined }))
    .sort((a, b) => byName.compare(a.app.name, b.app.name));
  sortings.set(apps, sorted);
  return sorted;
}

const indexes = new WeakMap<readonly SortedApp[], ReadonlyMap<string, number>>();

/** 1 for each app of the list that has one of these names. */
export function placesIn(sorted: readonly SortedApp[], names: Iterable<string>): Uint8Array {
  const index = indexes.get(sorted) ?? new Map(sorted.map(({ app }, i) => [app.name, i]));
  indexes.set(sorted, index);
  const places = new Uint8Array(sorted.length);
  for (const name of names) {
    const i = index.get(name);
    if (i !== undefined) places[i] = 1;
  }
  return places;
}

interface Answer {
  readonly terms: readonly string[];
  /** 1 for each app, in the list's order, whose name contains all terms. */
  readonly hits: Uint8Array;
}

/** The last answers for a list, each a narrower one than that before it: a person types words letter by letter. */
const answers = new WeakMap<readonly SortedApp[], Answer[]>();

/**
 * 1 for each app of the list whose own name contains all terms (lower case), 0 for the others; undefined when all do, as
 * there is no term. One letter more looks only among what the letters before it left; one letter less looks nowhere.
 */
export function matchesOf(sorted: readonly SortedApp[], terms: readonly string[]): Uint8Array | undefined {
  if (terms.length === 0) return undefined;
  const before = answers.get(sorted) ?? [];
  while (before.length > 0 && !isNarrower(terms, before[before.length - 1]!.terms)) before.pop();
  const wider = before[before.length - 1];
  if (wider !== undefined && isNarrower(wider.terms, terms)) return wider.hits;
  const hits = new Uint8Array(sorted.length);
  for (let i = 0; i < sorted.length; i++) {
    if ((wider === undefined || wider.hits[i] === 1) && containsAll(sorted[i]!.text, terms)) hits[i] = 1;
  }
  before.push({ terms, hits });
  answers.set(sorted, before);
  return hits;
}

/** Whether whatever contains all of `terms` contains all of `others` too. */
function isNarrower(terms: readonly string[], others: readonly string[]): boolean {
  return others.every((other) => terms.some((term) => term.includes(other)));
}

/** A loop and no closure: it runs for each app at each key. */
export function containsAll(text: string, terms: readonly string[]): boolean {
  for (const term of terms) if (!text.includes(term)) return false;
  return true;
}
