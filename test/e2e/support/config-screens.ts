import { randomBytes } from "node:crypto";
import { type Culvert, expect } from "./fixtures.ts";
import { NAMES } from "./names.ts";
import type { Screen } from "./screens.ts";

const key = (): string => randomBytes(32).toString("base64");
export const WHOLE_CONFIG = `[Interface]
PrivateKey = ${key()}
Address = fdaa:0:1234:a7b:9::2/120
DNS = fdaa:0:1234::3

[Peer]
PublicKey = ${key()}
AllowedIPs = fdaa:0:1234::/48
Endpoint = 127.0.0.1:9
PersistentKeepalive = 15
`;

const editor = ({ page }: Culvert) => page.getByRole("dialog", { name: NAMES.configDialog });

/** From an import to the editor of what was imported, left with a change in it. Begins where no account is there. */
export const CONFIGURATION: readonly Screen[] = [
  {
    name: "Import",
    open: async ({ page }) => {
      await page.getByRole("button", { name: NAMES.importConfig }).click();
      await page.getByRole("textbox", { name: NAMES.configText }).fill(WHOLE_CONFIG);
      await expect(page.getByRole("dialog").getByRole("button", { name: NAMES.importConfig })).toBeEnabled();
    },
    leave: async ({ page }) => {
      await page.getByRole("dialog").getByRole("button", { name: NAMES.importConfig }).click();
      await expect(page.getByRole("dialog")).toHaveCount(0);
    },
  },
  {
    name: "Add a host",
    open: async ({ page, tree }) => {
      await tree.getByRole("treeitem", { name: NAMES.addHost }).click();
      await page.getByRole("dialog").waitFor();
    },
    leave: async ({ page }) => {
      await page.keyboard.press("Escape");
      await expect(page.getByRole("dialog")).toHaveCount(0);
    },
  },
  {
    name: "Peers of a configuration",
    open: async (culvert) => {
      await culvert.view("peers");
      await culvert.page.getByRole("button", { name: NAMES.editConfig }).waitFor();
    },
    leave: async () => undefined,
  },
  {
    name: "Configuration as a form, with an error",
    open: async (culvert) => {
      await culvert.page.getByRole("button", { name: NAMES.editConfig }).click();
      await editor(culvert).getByLabel("MTU").fill("99");
      await editor(culvert).getByRole("list", { name: NAMES.configErrors }).waitFor();
    },
    leave: async () => undefined,
  },
  {
    name: "Configuration as text, with an error",
    open: async (culvert) => {
      await editor(culvert).getByRole("radio", { name: "Text" }).click();
      await editor(culvert).getByRole("textbox", { name: NAMES.configText }).waitFor();
    },
    leave: async () => undefined,
  },
  {
    name: "Question before changes are discarded",
    open: async ({ page }) => {
      await page.keyboard.press("Escape");
      await page.getByRole("alertdialog").waitFor();
    },
    leave: async (culvert) => {
      await culvert.page.getByRole("alertdialog").getByRole("button", { name: NAMES.discardChanges }).click();
      await expect(editor(culvert)).toHaveCount(0);
    },
  },
];
