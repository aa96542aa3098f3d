import type { Disposable } from "../base/dispose.ts";

/** The demo cloud as the host sees it. The entries inject how it starts, so that the host never imports the demo. */
export interface DemoCloud extends Disposable {
  readonly access: { readonly api: string; readonly token: string };
}

/** `seed` is 32 secret bytes: the same seed gives the same keys, so that pinned host keys survive a restart. */
export type StartDemo = (seed: Uint8Array) => Promise<DemoCloud>;
