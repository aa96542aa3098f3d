import { Tabs } from "@base-ui/react/tabs";
import { useShells } from "../../state/shell-store.ts";
import { activateTab } from "../../state/tabs.ts";
import { strings } from "../../strings.ts";
import { latePart } from "../../ui/late-part.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { RestartNote } from "./panes/RestartNote.tsx";
import { ShellAppsWatch } from "./ShellAppsWatch.tsx";
import { ShellArea } from "./ShellArea.tsx";
import { TabStrip } from "./TabStrip.tsx";

const CloseQuestion = latePart(async () => (await import("../late.ts")).CloseQuestion);

/** The tabs and, below them, the panes of the one in front. */
export function Shells() {
  const activeKey = useShells((state) => state.activeKey);
  const loaded = useShells((state) => state.loaded);
  const hasTabs = useShells((state) => state.tabs.length > 0);
  return (
    <Tabs.Root
      value={activeKey}
      onValueChange={(key) => {
        if (typeof key === "string") activateTab(key);
      }}
      render={<section aria-label={strings.workspace.shells} />}
      data-region="shells"
      className="flex h-full min-w-0 flex-col bg-canvas"
    >
      {hasTabs && (
        <div className="flex h-9 shrink-0 border-b border-line bg-chrome">
          <TabStrip />
        </div>
      )}
      <RestartNote />
      <ShellAppsWatch />
      <CloseQuestion />
      {loaded || hasTabs ? <ShellArea /> : <Skeleton rows={2} />}
    </Tabs.Root>
  );
}
