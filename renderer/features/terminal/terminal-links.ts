import { WebLinksAddon } from "@xterm/addon-web-links";
import type { Terminal } from "@xterm/xterm";
import { linkTarget } from "./osc/link-target.ts";

/** Opens pages and mail only, in a page that cannot reach back to this one. */
function follow(event: MouseEvent, address: string): void {
  if (!event.ctrlKey && !event.metaKey) return;
  const target = linkTarget(address);
  if (target !== undefined) window.open(target, "_blank", "noopener,noreferrer");
}

/**
 * Links in the terminal: addresses in the text, and those that a program declared (OSC 8), whose text may say anything;
 * `onHover` therefore gets the real target, or null when the pointer leaves.
 */
export function addLinks(terminal: Terminal, onHover: (address: string | null) => void): void {
  const hover = (_event: MouseEvent, address: string): void => onHover(linkTarget(address) ?? null);
  const leave = (): void => onHover(null);
  terminal.loadAddon(new WebLinksAddon(follow, { hover, leave }));
  // Mail is no http; anything else never becomes a link (osc-handlers.ts).
  terminal.options.linkHandler = { activate: follow, hover, leave, allowNonHttpProtocols: true };
}
