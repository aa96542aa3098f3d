import { type ErrorInfo, sentenceFor } from "../../../shared/errors.ts";
import type { Machine } from "../../../shared/models.ts";
import { shownName } from "../../../shared/visible-text.ts";
import { accountName } from "../../state/account-name.ts";
import { strings } from "../../strings.ts";
import { shortId } from "../../ui/format.ts";
import type { TreeRow } from "./tree-model.ts";

/** Where an app's machines are, in little room: "ams", "ams fra", "ams +2". */
export function regionsOf(machines: readonly Machine[]): string {
  const regions = [...new Set(machines.map(({ region }) => region))];
  if (regions.length <= 2) return regions.join(" ");
  return `${regions[0]} +${regions.length - 1}`;
}

/** The name of a row for assistive technology; also what tests look for. */
export function nameOfRow(row: TreeRow): string {
  switch (row.kind) {
    case "account":
      return strings.tree.account(accountName(row.account));
    case "org":
      return strings.tree.organization(row.org.name);
    case "app": {
      const count = row.machines === undefined ? "" : strings.tree.machines(row.machines.length);
      const regions =
        row.machines === undefined ? "" : [...new Set(row.machines.map(({ region }) => region))].join(", ");
      return [shownName(row.app.name), strings.status[row.app.status], count, regions].filter(Boolean).join(", ");
    }
    case "machine":
      return [row.machine.name, strings.status[row.machine.status], row.machine.region].filter(Boolean).join(", ");
    case "pins":
      return strings.marks.pinned;
    case "loading":
      return strings.tree.asking[row.of](row.within);
    case "cancelled":
      return strings.tree.cancelled;
    case "stale":
      return strings.tree.stale(reasonOf(row.stale.error));
    case "error":
      return strings.tree.failed(reasonOf(row.error));
    case "empty":
      return strings.tree.empty[row.of];
    case "add-host":
      return strings.tree.addHost;
  }
}

/** Why a list could not be had, and this case's facts. */
export function reasonOf({ code, detail }: ErrorInfo): string {
  return detail === undefined ? sentenceFor(code) : `${sentenceFor(code)} ${detail}`;
}

/** A machine's name, short where it is only an identifier. */
export function machineLabel(machine: Machine): string {
  return shortId(machine.name);
}
