import { useEffect } from "react";
import { focusBack, focusedElement } from "../../commands/focus-back.ts";
import { type ClosingQuestion, useClosing } from "../../state/close-asked.ts";
import { closingWords as words } from "../../strings/closing.ts";
import { strings } from "../../strings.ts";
import { Confirm } from "../../ui/Confirm.tsx";

/** Asks before what runs is closed. */
export function CloseQuestion() {
  const question = useClosing((state) => state.question);
  return question === null ? null : <Question question={question} />;
}

function Question({ question }: { question: ClosingQuestion }) {
  const done = (): void => useClosing.setState({ question: null });
  const { what, tabs, app, shells, production } = question;
  const several = tabs > 1;
  // What had the focus may have gone with its tab.
  useEffect(() => () => void requestAnimationFrame(() => focusedElement() === null && focusBack(null)), []);
  return (
    <Confirm
      open
      // The key that asked may have an Enter behind it that was meant for the shell: here that ends nothing.
      enterConfirms={production.length === 0}
      title={several ? words.severalTabs(tabs) : words.title(app)}
      confirmLabel={what === "pane" ? strings.shell.close : several ? words.closeTabs : strings.panes.closeTab}
      onConfirm={() => {
        done();
        question.close();
      }}
      onCancel={done}
    >
      <p>
        {production.length > 0 && `${words.production(production)} `}
        {several ? words.shells(shells) : words.itsShells(shells)}
      </p>
    </Confirm>
  );
}
