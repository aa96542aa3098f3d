import { FileUp } from "lucide-react";
import { useRef } from "react";
import { strings } from "../../strings.ts";
import { Button } from "../../ui/Button.tsx";

/** Chooses a configuration file of this computer. */
export function FileButton({ onFile }: { onFile(file: File | undefined): void }) {
  const chooser = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button icon={<FileUp className="size-4" />} onClick={() => chooser.current?.click()}>
        {strings.importConfig.chooseFile}
      </Button>
      <input
        ref={chooser}
        type="file"
        accept=".conf,text/plain"
        hidden
        aria-label={strings.importConfig.chooseFile}
        onChange={(event) => {
          onFile(event.target.files?.[0]);
          // The same file may be chosen again after it was corrected.
          event.target.value = "";
        }}
      />
    </>
  );
}
