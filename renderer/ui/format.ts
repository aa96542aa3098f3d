/** Numbers as people read them. Binary prefixes are not used: network figures are decimal everywhere else too. */

const UNITS = ["B", "kB", "MB", "GB", "TB"] as const;

function scaled(count: number): string {
  let value = count;
  let step = 0;
  while (value >= 999.5 && step < UNITS.length - 1) {
    value /= 1000;
    step += 1;
  }
  const digits = step === 0 || value >= 99.95 ? 0 : 1;
  return `${value.toFixed(digits)} ${UNITS[step]}`;
}

/** 1234567 → "1.2 MB". */
export function bytes(count: number): string {
  return scaled(count);
}

/** Bytes per second: 1234567 → "1.2 MB/s". */
export function rate(bytesPerSecond: number): string {
  return `${scaled(bytesPerSecond)}/s`;
}

/** A short duration with a sensible precision: 0.4 ms, 31 ms, 1.24 s, 2 min 5 s. */
export function duration(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.floor((ms % 60_000) / 1000)} s`;
}

/** How long something is: 48 s, 3 min, 2 h 5 min, 4 d. */
export function age(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d`;
}

export function integer(value: number): string {
  return value.toLocaleString("en");
}

/** Keeps both ends of a long identifier, where they differ: 6e82dd11c26e18 → 6e82…e18. Names stay as they are. */
export function shortId(id: string): string {
  return /^[0-9a-f]{11,}$/.test(id) ? `${id.slice(0, 4)}…${id.slice(-3)}` : id;
}

const LONG = 24;

/** A long text in three parts, of which the middle may be hidden: an address' network and host tell more. */
export function middleCut(text: string, start = 8, end = 11): [start: string, middle: string, end: string] {
  if (text.length <= LONG) return [text, "", ""];
  const from = text.length - end;
  return [text.slice(0, start), text.slice(start, from), text.slice(from)];
}
