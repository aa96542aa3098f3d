import { useCommands } from "../../commands/use-commands.ts";
import { LeaderOverlay } from "../leader/LeaderOverlay.tsx";
import { Palette } from "./Palette.tsx";

/** Commands by key, by name and by the leader. */
export function CommandLayer() {
  useCommands();
  return (
    <>
      <Palette />
      <LeaderOverlay />
    </>
  );
}
