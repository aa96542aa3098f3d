import { useEffect } from "react";
import { showOverlay } from "../../state/window-store.ts";
import { readConfigFile } from "./read-file.ts";

/**
 * A file dropped anywhere must not replace the page, which is what a browser does with it. A .conf is looked at in the
 * import dialog; what another part of the window has taken is left to it.
 */
export function useFileDrop(): void {
  useEffect(() => {
    const over = (event: DragEvent): void => event.preventDefault();
    const drop = (event: DragEvent): void => {
      if (event.defaultPrevented) return;
      event.preventDefault();
      const file = event.dataTransfer?.files[0];
      if (file === undefined || !/\.conf$/i.test(file.name)) return;
      void readConfigFile(file).then((read) => read !== undefined && showOverlay({ kind: "import", ...read }));
    };
    window.addEventListener("dragover", over);
    window.addEventListener("drop", drop);
    return () => {
      window.removeEventListener("dragover", over);
      window.removeEventListener("drop", drop);
    };
  }, []);
}
