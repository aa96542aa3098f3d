import { WebLinksAddon } from "@xterm/addon-web-links";
import type { Terminal } from "@xterm/xterm";

/** Opens http and https addresses only, in a page that cannot reach back to this one. */
function follow(event: MouseEvent, address: string): void {
  if (!event.ctrlKey && !event.metaKey) return;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || (url.protocol !== "http:" && url.protocol !== "https:")) return;
  window.open(url.href, "_blank", "noopener,noreferrer");
}

/**
 * Links in the terminal: addresses in the text, and those that a program declared (OSC 8), whose text may say anything;
 * `onHover` therefore gets the real target, or null when the pointer leaves.
 */
export function addLinks(terminal: Terminal, onHover: (address: string | null) => void): void {
  const hover = (_event: MouseEvent, address: string): void => onHover(address);
  const leave = (): void => onHover(null);
  terminal.loadAddon(new WebLinksAddon(follow, { hover, leave }));
  terminal.options.linkHandler = { activate: follow, hover, leave, allowNonHttpProtocols: false };
}
