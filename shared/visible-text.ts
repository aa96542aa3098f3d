/** Controls, formats (bidi among them), line breaks, whatever a font may draw as nothing, and the empty braille cell. */
export const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/**
 * A stranger's name that calls need as it is, for the eye: what hides or turns in it is named, "web‹U+200B›", so that no two names look
 * alike. What the platform takes as an app's name is written nowhere that we could hold it to.
 */
export function shownName(name: string): string {
  const codeOf = (character: string): string => (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
  return name.replace(UNSEEN, (character) => `‹U+${codeOf(character).padStart(4, "0")}›`);
}

/** What a person can see of a text that a stranger wrote: nothing of what is left hides, turns or breaks the line. */
export function visibleText(text: string): string {
  return text.replace(UNSEEN, "");
}
