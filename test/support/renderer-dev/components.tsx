import { Tooltip } from "@base-ui/react/tooltip";
import { type ReactNode, useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import { applyTheme } from "../../../renderer/state/theme.ts";
import { Choice } from "../../../renderer/ui/Choice.tsx";
import { FEEDBACK } from "./components-feedback.tsx";
import { INPUT } from "./components-input.tsx";

/**
 * Every component of renderer/ui in all of its states, for eyes, axe and snapshots. `?theme=dark`, `?density=comfortable`,
 * `?contrast=more` and `?dir=rtl` choose how the page begins; `?only=Button` shows one.
 */
export interface Sample {
  readonly name: string;
  readonly states: readonly (readonly [state: string, shown: ReactNode])[];
}

const query = new URLSearchParams(location.search);
const THEMES: readonly ("light" | "dark")[] = ["light", "dark"];
const only = query.get("only");
const SAMPLES = [...INPUT, ...FEEDBACK].filter(({ name }) => only === null || name === only);

function Components() {
  const [theme, setTheme] = useState<"light" | "dark">(query.get("theme") === "dark" ? "dark" : "light");
  const [density, setDensity] = useState(query.get("density") ?? "compact");
  const [contrast, setContrast] = useState(query.get("contrast") ?? "normal");
  const [dir, setDir] = useState(query.get("dir") ?? "ltr");
  useEffect(() => {
    applyTheme(theme);
    document.documentElement.dataset["density"] = density;
    document.documentElement.dataset["contrast"] = contrast;
    document.documentElement.dir = dir;
  }, [theme, density, contrast, dir]);
  return (
    <Tooltip.Provider>
      <main className="scroll-quiet flex h-full flex-col gap-6 overflow-y-auto bg-canvas p-6">
        <header className="flex flex-wrap items-center gap-3">
          <h1 className="mr-auto text-lg font-semibold">Components</h1>
          <Switcher label="Theme" value={theme} options={THEMES} onPick={setTheme} />
          <Switcher label="Density" value={density} options={["compact", "comfortable"]} onPick={setDensity} />
          <Switcher label="Contrast" value={contrast} options={["normal", "more"]} onPick={setContrast} />
          <Switcher label="Direction" value={dir} options={["ltr", "rtl"]} onPick={setDir} />
        </header>
        {SAMPLES.map(({ name, states }) => (
          <section key={name} aria-labelledby={`about-${name}`} data-component={name} className="flex flex-col gap-2">
            <h2 id={`about-${name}`} className="border-b border-line pb-1 font-semibold">
              {name}
            </h2>
            <div className="flex flex-wrap gap-x-6 gap-y-2">
              {states.map(([state, shown]) => (
                <div key={state} data-state={state} className="flex min-w-0 flex-col gap-1">
                  <p className="text-xs text-text-3">{state}</p>
                  <div className="min-w-0">{shown}</div>
                </div>
              ))}
            </div>
          </section>
        ))}
      </main>
    </Tooltip.Provider>
  );
}

function Switcher<T extends string>({
  label,
  value,
  options,
  onPick,
}: {
  label: string;
  value: T;
  options: readonly T[];
  onPick(value: NoInfer<T>): void;
}) {
  return (
    <Choice
      label={label}
      value={value}
      options={options.map((one) => ({ value: one, label: one }))}
      onChoose={(next) => onPick(next)}
    />
  );
}

const root = document.getElementById("root");
if (root !== null) createRoot(root).render(<Components />);
