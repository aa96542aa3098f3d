import type { Tunnel } from "../../../shared/models.ts";
import { strings } from "../../strings.ts";
import { FactList } from "../../ui/FactList.tsx";
import { integer } from "../../ui/format.ts";

const FIGURES = ["datagramsIn", "datagramsOut", "receiveErrors", "refusedBursts"] as const;

/** Datagrams as the sockets have them, also those that were dropped: what was dropped is to be held against that. */
export function WireFigures({ wire }: { wire: Tunnel["wire"] }) {
  const s = strings.stats.wire;
  return (
    <section aria-label={s.title} className="flex max-w-xl flex-col gap-1">
      <h3 className="text-xs font-medium text-text-2">{s.title}</h3>
      <FactList facts={FIGURES.map((name) => [s[name], integer(wire[name]), s.meanings[name]])} />
    </section>
  );
}
