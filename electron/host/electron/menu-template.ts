import type { MenuItemConstructorOptions } from "electron";

/** What the page and its window can be asked to do, for whoever works on them. */
export interface DeveloperTools {
  reload(): void;
  toggleTools(): void;
}

/**
 * The smallest menu that a system needs, or null for none: commands live in the page, and their keys are its own. No reload
 * and no developer tools outside development, and no keys for them there either: those belong to the shell, and a reload
 * by accident costs the tabs (ux-ecosystem, complaint 15). The roles of macOS bring ⌘C, ⌘V and the like, never Ctrl.
 */
export function menuTemplate(
  platform: NodeJS.Platform,
  tools: DeveloperTools | undefined,
): MenuItemConstructorOptions[] | null {
  const developing: MenuItemConstructorOptions[] =
    tools === undefined
      ? []
      : [
          {
            label: "Develop",
            // Not the roles, which bring Ctrl+R and Ctrl+Shift+I.
            submenu: [
              { label: "Reload", click: () => tools.reload() },
              { label: "Developer tools", click: () => tools.toggleTools() },
            ],
          },
        ];
  if (platform === "darwin") return [{ role: "appMenu" }, { role: "editMenu" }, { role: "windowMenu" }, ...developing];
  // Without a menu bar, Chromium's own editing keys still work.
  return developing.length === 0 ? null : developing;
}
