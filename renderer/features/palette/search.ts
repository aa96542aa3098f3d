import fuzzysort, { type SnapshotKey } from "fuzzysort";
import type { PaletteItem } from "./palette-items.ts";

/** Items that were made ready for searching once. */
export interface Index<T extends PaletteItem> {
  readonly items: readonly T[];
  readonly snapshot: SnapshotKey<T>;
}

/** An item that was found, with the places of the letters that matched. */
export interface Hit {
  readonly item: PaletteItem;
  readonly titleMarks: readonly number[];
  readonly detailMarks: readonly number[];
}

export interface Section {
  readonly heading: string;
  readonly items: readonly Hit[];
}

interface Source {
  readonly heading: string;
  readonly index: Index<PaletteItem>;
  /** How many of them are shown at most. */
  readonly most: number;
}

/** fuzzysort's scale: 0.5 is a good match. Below this, letters are merely there. */
const WORST = 0.4;
/** All sections together: what a person reads, and what can be drawn between two keystrokes. */
const MOST_HITS = 50;

export function indexOf<T extends PaletteItem>(items: readonly T[]): Index<T> {
  return { items, snapshot: fuzzysort.snapshot(items, { key: "text" }) };
}

/** What matches, best first; the section with the best match comes first, so that Enter means that one. */
export function search(query: string, sources: readonly Source[]): Section[] {
  const found = sources.flatMap(({ heading, index, most }) => {
    const results = fuzzysort.go(query, index.snapshot, { limit: most, threshold: WORST });
    const best = results[0]?.score;
    return best === undefined ? [] : [{ heading, best, items: results.map(({ obj, indexes }) => hit(obj, indexes)) }];
  });
  return capped(found.sort((a, b) => b.best - a.best));
}

function hit(item: PaletteItem, indexes: readonly number[]): Hit {
  const start = item.title.length;
  return {
    item,
    titleMarks: indexes.filter((at) => at < start),
    detailMarks: indexes.filter((at) => at > start).map((at) => at - start - 1),
  };
}

/** A section as it stands, for an empty query. */
export function plain(heading: string, items: readonly PaletteItem[]): Section {
  return { heading, items: items.map((item) => ({ item, titleMarks: [], detailMarks: [] })) };
}

/** Without empty sections, and not more in all than can be read. */
export function capped(sections: readonly Section[]): Section[] {
  let room = MOST_HITS;
  return sections.flatMap(({ heading, items }) => {
    const kept = items.slice(0, room);
    room -= kept.length;
    return kept.length === 0 ? [] : [{ heading, items: kept }];
  });
}
