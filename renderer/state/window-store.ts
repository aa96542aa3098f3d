import { create } from "zustand";
import type { DeepLink } from "../../shared/deep-link.ts";
import type { ShellRequest } from "../../shared/layout.ts";

/** The views of the activity rail, a closed list: features/frame/views.ts says what each shows. */
export type ViewId = "apps" | "peers" | "settings";

export type SettingsSection = "appearance" | "terminal" | "keys" | "tunnel" | "accounts" | "security" | "about";

/** What lies over the window. */
export type Overlay =
  | { readonly kind: "none" }
  /** At another platform than Fly.io with its endpoint. */
  | { readonly kind: "sign-in"; readonly endpoint?: string | null }
  | { readonly kind: "import"; readonly text?: string; readonly label?: string }
  | { readonly kind: "add-host"; readonly accountId: string; readonly orgSlug: string }
  | { readonly kind: "edit-host"; readonly accountId: string; readonly orgSlug: string; readonly appName: string }
  /** An imported network gets another name. */
  | { readonly kind: "rename"; readonly accountId: string }
  /** A link from outside wants a shell. */
  | { readonly kind: "link"; readonly link: DeepLink & { readonly kind: "app" } }
  /** A link from outside that names nothing. */
  | { readonly kind: "lost-link" }
  /** Which machine of the app is meant; `isSubstitute` when the one used last cannot be had. */
  | { readonly kind: "machines"; readonly request: ShellRequest; readonly isSubstitute: boolean };

interface WindowState {
  readonly overlay: Overlay;
  readonly view: ViewId;
  readonly settingsSection: SettingsSection;
  readonly sidebarOpen: boolean;
  /** A window without room for a sidebar: it comes as a drawer over the view. */
  readonly narrow: boolean;
  readonly drawerOpen: boolean;
  /** A window without height for two parts, one above the other: the stats lie over the shells. */
  readonly short: boolean;
  readonly statsOpen: boolean;
  /** The tunnel that the stats show; undefined follows the shell in front. */
  readonly statsTunnel: string | undefined;
  /** How often a person asked to be led to a capture: each time, its switch gets the focus. */
  readonly captureAsked: number;
}

export const useWindow = create<WindowState>(() => ({
  overlay: { kind: "none" },
  view: "apps",
  settingsSection: "appearance",
  sidebarOpen: true,
  narrow: false,
  drawerOpen: false,
  short: false,
  statsOpen: false,
  statsTunnel: undefined,
  captureAsked: 0,
}));

export function showOverlay(overlay: Overlay): void {
  useWindow.setState({ overlay });
}

export function closeOverlay(): void {
  useWindow.setState({ overlay: { kind: "none" } });
}

/** At the end of what a dialog began: a person may have closed it by then and opened another one. */
export function closeThisOverlay(overlay: Overlay): void {
  if (useWindow.getState().overlay === overlay) closeOverlay();
}

/** Brings a view to the front; shells stay as they are behind it. */
export function showView(view: ViewId): void {
  useWindow.setState({ view });
}

export function showSettings(settingsSection: SettingsSection): void {
  useWindow.setState({ view: "settings", settingsSection });
}

export function setNarrow(narrow: boolean): void {
  useWindow.setState({ narrow, drawerOpen: false });
}

export function setShort(short: boolean): void {
  useWindow.setState({ short });
}

export function setDrawerOpen(drawerOpen: boolean): void {
  useWindow.setState({ drawerOpen });
}

export function toggleStats(): void {
  useWindow.setState(({ statsOpen }) => ({ statsOpen: !statsOpen, captureAsked: 0 }));
}

/** Opens the stats, of the tunnel of the shell in front. */
export function showStats(): void {
  useWindow.setState({ statsOpen: true, statsTunnel: undefined, captureAsked: 0 });
}

/** Opens the stats of a tunnel at its capture. */
export function showCapture(statsTunnel: string): void {
  useWindow.setState(({ captureAsked }) => ({ statsOpen: true, statsTunnel, captureAsked: captureAsked + 1 }));
}
