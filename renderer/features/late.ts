/**
 * What a window does not show at first, as one file that is loaded once the window stands (`ui/late-part.tsx`): a file for each
 * part would part what they share into a dozen more.
 */
export { AddHostDialog } from "./apps/AddHostDialog.tsx";
export { EditHostDialog } from "./apps/EditHostDialog.tsx";
export { MachinePicker } from "./apps/MachinePicker.tsx";
export { RemoveHost } from "./apps/RemoveHost.tsx";
export { RenameNetwork } from "./apps/RenameNetwork.tsx";
export { LinkDialog } from "./frame/LinkDialog.tsx";
export { LostLink } from "./frame/LostLink.tsx";
export { Finder } from "./palette/Finder.tsx";
export { PeersLeft } from "./peers/PeersLeft.tsx";
export { PeersView } from "./peers/PeersView.tsx";
export { SettingsView } from "./settings/SettingsView.tsx";
export { ImportDialog } from "./sign-in/ImportDialog.tsx";
export { SignInDialog } from "./sign-in/SignInDialog.tsx";
export { StatsDrawer } from "./stats/StatsDrawer.tsx";
export { CloseQuestion } from "./terminal/CloseQuestion.tsx";
