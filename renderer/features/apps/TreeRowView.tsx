import { Building2, CircleUser, FileKey2, FlaskConical, History, Plus, RotateCw, Star, User } from "lucide-react";
import { memo, type ReactNode } from "react";
import { sentenceFor } from "../../../shared/errors.ts";
import type { Account, App } from "../../../shared/models.ts";
import { shownName } from "../../../shared/visible-text.ts";
import { serverOf } from "../../state/account-name.ts";
import { showOverlay } from "../../state/window-store.ts";
import { strings } from "../../strings.ts";
import { Badge } from "../../ui/Badge.tsx";
import { cx } from "../../ui/class-names.ts";
import { age } from "../../ui/format.ts";
import { Highlight } from "../../ui/Highlight.tsx";
import { MiddleText } from "../../ui/MiddleText.tsx";
import { StatusShape } from "../../ui/StatusShape.tsx";
import { useNow } from "../../ui/use-now.ts";
import type { AppMark } from "./app-marks.ts";
import { LoadingRow } from "./LoadingRow.tsx";
import type { Stale } from "./loaded.ts";
import type { AppRow, MachineRow, TreeRow } from "./tree-model.ts";
import { requestOfRow } from "./tree-rows.ts";
import { machineLabel, reasonOf, regionsOf } from "./tree-text.ts";

interface Look {
  readonly terms: readonly string[];
  /** How a person has marked an app, and when they last opened a shell on it. */
  readonly mark: AppMark;
  readonly usedAt: number | undefined;
}

/** What stands in a row of the tree; the row itself and its role belong to TreeItem, keys and clicks to AppTree. */
export function TreeRowContent({ row, ...look }: { row: TreeRow } & Look) {
  switch (row.kind) {
    case "pins":
      return (
        <>
          <Chevron open={row.open} />
          <Star className={ICON} />
          <span className="truncate font-medium text-text-2">{strings.marks.pinned}</span>
        </>
      );
    case "account":
      return (
        <>
          <Chevron open={row.open} />
          <AccountIcon kind={row.account.kind} />
          <span className="truncate font-semibold" title={row.account.viewer ?? row.account.label}>
            {row.account.label}
          </span>
          <Server of={row.account} />
          <span className="flex-1" />
          {row.account.kind === "demo" && <Badge tone="accent">{strings.accounts.demo}</Badge>}
          {row.account.error !== null && <Badge tone="bad">{strings.accounts.trouble}</Badge>}
        </>
      );
    case "org":
      return (
        <>
          <Chevron open={row.open} />
          {row.org.kind === "personal" ? <User className={ICON} /> : <Building2 className={ICON} />}
          <bdi className="truncate font-medium text-text-2" title={row.org.slug}>
            {row.org.name}
          </bdi>
        </>
      );
    case "app":
      return <AppContent row={row} {...look} />;
    case "machine":
      return <MachineContent row={row} terms={look.terms} />;
    case "loading":
      return <LoadingRow row={row} />;
    case "cancelled":
      return (
        <>
          <Note>{strings.tree.cancelled}</Note>
          <span className="shrink-0 text-text-2 underline">{strings.common.retry}</span>
        </>
      );
    case "stale":
      return <StaleRow stale={row.stale} />;
    case "empty":
      return <Note>{strings.tree.empty[row.of]}</Note>;
    case "error":
      return (
        <>
          <RotateCw className="size-3 shrink-0 text-bad" />
          <span className="truncate text-bad" title={reasonOf(row.error)}>
            {sentenceFor(row.error.code)}
          </span>
          <span className="shrink-0 text-text-2 underline">{strings.common.retry}</span>
        </>
      );
    case "add-host":
      return (
        <>
          <Plus className={ICON} />
          <span className="truncate text-text-2">{strings.tree.addHost}</span>
        </>
      );
  }
}

/** Where an account is signed in, if that is not Fly.io. */
function Server({ of }: { of: Account }) {
  const server = serverOf(of);
  if (server === null) return null;
  return (
    <span className="min-w-12 truncate text-text-3" title={server}>
      {server}
    </span>
  );
}

const ICON = "size-3.5 shrink-0 text-text-3";

function StaleRow({ stale: { since, error } }: { stale: Stale }) {
  const now = useNow(10_000);
  return (
    <span className="contents" title={reasonOf(error)}>
      <History className="size-3.5 shrink-0 text-warn" aria-hidden="true" />
      <span className="truncate text-text-2">{strings.common.asOf(age(now - since))}</span>
      <span className="shrink-0 text-text-2 underline">{strings.common.retry}</span>
    </span>
  );
}

function AppContent({ row, terms, mark, usedAt }: { row: AppRow } & Look) {
  const { machines } = row;
  const stopped = row.app.status === "stopped";
  return (
    <>
      {row.org.kind === "config" ? <span className="w-4 shrink-0" /> : <Chevron open={row.open} />}
      <Shape status={row.app.status} />
      <bdi
        className={cx("min-w-8 overflow-clip text-ellipsis whitespace-nowrap", stopped && "text-text-2")}
        title={titleOfApp(row, usedAt)}
      >
        <Highlight text={shownName(row.app.name)} terms={terms} />
      </bdi>
      {mark.colour !== "none" && (
        <span
          aria-hidden="true"
          className="size-2 shrink-0 rounded-full"
          style={{ background: `var(--mark-${mark.colour})` }}
        />
      )}
      {mark.production === true && <Badge tone="bad">{strings.marks.productionShort}</Badge>}
      <span className="flex-1" />
      <StatusWord status={row.app.status} />
      {machines !== undefined && machines.length > 0 && (
        <>
          <span className="shrink-0 font-mono text-xs text-text-3">
            <Highlight text={regionsOf(machines)} terms={terms} />
          </span>
          {row.org.kind !== "config" && <MachineCount row={row} count={machines.length} />}
        </>
      )}
    </>
  );
}

function titleOfApp(row: AppRow, usedAt: number | undefined): string {
  const used = usedAt === undefined ? "" : strings.marks.used(age(Date.now() - usedAt));
  const name = shownName(row.app.name);
  return used === "" ? name : `${name} · ${used}`;
}

/** How many machines an app has; with several, a click asks on which a shell is wanted. */
function MachineCount({ row, count }: { row: AppRow; count: number }) {
  const request = requestOfRow(row);
  const look =
    "flex h-4 min-w-4 shrink-0 items-center justify-center rounded-sm bg-hover px-1 text-xs text-text-2 tabular-nums";
  if (count < 2 || request === undefined) {
    return (
      <span className={look} title={strings.tree.machines(count)}>
        {count}
      </span>
    );
  }
  return (
    <button
      type="button"
      tabIndex={-1}
      aria-hidden="true"
      title={strings.tree.chooseMachine(count)}
      onClick={(event) => {
        event.stopPropagation();
        showOverlay({ kind: "machines", request, isSubstitute: false });
      }}
      className="-mx-1 flex size-6 shrink-0 items-center justify-center"
    >
      <span className={`${look} hover:bg-pressed hover:text-text`}>{count}</span>
    </button>
  );
}

function MachineContent({ row, terms }: { row: MachineRow; terms: readonly string[] }) {
  const { machine } = row;
  return (
    <>
      <Shape status={machine.status} />
      <span
        className={cx(
          "flex min-w-0 truncate",
          machineLabel(machine) !== machine.name && "font-mono text-xs",
          machine.status === "stopped" && "text-text-2",
        )}
        title={[machine.name, machine.id, machine.address].filter(Boolean).join(" · ")}
      >
        {terms.length === 0 ? (
          <MiddleText text={machineLabel(machine)} />
        ) : (
          <span className="truncate">
            <Highlight text={machineLabel(machine)} terms={terms} />
          </span>
        )}
      </span>
      <span className="flex-1" />
      <StatusWord status={machine.status} title={machine.state} />
      <span className="shrink-0 font-mono text-xs text-text-3">
        <Highlight text={machine.region} terms={terms} />
      </span>
    </>
  );
}

/** In a narrow sidebar the name needs the room more than the usual state does, which its shape tells too. */
const StatusWord = memo(function StatusWord({ status, title }: { status: App["status"]; title?: string }) {
  const from = status === "running" ? "@min-[340px]:inline" : "@min-[220px]:inline";
  return (
    <span className={cx("hidden shrink-0 text-xs text-text-3", from)} title={title}>
      {strings.status[status]}
    </span>
  );
});

/**
 * A click on it is the tree's (`isToggle`). It turns as it opens; closed ones come with other rows too, and are so at once.
 * Closed, it points to where the row goes on, from right to left as well.
 */
const Chevron = memo(function Chevron({ open }: { open: boolean }) {
  return (
    <button
      type="button"
      tabIndex={-1}
      aria-hidden="true"
      data-toggle=""
      className="-mx-1 flex size-6 shrink-0 items-center justify-center rounded-sm text-text-3 hover:text-text"
    >
      <span
        className={cx(
          "drawn-chevron size-3.5",
          open ? "rotate-90 transition-transform duration-100" : "rtl:-scale-x-100",
        )}
      />
    </button>
  );
});

const Shape = memo(StatusShape);

export function AccountIcon({ kind }: { kind: Account["kind"] }) {
  if (kind === "demo") return <FlaskConical className={ICON} />;
  return kind === "config" ? <FileKey2 className={ICON} /> : <CircleUser className={ICON} />;
}

function Note({ children }: { children: ReactNode }) {
  return <span className="truncate pl-1 text-text-3">{children}</span>;
}
