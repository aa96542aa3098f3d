import { oneLine } from "../safe-text.ts";

const LONGEST_PATH = 1024;

/** The directory that OSC 7 names ("file://host/path"), to be shown; undefined when it is none. */
export function directoryOf(data: string): string | undefined {
  if (data.length > 4 * LONGEST_PATH || !URL.canParse(data)) return undefined;
  const url = new URL(data);
  if (url.protocol !== "file:") return undefined;
  try {
    return oneLine(decodeURIComponent(url.pathname), LONGEST_PATH);
  } catch {
    return undefined;
  }
}
