import { useWindow } from "../state/window-store.ts";
import { AddHostDialog } from "./apps/AddHostDialog.tsx";
import { MachinePicker } from "./apps/MachinePicker.tsx";
import { LinkDialog } from "./frame/LinkDialog.tsx";
import { ImportDialog } from "./sign-in/ImportDialog.tsx";
import { SignInDialog } from "./sign-in/SignInDialog.tsx";

/** The one dialog that lies over the window, if any. */
export function Overlays() {
  const overlay = useWindow((state) => state.overlay);
  switch (overlay.kind) {
    case "none":
      return null;
    case "sign-in":
      return <SignInDialog />;
    case "import":
      return (
        <ImportDialog
          {...(overlay.text === undefined ? {} : { text: overlay.text })}
          {...(overlay.label === undefined ? {} : { label: overlay.label })}
        />
      );
    case "link":
      return <LinkDialog link={overlay.link} />;
    case "machines":
      return <MachinePicker request={overlay.request} isSubstitute={overlay.isSubstitute} />;
    case "add-host":
      return <AddHostDialog accountId={overlay.accountId} orgSlug={overlay.orgSlug} />;
  }
}
