/** The last text that was selected in this window: what X11 calls the primary selection, where the browser hides the real one. */
let selected = "";

export function rememberSelection(text: string): void {
  selected = text;
}

export function lastSelection(): string {
  return selected;
}

/** False when the browser does not let us. */
export async function writeClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** Undefined when the browser does not let us, or the person said no. */
export async function readClipboard(): Promise<string | undefined> {
  try {
    return await navigator.clipboard.readText();
  } catch {
    return undefined;
  }
}
