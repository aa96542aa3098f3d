import { strings } from "../strings.ts";
import { Button } from "./Button.tsx";
import { EmptyState } from "./EmptyState.tsx";

interface NoMatchProps {
  title: string;
  /** The id of the field that filters: the focus goes there, as the button goes away. */
  field: string;
  onClear(): void;
}

/** In the place of a list of which a filter has left nothing: says so, and takes the filter away. */
export function NoMatch({ title, field, onClear }: NoMatchProps) {
  const clear = (): void => {
    onClear();
    document.getElementById(field)?.focus();
  };
  return (
    <EmptyState title={title}>
      <Button onClick={clear}>{strings.common.clearFilter}</Button>
    </EmptyState>
  );
}
