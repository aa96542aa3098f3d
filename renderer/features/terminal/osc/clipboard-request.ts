import { visibleText } from "../../../../shared/visible-text.ts";

/** The most text that a program may put on the clipboard. */
export const MOST_CLIPBOARD_BYTES = 100 * 1024;

export type ClipboardRequest =
  | { readonly kind: "write"; readonly text: string; readonly bytes: number }
  | { readonly kind: "too-large" }
  /** A read, an empty write, or no base64: nothing is done, and nothing answered. */
  | { readonly kind: "ignored" };

const IGNORED: ClipboardRequest = { kind: "ignored" };

/**
 * What OSC 52 asks for ("c;<base64>", xterm's control sequences). A read ("?") is always refused: a program far away must
 * not learn what is on the clipboard. Controls and what cannot be seen do not get through, nor line ends at the end, so that
 * what is pasted elsewhere is what was shown and waits for Enter. Line ends between lines stay: a text of several lines can
 * still run in a shell that is not told of pastes. Our own terminals show such a paste first; other programs may not.
 */
export function clipboardRequest(data: string): ClipboardRequest {
  const split = data.indexOf(";");
  const encoded = data.slice(split + 1);
  if (split === -1 || encoded === "" || encoded === "?") return IGNORED;
  if (encoded.length > Math.ceil(MOST_CLIPBOARD_BYTES / 3) * 4) return { kind: "too-large" };
  const bytes = bytesOfBase64(encoded);
  if (bytes === undefined) return IGNORED;
  if (bytes.length > MOST_CLIPBOARD_BYTES) return { kind: "too-large" };
  const lines = new TextDecoder().decode(bytes).replace(/\r\n?/g, "\n");
  const text = lines.replace(/[^\t\n]+/g, visibleText).replace(/\n+$/, "");
  return text === "" ? IGNORED : { kind: "write", text, bytes: bytes.length };
}

function bytesOfBase64(encoded: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
