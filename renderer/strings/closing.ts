/** What is asked before shells are closed; here and not in strings.ts, as the question is loaded with it. */
export const closingWords = {
  title: (app: string) => `Close ${app}?`,
  severalTabs: (tabs: number) => `Close ${tabs} tabs?`,
  itsShells: (shells: number) => (shells === 1 ? "Its shell ends." : `Its ${shells} shells end.`),
  shells: (shells: number) => (shells === 1 ? "1 shell ends." : `${shells} shells end.`),
  production: (apps: readonly string[]) => `Marked as production: ${apps.join(", ")}.`,
  closeTabs: "Close tabs",
} as const;
