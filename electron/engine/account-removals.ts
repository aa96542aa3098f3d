import type { LeftPeer } from "../../shared/models.ts";

/** How long, in all, a platform is waited for: less than the 20 s of one request to it, for a person waits too. */
const PATIENCE_MS = 15_000;

interface Removal {
  readonly leave: AbortController;
  readonly done: Promise<LeftPeer[]>;
}

/** The accounts that are on their way out. Each ends in bounded time, or when a person leaves the platform as it is. */
export class AccountRemovals {
  readonly #underWay = new Map<string, Removal>();

  isUnderWay(accountId: string): boolean {
    return this.#underWay.has(accountId);
  }

  /** `remove` ends soon after its signal is aborted. Asked for again meanwhile, it is the same removal. */
  run(accountId: string, remove: (leave: AbortSignal) => Promise<LeftPeer[]>): Promise<LeftPeer[]> {
    const known = this.#underWay.get(accountId);
    if (known !== undefined) return known.done;
    const leave = new AbortController();
    const timer = setTimeout(() => leave.abort(), PATIENCE_MS);
    const done = remove(leave.signal).finally(() => {
      clearTimeout(timer);
      this.#underWay.delete(accountId);
    });
    this.#underWay.set(accountId, { leave, done });
    return done;
  }

  leavePeers(accountId: string): void {
    this.#underWay.get(accountId)?.leave.abort();
  }
}
