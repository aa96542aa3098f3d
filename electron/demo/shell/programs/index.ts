import type { Program } from "../types.ts";
import { ls, lsAliases } from "./ls.ts";
import { NETWORK_PROGRAMS } from "./network.ts";
import { STREAM_PROGRAMS } from "./streams.ts";
import { SYSTEM_PROGRAMS } from "./system.ts";
import { TERMINAL_PROGRAMS } from "./terminal-demo.ts";
import { top } from "./top.ts";

/** Commands of our own by name: those that stream, that know the terminal, or that just-bash lacks. */
export const PROGRAMS: ReadonlyMap<string, Program> = new Map(
  [
    ...STREAM_PROGRAMS,
    ...NETWORK_PROGRAMS,
    ...SYSTEM_PROGRAMS,
    ...TERMINAL_PROGRAMS,
    ls,
    ...lsAliases,
    top,
    { ...top, name: "htop" },
  ].map((program) => [program.name, program]),
);
