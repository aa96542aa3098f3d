/** The demo cloud as the host sees it. The entries inject how it starts, so that the host never imports the demo. */
export interface DemoCloud {
  readonly access: { readonly api: string; readonly token: string };
  /** Resolves when it has ended, by itself too. */
  readonly ended: Promise<void>;
  /** Resolves when it has ended. */
  dispose(): Promise<void>;
}

/** `seed` is 32 secret bytes: the same seed gives the same keys, so that pinned host keys survive a restart. */
export type StartDemo = (seed: Uint8Array) => Promise<DemoCloud>;
