import type { CommandId } from "../../commands/command-ids.ts";
import type { ShellRequest } from "../../state/shell-store.ts";
import type { Status } from "../../ui/StatusShape.tsx";

interface ItemBase {
  readonly key: string;
  /** What is searched: the title, a space and the detail. */
  readonly text: string;
  readonly title: string;
  /** Where it is: an organization, an app, a region. May be empty. */
  readonly detail: string;
}

/** One line of the palette. */
export type PaletteItem = ItemBase &
  (
    | { readonly kind: "command"; readonly id: CommandId }
    /** How it fares is asked for by its row: that may change while the palette is open. */
    | { readonly kind: "pane"; readonly tabKey: string; readonly paneKey: string }
    | { readonly kind: "app" | "machine"; readonly status: Status; readonly request: ShellRequest }
  );

export type PlaceItem = PaletteItem & { kind: "app" | "machine" };

export function textOf(title: string, detail: string): string {
  return detail === "" ? title : `${title} ${detail}`;
}
