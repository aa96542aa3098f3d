import type { Disposable } from "../base/dispose.ts";

export interface LatestSessionsOptions {
  /** Whether the window lags behind. */
  isBusy(): boolean;
  send(text: string): void;
}

const LOOK_EVERY_MS = 100;

/**
 * What a window is told of its sessions. A shell may change its title a thousand times a second: a window that lags behind
 * gets the last change of each session when it has caught up, and never an older one after a newer.
 */
export class LatestSessions implements Disposable {
  readonly #options: LatestSessionsOptions;
  readonly #held = new Map<string, string>();
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(options: LatestSessionsOptions) {
    this.#options = options;
  }

  /** Sends the event `text` of a session now, or holds it in the place of the one before. */
  put(sessionId: string, text: string): void {
    if (this.#options.isBusy()) {
      this.#held.set(sessionId, text);
      this.#timer ??= setInterval(() => this.#catchUp(), LOOK_EVERY_MS);
      return;
    }
    this.forget(sessionId);
    this.#options.send(text);
  }

  /** The session is closed: what is held of it would bring it back. */
  forget(sessionId: string): void {
    this.#held.delete(sessionId);
  }

  dispose(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#held.clear();
  }

  #catchUp(): void {
    for (const [sessionId, text] of this.#held) {
      if (this.#options.isBusy()) return;
      this.#held.delete(sessionId);
      this.#options.send(text);
    }
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
