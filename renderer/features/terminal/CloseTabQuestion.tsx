import { strings } from "../../strings.ts";
import { Confirm } from "../../ui/Confirm.tsx";

const words = {
  title: (app: string) => `Close ${app}?`,
  text: (shells: number) => (shells === 1 ? "Its shell ends." : `Its ${shells} shells end.`),
  production: "It is marked as production.",
} as const;

export interface ClosingTab {
  readonly app: string;
  readonly shells: number;
  readonly production: boolean;
}

interface Props extends ClosingTab {
  onConfirm(): void;
  onCancel(): void;
}

/** Asks before a tab goes by a slip of the pointer with more than one ordinary shell. */
export function CloseTabQuestion({ app, shells, production, onConfirm, onCancel }: Props) {
  return (
    <Confirm
      open
      enterConfirms
      title={words.title(app)}
      confirmLabel={strings.panes.closeTab}
      onConfirm={onConfirm}
      onCancel={onCancel}
    >
      <p>{[production ? words.production : "", words.text(shells)].filter(Boolean).join(" ")}</p>
    </Confirm>
  );
}
