import { createContext, useContext } from "react";
import { strings } from "../../strings.ts";

/** The words that are searched for in the settings, in lower case; empty while nothing is searched. */
const Terms = createContext<readonly string[]>([]);

export const SearchTerms = Terms.Provider;

export function useSearchTerms(): readonly string[] {
  return useContext(Terms);
}

/** Every word must be somewhere in the texts: "tunnel udp" finds what speaks of both. */
export function isFound(terms: readonly string[], texts: readonly (string | undefined)[]): boolean {
  const all = texts.filter(Boolean).join("\n").toLocaleLowerCase(strings.locale);
  return terms.every((term) => all.includes(term));
}

export function termsOfSearch(text: string): string[] {
  return text.toLocaleLowerCase(strings.locale).split(/\s+/).filter(Boolean).slice(0, 8);
}
