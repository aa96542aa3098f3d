/** Matches that are looked for at once, and at most highlighted. Apart, so that the bar does not bring the search with it. */
export const MOST_MATCHES = 1000;
