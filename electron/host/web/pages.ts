const TEXTS = {
  400: ["Not understood", "This address is not one that Culvert knows."],
  401: [
    "Not signed in",
    "Open the address that <code>culvert serve</code> printed. It works once; run <code>culvert serve</code> again for a new one.",
  ],
  403: ["Refused", "This page may not speak to Culvert. Open the address that <code>culvert serve</code> printed."],
  404: ["Not found", "There is nothing here."],
  405: ["Not possible", "Culvert does not take this kind of request."],
} as const;

export type RefusedStatus = keyof typeof TEXTS;

/** A short page in plain words, complete in itself. */
export function plainPage(status: RefusedStatus): string {
  const [title, text] = TEXTS[status];
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="color-scheme" content="light dark">
<title>${title} · Culvert</title>
<style>body { font: 16px/1.5 system-ui, sans-serif; max-width: 32em; margin: 4em auto; padding: 0 1em }</style>
<h1>${title}</h1>
<p>${text}</p>
</html>
`;
}
