import { useWindow } from "../state/window-store.ts";
import { latePart } from "../ui/late-part.tsx";

const AddHostDialog = latePart(async () => (await import("./late.ts")).AddHostDialog);
const EditHostDialog = latePart(async () => (await import("./late.ts")).EditHostDialog);
const MachinePicker = latePart(async () => (await import("./late.ts")).MachinePicker);
const RenameNetwork = latePart(async () => (await import("./late.ts")).RenameNetwork);
const LinkDialog = latePart(async () => (await import("./late.ts")).LinkDialog);
const LostLink = latePart(async () => (await import("./late.ts")).LostLink);
const ImportDialog = latePart(async () => (await import("./late.ts")).ImportDialog);
const SignInDialog = latePart(async () => (await import("./late.ts")).SignInDialog);

/** The one dialog that lies over the window, if any. */
export function Overlays() {
  const overlay = useWindow((state) => state.overlay);
  switch (overlay.kind) {
    case "none":
      return null;
    case "sign-in":
      return <SignInDialog known={overlay.endpoint ?? null} />;
    case "import":
      return (
        <ImportDialog
          {...(overlay.text === undefined ? {} : { text: overlay.text })}
          {...(overlay.label === undefined ? {} : { label: overlay.label })}
        />
      );
    case "rename":
      return <RenameNetwork key={overlay.accountId} accountId={overlay.accountId} />;
    case "link":
      return <LinkDialog link={overlay.link} />;
    case "lost-link":
      return <LostLink />;
    case "machines":
      return <MachinePicker request={overlay.request} isSubstitute={overlay.isSubstitute} />;
    case "add-host":
      return <AddHostDialog accountId={overlay.accountId} orgSlug={overlay.orgSlug} />;
    case "edit-host":
      return <EditHostDialog accountId={overlay.accountId} orgSlug={overlay.orgSlug} appName={overlay.appName} />;
  }
}
