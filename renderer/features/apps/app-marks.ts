import { appKey, type Settings } from "../../../shared/settings.ts";
import { useChangeSettings, useSettings } from "../../state/queries.ts";

export type AppMark = Settings["marks"][string];
export type MarkColour = AppMark["colour"];

export const COLOURS: readonly MarkColour[] = ["none", "red", "orange", "yellow", "green", "blue", "purple"];

export const NO_APP_MARK: AppMark = { colour: "none", production: false };

/** How an app is marked, pinned, and changed in that. */
export interface AppMarks {
  readonly mark: AppMark;
  readonly isPinned: boolean;
  setColour(colour: MarkColour): void;
  setProduction(production: boolean): void;
  setPinned(pinned: boolean): void;
}

/** The marks with this one changed; one that says nothing is not kept. */
export function withMark(marks: Settings["marks"], key: string, change: Partial<AppMark>): Settings["marks"] {
  const { [key]: before, ...others } = marks;
  const next = { ...(before ?? NO_APP_MARK), ...change };
  return next.colour === "none" && !next.production ? others : { ...others, [key]: next };
}

export function useAppMarks(of: { accountId: string; orgSlug: string; appName: string }): AppMarks {
  const { marks, pins } = useSettings();
  const change = useChangeSettings();
  const key = appKey(of);
  const mark = marks[key] ?? NO_APP_MARK;
  const put = (next: Partial<AppMark>): void => change.mutate({ marks: withMark(marks, key, next) });
  return {
    mark,
    isPinned: pins.includes(key),
    setColour: (colour) => put({ colour }),
    setProduction: (production) => put({ production }),
    setPinned: (pinned) => {
      const others = pins.filter((one) => one !== key);
      change.mutate({ pins: pinned ? [...others, key] : others });
    },
  };
}
