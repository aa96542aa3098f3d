import { BrowserWindow, Menu } from "electron";
import { type DeveloperTools, menuTemplate } from "./menu-template.ts";

const tools: DeveloperTools = {
  reload: () => BrowserWindow.getFocusedWindow()?.webContents.reload(),
  toggleTools: () => BrowserWindow.getFocusedWindow()?.webContents.toggleDevTools(),
};

export function installMenu(developer: boolean): void {
  const template = menuTemplate(process.platform, developer ? tools : undefined);
  Menu.setApplicationMenu(template === null ? null : Menu.buildFromTemplate(template));
}
