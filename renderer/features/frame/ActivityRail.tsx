import { Toolbar } from "@base-ui/react/toolbar";
import { useKeysOf } from "../../commands/bindings.ts";
import { showView, useWindow } from "../../state/window-store.ts";
import { strings } from "../../strings.ts";
import { cx } from "../../ui/class-names.ts";
import { Hint } from "../../ui/Hint.tsx";
import { toggleSidebar } from "./sidebar.ts";
import { VIEWS, type View } from "./views.ts";

/** The views at the left edge. The arrows move in it, and the view in front folds its sidebar. */
export function ActivityRail() {
  return (
    <nav aria-label={strings.views.label} data-region="rail" className="shrink-0 border-r border-line bg-chrome">
      <Toolbar.Root orientation="vertical" aria-label={strings.views.label} className="flex h-full w-12 flex-col py-1">
        {VIEWS.map((view) => (
          <RailButton key={view.id} view={view} />
        ))}
      </Toolbar.Root>
    </nav>
  );
}

const noTrouble = (): null => null;

function RailButton({
  view: { id, title, icon: Icon, Sidebar, command, useTrouble = noTrouble, last },
}: {
  view: View;
}) {
  const isFront = useWindow((state) => state.view === id);
  const trouble = useTrouble();
  const keys = useKeysOf(command);
  const name = trouble === null ? title : `${title}, ${trouble}`;
  const onClick = (): void => {
    if (!isFront) showView(id);
    else if (Sidebar !== undefined) toggleSidebar();
  };
  return (
    <Hint text={name} shortcut={keys} side="right">
      <Toolbar.Button
        aria-label={name}
        aria-current={isFront ? "page" : undefined}
        onClick={onClick}
        className={cx(
          "focus-inset relative flex h-11 w-12 items-center justify-center text-text-3 transition-colors duration-100 hover:text-text",
          "before:absolute before:inset-y-1.5 before:left-0 before:w-0.5 before:rounded-full aria-[current=page]:text-text aria-[current=page]:before:bg-accent",
          last === true && "mt-auto",
        )}
      >
        <Icon className="size-5" aria-hidden="true" />
        {trouble !== null && (
          <svg viewBox="0 0 12 12" aria-hidden="true" className="absolute top-1.5 right-2 size-3.5 text-bad">
            <path d="M6 1 11.5 11H.5z" fill="currentColor" stroke="var(--chrome)" />
          </svg>
        )}
      </Toolbar.Button>
    </Hint>
  );
}
