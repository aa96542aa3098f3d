import { parseDeepLink } from "../../../shared/deep-link.ts";

/**
 * The link among a program's arguments: Linux and Windows hand it over as one, to a second instance too. Only a whole
 * argument that is a link of ours counts, and only the first.
 */
export function linkIn(args: readonly string[]): string | undefined {
  return args.find((arg) => parseDeepLink(arg) !== undefined);
}

/** Keeps links that come before there is a host to take them (macOS sends them early), and hands on those that come later. */
export class LinkInbox {
  #early: string | undefined;
  #offer: ((link: string) => void) | undefined;

  put(link: string | undefined): void {
    if (link === undefined) return;
    if (this.#offer === undefined) this.#early = link;
    else this.#offer(link);
  }

  openFor(offer: (link: string) => void): void {
    this.#offer = offer;
    if (this.#early !== undefined) offer(this.#early);
    this.#early = undefined;
  }
}
