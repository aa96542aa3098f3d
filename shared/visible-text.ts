/** Controls, formats (bidi among them), line breaks, whatever a font may draw as nothing, and the empty braille cell. */
export const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/** What a person can see of a text that a stranger wrote: nothing of what is left hides, turns or breaks the line. */
export function visibleText(text: string): string {
  return text.replace(UNSEEN, "");
}
