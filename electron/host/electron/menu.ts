import { Menu, type MenuItemConstructorOptions } from "electron";

/**
 * The smallest menu each system needs. No reload and no developer tools outside development: their keys belong to the
 * shell, and a reload by accident costs the tabs (ux-ecosystem, complaint 15).
 */
export function installMenu(developer: boolean): void {
  const developing: MenuItemConstructorOptions = {
    label: "Develop",
    submenu: [{ role: "reload" }, { role: "forceReload" }, { role: "toggleDevTools" }],
  };
  if (process.platform !== "darwin") {
    // Without a menu bar, Chromium's own editing keys still work.
    Menu.setApplicationMenu(developer ? Menu.buildFromTemplate([developing]) : null);
    return;
  }
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      { role: "appMenu" },
      { role: "editMenu" },
      { role: "windowMenu" },
      ...(developer ? [developing] : []),
    ]),
  );
}
