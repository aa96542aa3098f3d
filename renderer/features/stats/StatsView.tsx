import { Activity } from "lucide-react";
import { strings } from "../../strings.ts";
import { latePart } from "../../ui/late-part.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";

const StatsDrawer = latePart(async () => (await import("../late.ts")).StatsDrawer, Loading);

/** The network of one tunnel: charts, figures, connections, events, peers and drops. */
export function StatsView() {
  return (
    <section aria-label={strings.stats.title} data-region="stats" className="@container flex h-full flex-col bg-chrome">
      <StatsDrawer />
    </section>
  );
}

function Loading() {
  return (
    <>
      <header className="flex h-9 shrink-0 items-center gap-2 border-b border-line px-3">
        <Activity className="size-4 shrink-0 text-text-3" aria-hidden="true" />
        <h2 className="truncate font-semibold">{strings.stats.title}</h2>
      </header>
      <Skeleton rows={3} />
    </>
  );
}
