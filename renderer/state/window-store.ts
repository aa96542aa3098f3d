import { create } from "zustand";

export type SettingsSection = "appearance" | "terminal" | "accounts" | "peers" | "about";

/** What lies over the window. */
type Overlay =
  | { readonly kind: "none" }
  | { readonly kind: "sign-in" }
  | { readonly kind: "import"; readonly text?: string; readonly label?: string }
  | { readonly kind: "add-host"; readonly accountId: string; readonly orgSlug: string }
  | { readonly kind: "settings"; readonly section: SettingsSection };

interface WindowState {
  readonly overlay: Overlay;
  readonly sidebarOpen: boolean;
  readonly statsOpen: boolean;
  readonly findOpen: boolean;
  /** The tunnel that the stats show; undefined follows the shell in front. */
  readonly statsTunnel: string | undefined;
  /** How often a person asked to be led to a capture: each time, its switch gets the focus. */
  readonly captureAsked: number;
}

export const useWindow = create<WindowState>(() => ({
  overlay: { kind: "none" },
  sidebarOpen: true,
  statsOpen: false,
  findOpen: false,
  statsTunnel: undefined,
  captureAsked: 0,
}));

export function showOverlay(overlay: Overlay): void {
  useWindow.setState({ overlay });
}

export function closeOverlay(): void {
  useWindow.setState({ overlay: { kind: "none" } });
}

export function toggleSidebar(): void {
  useWindow.setState(({ sidebarOpen }) => ({ sidebarOpen: !sidebarOpen }));
}

export function toggleStats(): void {
  useWindow.setState(({ statsOpen }) => ({ statsOpen: !statsOpen, captureAsked: 0 }));
}

export function chooseStatsTunnel(statsTunnel: string): void {
  useWindow.setState({ statsTunnel });
}

/** Opens the stats of a tunnel at its capture. */
export function showCapture(statsTunnel: string): void {
  useWindow.setState(({ captureAsked }) => ({ statsOpen: true, statsTunnel, captureAsked: captureAsked + 1 }));
}

export function setFindOpen(findOpen: boolean): void {
  useWindow.setState({ findOpen });
}
