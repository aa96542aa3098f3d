import { appKey, type Settings } from "../../../shared/models.ts";
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

export function useAppMarks(of: { accountId: string; orgSlug: string; appName: string }): AppMarks {
  const { marks, pins } = useSettings();
  const change = useChangeSettings();
  const key = appKey(of);
  const mark = marks[key] ?? NO_APP_MARK;
  const put = (next: AppMark): void => {
    const { [key]: _before, ...others } = marks;
    const isUsual = next.colour === "none" && !next.production;
    change.mutate({ marks: isUsual ? others : { ...others, [key]: next } });
  };
  return {
    mark,
    isPinned: pins.includes(key),
    setColour: (colour) => put({ ...mark, colour }),
    setProduction: (production) => put({ ...mark, production }),
    setPinned: (pinned) => {
      const others = pins.filter((one) => one !== key);
      change.mutate({ pins: pinned ? [...others, key] : others });
    },
  };
}
