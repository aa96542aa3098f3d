import { useSettings } from "../../state/queries.ts";
import { strings } from "../../strings.ts";
import { useSearchTerms } from "./search.ts";

/** A few lines as the terminal shows them, in the theme and size chosen. */
export function PaletteSample() {
  const { fontSize } = useSettings();
  if (useSearchTerms().length > 0) return null;
  return (
    <figure className="mt-4 flex flex-col gap-2">
      <figcaption className="text-xs text-text-3">{strings.settings.sample}</figcaption>
      <pre
        dir="ltr"
        aria-hidden="true"
        style={{ fontSize }}
        className="overflow-x-auto rounded-md border border-line bg-canvas p-4 font-mono leading-tight select-none"
      >
        <span style={{ color: "var(--term-green)" }}>web</span>
        <span style={{ color: "var(--term-bright-black)" }}> ams </span>
        <span style={{ color: "var(--term-blue)" }}>~/app</span>
        {" $ ls --color\n"}
        <span style={{ color: "var(--term-blue)" }}>bin</span>
        {"  "}
        <span style={{ color: "var(--term-cyan)" }}>current</span>
        {"  "}
        <span style={{ color: "var(--term-green)" }}>deploy.sh</span>
        {"  "}
        <span style={{ color: "var(--term-magenta)" }}>logo.png</span>
        {"  "}
        <span style={{ color: "var(--term-red)" }}>backup.tar</span>
        {"  "}
        <span style={{ color: "var(--term-yellow)" }}>core</span>
        {"\n"}
        <span style={{ color: "var(--term-green)" }}>web</span>
        <span style={{ color: "var(--term-bright-black)" }}> ams </span>
        <span style={{ color: "var(--term-blue)" }}>~/app</span>
        {" $ "}
        <span className="bg-accent text-canvas"> </span>
      </pre>
    </figure>
  );
}
