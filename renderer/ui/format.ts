/**
 * Numbers, sizes and times as people read them. Numbers follow the language of the words around them; times follow the
 * habits of the system and its time zone. Binary prefixes are not used: network figures are decimal everywhere else too.
 */

const LANGUAGE = "en";
const WHOLE = numbers(0);
const TENTHS = numbers(1);
const HUNDREDTHS = numbers(2);
const UNITS = ["B", "kB", "MB", "GB", "TB"] as const;

function numbers(digits: number): Intl.NumberFormat {
  return new Intl.NumberFormat(LANGUAGE, { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function scaled(count: number): string {
  let value = count;
  let step = 0;
  while (value >= 999.5 && step < UNITS.length - 1) {
    value /= 1000;
    step += 1;
  }
  const digits = step === 0 || value >= 99.95 ? WHOLE : TENTHS;
  return `${digits.format(value)} ${UNITS[step]}`;
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
  if (ms < 9.95) return `${TENTHS.format(ms)} ms`;
  if (ms < 999.5) return `${WHOLE.format(ms)} ms`;
  if (ms < 60_000) return `${(ms < 9_995 ? HUNDREDTHS : TENTHS).format(ms / 1000)} s`;
  return `${WHOLE.format(Math.floor(ms / 60_000))} min ${Math.floor((ms % 60_000) / 1000)} s`;
}

/** How long something is: 48 s, 3 min, 2 h 5 min, 4 d. */
export function age(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${WHOLE.format(Math.floor(hours / 24))} d`;
}

/** The same for what is not renewed each second: <1 min, 1 min, 3 min, 2 h 5 min. */
export function roughAge(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  if (minutes < 2) return minutes === 0 ? "<1 min" : "1 min";
  return age(minutes * 60_000);
}

export function integer(value: number): string {
  return WHOLE.format(value);
}

/** 0 → "0 %", 0.04 → "<0.1 %", 1.25 → "1.3 %", 12.5 → "13 %". */
export function percent(value: number): string {
  if (value > 0 && value < 0.1) return "<0.1 %";
  return `${(value === 0 || value >= 9.95 ? WHOLE : TENTHS).format(value)} %`;
}

/** Per second, of things that are counted: 0 → "0/s", 0.4 → "0.4/s". */
export function perSecond(count: number): string {
  return `${(Number.isInteger(count) || count >= 9.95 ? WHOLE : TENTHS).format(count)}/s`;
}

export type TimeDetail = "minutes" | "seconds" | "day";

const TIMES: Record<TimeDetail, Intl.DateTimeFormatOptions> = {
  minutes: { hour: "2-digit", minute: "2-digit" },
  seconds: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
  day: { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit" },
};
/** Making one is slow, and charts need many a second. */
const made = new Map<string, Intl.DateTimeFormat>();

/** A time of day as the system's habits and time zone have it, or those that are named. */
export function timeOfDay(at: number, detail: TimeDetail = "seconds", locale?: string, timeZone?: string): string {
  const key = `${detail} ${locale ?? ""} ${timeZone ?? ""}`;
  let format = made.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(locale, { ...TIMES[detail], ...(timeZone === undefined ? {} : { timeZone }) });
    made.set(key, format);
  }
  return format.format(at);
}

/** The time, with its day when that is another one than `now`'s. */
export function momentOf(at: number, now: number): string {
  return timeOfDay(at, new Date(at).toDateString() === new Date(now).toDateString() ? "seconds" : "day");
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
