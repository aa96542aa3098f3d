import { Check, X } from "lucide-react";
import type { TourStep } from "../../../shared/settings.ts";
import { useKeysOf } from "../../commands/bindings.ts";
import type { CommandId } from "../../commands/command-ids.ts";
import { strings } from "../../strings.ts";
import { cx } from "../../ui/class-names.ts";
import { IconButton } from "../../ui/IconButton.tsx";
import { Keys } from "../../ui/Keys.tsx";
import { TOUR, useTour } from "./use-tour.ts";

const COMMAND: Partial<Record<TourStep, CommandId>> = { split: "splitRight", find: "palette", stats: "stats" };

/** Five things to try in the demo network, ticked by doing them. A window without height needs its room for the apps. */
export function TourCard() {
  const tour = useTour();
  if (tour === undefined) return null;
  const s = strings.tour;
  return (
    <section
      aria-label={s.title}
      className="flex shrink-0 flex-col gap-1 border-t border-line px-3 py-2 [@media(max-height:449px)]:hidden"
    >
      <header className="flex items-center gap-2">
        <h3 className="min-w-0 flex-1 truncate text-xs font-medium text-text-2">
          {s.title} · {s.progress(tour.done.length, TOUR.length)}
        </h3>
        <IconButton label={s.dismiss} onClick={tour.dismiss} small>
          <X className="size-3.5" />
        </IconButton>
      </header>
      {tour.done.length === TOUR.length ? (
        <p className="text-text-2">{s.allDone}</p>
      ) : (
        <ol className="flex flex-col">
          {TOUR.map((step) => (
            <Step key={step} step={step} isDone={tour.done.includes(step)} />
          ))}
        </ol>
      )}
    </section>
  );
}

function Step({ step, isDone }: { step: TourStep; isDone: boolean }) {
  const keys = useKeysOf(COMMAND[step]);
  return (
    <li className={cx("flex min-h-6 items-center gap-2", isDone ? "text-text-3" : "text-text")}>
      <span
        aria-hidden="true"
        className={cx(
          "flex size-3.5 shrink-0 items-center justify-center rounded-full border",
          isDone ? "border-ok text-ok" : "border-line-strong",
        )}
      >
        {isDone && <Check className="size-2.5" strokeWidth={3} />}
      </span>
      <span className="min-w-0 flex-1">
        {strings.tour.steps[step]}
        {isDone && <span className="sr-only">, {strings.tour.done}</span>}
      </span>
      {!isDone && keys !== undefined && <Keys keys={keys} />}
    </li>
  );
}
