import { TriangleAlert } from "lucide-react";
import { appKey } from "../../../../shared/settings.ts";
import { useSettings } from "../../../state/queries.ts";
import type { ShellRequest } from "../../../state/shell-store.ts";
import { strings } from "../../../strings.ts";

/** Over a shell of an app that is marked as production (#27): the word, in the app's colour or else in red. */
export function ProductionBanner({ request }: { request: ShellRequest }) {
  const mark = useSettings().marks[appKey(request)];
  if (mark?.production !== true) return null;
  const colour = mark.colour === "none" ? "red" : mark.colour;
  return (
    <p
      role="note"
      data-testid="production"
      className="flex h-6 shrink-0 items-center gap-2 overflow-hidden border-b px-3 text-xs font-semibold whitespace-nowrap text-text"
      style={{
        borderColor: `var(--mark-${colour})`,
        background: `color-mix(in srgb, var(--mark-${colour}) 22%, var(--canvas))`,
      }}
    >
      <TriangleAlert className="size-3.5 shrink-0" style={{ color: `var(--mark-${colour})` }} aria-hidden="true" />
      {/* Its beginning is enough; the app's name is not cut while this can be. */}
      <span className="min-w-12 shrink-[1000] truncate tracking-wide uppercase">{strings.panes.production}</span>
      <bdi className="min-w-0 truncate font-normal text-text-2">{request.appName}</bdi>
    </p>
  );
}
