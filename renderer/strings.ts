import { appsWords } from "./strings/apps.ts";
import { commandsWords } from "./strings/commands.ts";
import { configWords } from "./strings/config.ts";
import { dropWords } from "./strings/drops.ts";
import { errorsWords } from "./strings/errors.ts";
import { eventWords } from "./strings/events.ts";
import { firstRunWords } from "./strings/first-run.ts";
import { frameWords } from "./strings/frame.ts";
import { peersWords } from "./strings/peers.ts";
import { settingsWords } from "./strings/settings.ts";
import { statsWords } from "./strings/stats.ts";
import { statusWords } from "./strings/status.ts";
import { terminalWords } from "./strings/terminal.ts";

/**
 * Every sentence a user sees, except those of shared/errors.ts: one catalogue, a file for each part of the window. Short, in
 * the active voice, naming things as flyctl and WireGuard name them. Functions take what varies, so that another language
 * may order it in its own way.
 */
export const strings = {
  product: "Culvert",
  ...frameWords,
  ...commandsWords,
  ...firstRunWords,
  ...appsWords,
  ...terminalWords,
  ...statsWords,
  ...statusWords,
  ...eventWords,
  ...configWords,
  ...dropWords,
  ...peersWords,
  ...settingsWords,
  ...errorsWords,
} as const;
