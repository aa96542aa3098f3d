import { LIMITS } from "../../../../shared/limits.ts";

const PROTOCOLS: ReadonlySet<string> = new Set(["http:", "https:", "mailto:"]);

/** A link's address as it will be opened, or undefined when it must not be: only pages and mail. */
export function linkTarget(address: string): string | undefined {
  if (address.length > LIMITS.linkAddress || !URL.canParse(address)) return undefined;
  const url = new URL(address);
  return PROTOCOLS.has(url.protocol) ? url.href : undefined;
}

/** Whether OSC 8's data ("params;address") ends a link or begins one that may be opened. */
export function isLinkAllowed(data: string): boolean {
  const address = data.slice(data.indexOf(";") + 1);
  return address === "" || linkTarget(address) !== undefined;
}
