import type { Action } from "../context.ts";

/** A command whose part of the window is still to come: nowhere offered. */
export const notYet: Action = { when: () => false, run: () => undefined };
