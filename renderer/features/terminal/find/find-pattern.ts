export interface FindQuery {
  readonly text: string;
  readonly caseSensitive: boolean;
  readonly wholeWord: boolean;
  readonly regex: boolean;
}

const BEFORE_WORD = "(?<![\\p{L}\\p{N}_])";
const AFTER_WORD = "(?![\\p{L}\\p{N}_])";

/** The query as an expression that finds all of its matches in a line; undefined when it is none. */
export function patternOf(query: FindQuery): RegExp | undefined {
  const source = query.regex ? query.text : query.text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  const whole = query.wholeWord ? `${BEFORE_WORD}(?:${source})${AFTER_WORD}` : source;
  const flags = query.caseSensitive ? "g" : "gi";
  // What Unicode mode refuses, such as a needless backslash, still is an expression without it.
  return compile(whole, `${flags}u`) ?? (query.wholeWord ? undefined : compile(whole, flags));
}

function compile(source: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(source, flags);
  } catch {
    return undefined;
  }
}
