import { useMutation } from "@tanstack/react-query";
import { Download, Pencil } from "lucide-react";
import { useState } from "react";
import { configFileName } from "../../../shared/config-name.ts";
import { useBridge } from "../../bridge/bridge-context.ts";
import { errorInfoOf } from "../../bridge/bridge-error.ts";
import { strings } from "../../strings.ts";
import { Button } from "../../ui/Button.tsx";
import { Confirm } from "../../ui/Confirm.tsx";
import { ConfigDialog } from "./ConfigDialog.tsx";
import type { PeerPlace } from "./peer-rows.ts";
import { QrConfig } from "./QrConfig.tsx";

/** What can be done with an imported configuration: looked at and changed, exported as the file that it is, or shown to a phone. */
export function ConfigActions({ place }: { place: PeerPlace }) {
  const [isEditing, setEditing] = useState(false);
  return (
    <>
      <Button icon={<Pencil className="size-3.5" />} onClick={() => setEditing(true)}>
        {strings.config.edit}
      </Button>
      <ExportConfig place={place} />
      <QrConfig place={place} />
      {isEditing && <ConfigDialog place={place} onClose={() => setEditing(false)} />}
    </>
  );
}

function ExportConfig({ place }: { place: PeerPlace }) {
  const bridge = useBridge();
  const [isAsking, setAsking] = useState(false);
  const file = configFileName(place.label);
  const save = useMutation({
    mutationFn: async () => {
      const { text } = await bridge.call("accounts.exportConfig", { accountId: place.accountId });
      download(file, text);
    },
    onSuccess: () => setAsking(false),
  });
  return (
    <>
      <Button icon={<Download className="size-3.5" />} onClick={() => setAsking(true)}>
        {strings.config.export}
      </Button>
      <Confirm
        open={isAsking}
        title={strings.config.exportTitle(place.label)}
        confirmLabel={strings.config.exportConfirm}
        busy={save.isPending}
        error={save.error === null ? null : errorInfoOf(save.error)}
        onConfirm={() => save.mutate()}
        onCancel={() => {
          setAsking(false);
          save.reset();
        }}
      >
        <p>{strings.config.exportText}</p>
        <p>{strings.config.exportFile(file)}</p>
      </Confirm>
    </>
  );
}

function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "application/octet-stream" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser has its own hold on the bytes by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
