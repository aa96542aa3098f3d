import { useQuery } from "@tanstack/react-query";
import { FileKey2, FlaskConical, KeyRound } from "lucide-react";
import { type DragEvent, type ReactNode, useEffect, useState } from "react";
import { useBridge } from "../../bridge/bridge-context.ts";
import { errorInfoOf } from "../../bridge/bridge-error.ts";
import { queries } from "../../state/queries.ts";
import { showOverlay, showView } from "../../state/window-store.ts";
import { strings } from "../../strings.ts";
import { Button } from "../../ui/Button.tsx";
import { cx } from "../../ui/class-names.ts";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { latePart } from "../../ui/late-part.tsx";
import { Mark } from "../../ui/Mark.tsx";
import { ThemeChoice } from "../settings/ThemeChoice.tsx";
import { readConfigFile } from "./read-file.ts";
import { Stream } from "./Stream.tsx";
import { useStartDemo } from "./use-start-demo.ts";

const PeersLeft = latePart(async () => (await import("../late.ts")).PeersLeft);

/** The page before there is any account: three ways in, and nothing leaves the computer before one is chosen. */
export function FirstRun() {
  const bridge = useBridge();
  const demo = useStartDemo();
  const info = useQuery(queries.info(bridge)).data;
  const [over, setOver] = useState(false);
  // What comes after this page are apps, also where the last account went in the settings.
  useEffect(() => showView("apps"), []);
  const onDrop = async (event: DragEvent): Promise<void> => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    const read = file === undefined ? undefined : await readConfigFile(file);
    if (read !== undefined) showOverlay({ kind: "import", ...read });
  };
  return (
    <main
      className="scroll-quiet relative flex h-full flex-col overflow-y-auto bg-canvas"
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => void onDrop(event)}
    >
      <Stream />
      <div className="relative m-auto flex w-full max-w-4xl flex-col gap-8 px-6 py-10">
        <header className="flex flex-col items-center gap-3 text-center">
          <Mark className="size-14" />
          <h1 className="text-xl font-semibold">{strings.product}</h1>
          <p className="max-w-lg text-base text-text-2">{strings.firstRun.tagline}</p>
        </header>
        <PeersLeft />
        <Cards demo={demo} dropping={over} />
        {demo.error !== null && <ErrorNote error={errorInfoOf(demo.error)} />}
        <footer className="flex flex-wrap items-center justify-between gap-3 text-xs text-text-3">
          <p>{strings.firstRun.promise}</p>
          <span className="flex items-center gap-4">
            {info !== undefined && <span>{strings.settings.version(info.version)}</span>}
            <ThemeChoice />
          </span>
        </footer>
      </div>
    </main>
  );
}

function Cards({ demo, dropping }: { demo: ReturnType<typeof useStartDemo>; dropping: boolean }) {
  return (
    <div className="grid grid-cols-1 gap-4 sm:grid-cols-3">
      <Card
        main
        icon={<FlaskConical className="size-5" />}
        title={strings.firstRun.demoTitle}
        text={strings.firstRun.demoText}
      >
        <Button look="primary" large busy={demo.isPending} onClick={() => demo.mutate()}>
          {demo.isPending ? strings.firstRun.demoStarting : strings.firstRun.demoButton}
        </Button>
      </Card>
      <Card
        icon={<KeyRound className="size-5" />}
        title={strings.firstRun.signInTitle}
        text={strings.firstRun.signInText}
      >
        <Button large onClick={() => showOverlay({ kind: "sign-in" })}>
          {strings.signIn.submit}
        </Button>
      </Card>
      <Card
        icon={<FileKey2 className="size-5" />}
        title={strings.firstRun.importTitle}
        text={dropping ? strings.firstRun.dropNow : strings.firstRun.importText}
        marked={dropping}
      >
        <Button large onClick={() => showOverlay({ kind: "import" })}>
          {strings.importConfig.submit}
        </Button>
      </Card>
    </div>
  );
}

function Card({
  main,
  marked,
  icon,
  title,
  text,
  children,
}: {
  main?: boolean;
  marked?: boolean;
  icon: ReactNode;
  title: string;
  text: string;
  children: ReactNode;
}) {
  return (
    <section
      aria-label={title}
      className={cx(
        "flex flex-col gap-3 rounded-lg border bg-raised p-5",
        main === true ? "border-accent" : marked === true ? "border-dashed border-accent" : "border-line-strong",
      )}
    >
      <span className={cx("flex items-center gap-2", main === true ? "text-accent" : "text-text-2")}>
        {icon}
        <h2 className="text-base font-semibold text-text">{title}</h2>
      </span>
      <p className="flex-1 text-text-2">{text}</p>
      <div className="flex flex-col">{children}</div>
    </section>
  );
}
