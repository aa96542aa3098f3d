import { useEffect } from "react";
import { focusBack, focusedElement } from "../../commands/focus-back.ts";
import { type ClosingQuestion, useClosing } from "../../state/close-asked.ts";
import { strings } from "../../strings.ts";
import { Confirm } from "../../ui/Confirm.tsx";

const words = {
  title: ({ what, tabs, app }: ClosingQuestion) =>
    what === "tabs" && tabs > 1 ? `Close ${tabs} tabs?` : `Close ${app}?`,
  ends: ({ tabs, shells }: ClosingQuestion) => {
    if (tabs > 1) return shells === 1 ? "1 shell ends." : `${shells} shells end.`;
    return shells === 1 ? "Its shell ends." : `Its ${shells} shells end.`;
  },
  production: ({ production }: ClosingQuestion) =>
    production.length === 0 ? "" : `Marked as production: ${production.join(", ")}.`,
  confirm: ({ what, tabs }: ClosingQuestion) => {
    if (what === "pane") return strings.shell.close;
    return tabs > 1 ? "Close tabs" : strings.panes.closeTab;
  },
} as const;

/** Asks before what runs is closed. */
export function CloseQuestion() {
  const question = useClosing((state) => state.question);
  return question === null ? null : <Question question={question} />;
}

function Question({ question }: { question: ClosingQuestion }) {
  const done = (): void => useClosing.setState({ question: null });
  // What had the focus may have gone with its tab.
  useEffect(() => () => void requestAnimationFrame(() => focusedElement() === null && focusBack(null)), []);
  return (
    <Confirm
      open
      // The key that asked may have an Enter behind it that was meant for the shell: here that ends nothing.
      enterConfirms={question.production.length === 0}
      title={words.title(question)}
      confirmLabel={words.confirm(question)}
      onConfirm={() => {
        done();
        question.close();
      }}
      onCancel={done}
    >
      <p>{[words.production(question), words.ends(question)].filter(Boolean).join(" ")}</p>
    </Confirm>
  );
}
