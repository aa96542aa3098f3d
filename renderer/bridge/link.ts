/**
 * The wire between this page and the host: whole messages, in order. Text carries JSON control, bytes carry terminal
 * frames (shared/terminal-frames.ts). Desktop and browser editions differ in nothing but the link.
 */
export interface Link {
  /** Messages sent while the link is lost are dropped; the bridge rejects what waited for an answer. */
  send(message: string | Uint8Array): void;
  onMessage(listener: (message: string | Uint8Array) => void): void;
  /** Called at once when the state is known already, then on each change. */
  onState(listener: (state: LinkState) => void): void;
  /** Tries at once instead of later; where a link comes back by itself or not at all there is nothing to try. */
  tryNow?(): void;
}

/**
 * "gone": nobody answers at its address, again and again, so that it is hardly a short break. "locked": this page has no key that the host takes, and
 * waits for another.
 */
export type LinkState = "open" | "lost" | "gone" | "locked";
