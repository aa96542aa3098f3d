import { strings } from "../../strings.ts";
import { useAfter } from "../../ui/use-after.ts";
import type { TreeRow } from "./tree-model.ts";

/** A list that is being asked for: nothing at first, a bar after 150 ms, its name after a second, a way out after three. */
export function LoadingRow({ row }: { row: TreeRow & { kind: "loading" } }) {
  const [late, slow, stuck] = [useAfter(150), useAfter(1000), useAfter(3000)];
  if (!late) return null;
  if (!slow) return <span aria-hidden="true" className="breathing ml-1 h-2 w-1/2 rounded-sm bg-pressed" />;
  return (
    <>
      <span className="breathing min-w-0 truncate pl-1 text-text-3">{strings.tree.asking[row.of](row.within)}</span>
      {stuck && (
        <span data-cancel="" className="shrink-0 text-text-2 underline">
          {strings.common.cancel}
        </span>
      )}
    </>
  );
}
