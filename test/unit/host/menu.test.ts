import type { MenuItemConstructorOptions } from "electron";
import { describe, expect, it } from "vitest";
import { menuTemplate } from "../../../electron/host/electron/menu-template.ts";

const tools = { reload: () => undefined, toggleTools: () => undefined };
const PLATFORMS = ["darwin", "linux", "win32"] as const;

function itemsOf(template: readonly MenuItemConstructorOptions[] | null): MenuItemConstructorOptions[] {
  return (template ?? []).flatMap((item) => [item, ...(Array.isArray(item.submenu) ? itemsOf(item.submenu) : [])]);
}

describe("the application menu", () => {
  it.each(PLATFORMS)("#15 on %s has no way to reload or to developer tools outside development", (platform) => {
    const items = itemsOf(menuTemplate(platform, undefined));
    expect(items.filter(({ role, label }) => /reload|devtools|tools/i.test(`${role ?? ""} ${label ?? ""}`))).toEqual(
      [],
    );
  });

  it.each(PLATFORMS)("#15 on %s takes no keys for itself but what macOS' own menus have", (platform) => {
    for (const own of [undefined, tools]) {
      const items = itemsOf(menuTemplate(platform, own));
      expect(items.filter(({ accelerator }) => accelerator !== undefined)).toEqual([]);
      const roles = items.flatMap(({ role }) => role ?? []);
      expect(roles).toEqual(platform === "darwin" ? ["appMenu", "editMenu", "windowMenu"] : []);
    }
  });

  it("is none at all on Linux and Windows, so that Electron's default one and its keys are gone", () => {
    expect(menuTemplate("linux", undefined)).toBeNull();
    expect(menuTemplate("win32", undefined)).toBeNull();
  });

  it("in development reloads and opens the tools by click", () => {
    const items = itemsOf(menuTemplate("linux", tools));
    expect(items.map(({ label }) => label)).toEqual(["Develop", "Reload", "Developer tools"]);
  });
});
