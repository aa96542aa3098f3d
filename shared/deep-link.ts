import { LIMITS } from "./limits.ts";

/** Where a link leads. It only names things: nothing in it is ever run, and it carries no token, port or key. */
export type DeepLink =
  | { readonly kind: "app"; readonly orgSlug: string; readonly appName: string; readonly machine: string | null }
  | { readonly kind: "import" };

const SCHEME = "culvert://";
/** Longest name of an organization, app or machine. */
const LONGEST_NAME = 100;
/** Names as the platform gives them, and those of imported networks; nothing that could be taken for a path or a flag. */
const NAME = /^[\p{L}\p{N}][\p{L}\p{N}\p{M} ._:-]*$/u;

/**
 * Reads culvert://app/<org>/<app>[/<machine>] and culvert://import. Undefined for everything else: another scheme or
 * host, a query, a fragment, an empty part, a percent sign that encodes nothing, or a name that is none.
 */
export function parseDeepLink(text: string): DeepLink | undefined {
  if (text.length > LIMITS.deepLink || text.slice(0, SCHEME.length).toLowerCase() !== SCHEME) return undefined;
  return partsToLink(text.slice(SCHEME.length));
}

/** The same as the address of a page has it: #/app/<org>/<app>[/<machine>] and #/import. */
export function parseLinkFragment(hash: string): DeepLink | undefined {
  if (hash.length > LIMITS.deepLink || !hash.startsWith("#/")) return undefined;
  return partsToLink(hash.slice(2));
}

export function formatDeepLink(link: DeepLink): string {
  if (link.kind === "import") return `${SCHEME}import`;
  const parts = [link.orgSlug, link.appName, ...(link.machine === null ? [] : [link.machine])];
  return `${SCHEME}app/${parts.map(encodeURIComponent).join("/")}`;
}

function partsToLink(path: string): DeepLink | undefined {
  // Some systems end an address that has a host only with a slash.
  const [host, ...names] = path.replace(/^(import)\/$/, "$1").split("/");
  if (host === "import") return names.length === 0 ? { kind: "import" } : undefined;
  if (host !== "app" || names.length < 2 || names.length > 3) return undefined;
  const [orgSlug, appName, machine] = names.map(nameOf);
  if (orgSlug === undefined || appName === undefined) return undefined;
  if (names.length === 2) return { kind: "app", orgSlug, appName, machine: null };
  return machine === undefined ? undefined : { kind: "app", orgSlug, appName, machine };
}

/** A name out of its percent-encoded form; undefined for what no app or machine is called. */
function nameOf(part: string): string | undefined {
  // A question mark or hash would begin a query or a fragment, which a link does not have.
  if (!/^[\p{L}\p{N}\p{M}%._~:-]+$/u.test(part)) return undefined;
  let name: string;
  try {
    name = decodeURIComponent(part);
  } catch {
    return undefined;
  }
  return name.length <= LONGEST_NAME && NAME.test(name) ? name : undefined;
}
