import { z } from "zod";
import { LIMITS } from "./limits.ts";

/** What a person chose. One small document, validated wherever it crosses a boundary. */

const appKeyText = z.string().min(1).max(400);

/** Names an app in settings that are kept by app. */
export function appKey(of: { readonly accountId: string; readonly orgSlug: string; readonly appName: string }): string {
  return `${of.accountId}/${of.orgSlug}/${of.appName}`;
}

export const tourStep = z.enum(["shell", "split", "find", "stats", "capture"]);
export type TourStep = z.infer<typeof tourStep>;

/** The whole document is written at each change, and a page or a person with an editor fills it. */
const record = <T extends z.ZodType>(key: z.ZodString, value: T, most: number, what: string) =>
  z.record(key, value).refine((all) => Object.keys(all).length <= most, { error: `at most ${most} ${what}` });
const byApp = <T extends z.ZodType>(value: T) => record(appKeyText, value, LIMITS.appsInSettings, "apps");

/** Of the terminals, in CSS pixels. */
export const TEXT_SIZE = { smallest: 8, largest: 32, usual: 13 } as const;

export const settings = z.object({
  theme: z.enum(["system", "light", "dark"]),
  fontSize: z.number().int().min(TEXT_SIZE.smallest).max(TEXT_SIZE.largest),
  cursorBlink: z.boolean(),
  /** Terminals keep a text that can be read aloud; costs speed. */
  screenReader: z.boolean(),
  scrollback: z.number().int().min(0).max(100_000),
  /** What carries tunnels whose gateways speak both: the one that answers first, or the one that a person forces. */
  carrier: z.enum(["auto", "udp", "websocket"]),
  sidebarWidth: z.number().int().min(160).max(800),
  density: z.enum(["compact", "comfortable"]),
  /** "more": stronger lines and text, and a contrast of at least 7 in terminals. */
  contrast: z.enum(["normal", "more"]),
  /** Tried before the bundled font; empty for that one. */
  fontFamily: z.string().max(200),
  copyOnSelect: z.boolean(),
  /** When a paste is shown before it is sent: if it has several lines and the shell did not ask to be told of pastes, or always, or never. */
  pasteGuard: z.enum(["lines", "always", "never"]),
  bell: z.enum(["mark", "flash", "none"]),
  /** Tabs, splits and the text of shells come back after a restart. */
  restore: z.boolean(),
  /** By command, the chord that a person chose instead of the usual one; empty for none. */
  keys: record(z.string().max(60), z.string().max(60), LIMITS.chosenKeys, "commands"),
  /** By app (`appKey`), how it is marked. */
  marks: byApp(
    z.object({
      colour: z.enum(["none", "red", "orange", "yellow", "green", "blue", "purple"]),
      production: z.boolean(),
    }),
  ),
  /** By app, whether its shells may put text on the clipboard (OSC 52); asked when it is not here. */
  clipboardWrites: byApp(z.enum(["allow", "deny"])),
  /** Apps (`appKey`) that stand on top of the tree, in this order. */
  pins: z.array(appKeyText).max(LIMITS.pins),
  /** The machines whose shells were opened last, the newest first: one for each app. */
  recent: z
    .array(z.object({ app: appKeyText, machineId: z.string().max(100), at: z.number().nonnegative() }))
    .max(LIMITS.recent),
  /** What a person has tried of the demo's tour, and whether it was put away. */
  tour: z.object({ done: z.array(tourStep).max(10), dismissed: z.boolean() }),
});
export type Settings = z.infer<typeof settings>;

export const DEFAULT_SETTINGS: Settings = {
  theme: "system",
  fontSize: TEXT_SIZE.usual,
  cursorBlink: true,
  screenReader: false,
  scrollback: 10_000,
  carrier: "auto",
  sidebarWidth: 280,
  density: "compact",
  contrast: "normal",
  fontFamily: "",
  copyOnSelect: false,
  pasteGuard: "lines",
  bell: "mark",
  restore: true,
  keys: {},
  marks: {},
  clipboardWrites: {},
  pins: [],
  recent: [],
  tour: { done: [], dismissed: false },
};
