import { generateKeyPairSync } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { asked, linkLost } from "./screens-moments.mjs";
import { app, holdAt, prompt, prompts, settle, terminal, type } from "./screens-page.mjs";

/** The walks through the window. Each gets a page at its start and a function that takes a picture under a name. */

const WRONG_CONFIG = `[Interface]
PrivateKey = tooshort
Address = fdaa:0:1234:a7b:9::2/120
DNS = fdaa:0:1234::3
MTU = twelve hundred

[Peer]
PublicKey = ${"A".repeat(43)}=
AllowedIPs = fdaa:0:1234::/48, 10.0.0.0/40
Endpoint = gateway.example.com
PersistentKeepalive = 15
`;

const GOOD_CONFIG = `[Interface]
PrivateKey = ${Buffer.alloc(32, 7).toString("base64")}
Address = fdaa:0:1234:a7b:9::2/120
DNS = fdaa:0:1234::3

[Peer]
PublicKey = ${Buffer.alloc(32, 9).toString("base64")}
AllowedIPs = fdaa:0:1234::/48
Endpoint = 127.0.0.1:9
PersistentKeepalive = 15
`;

/** It parses, and reaches nothing. */
const CONFIG_WITH_GAPS = GOOD_CONFIG.replace(/^(DNS|AllowedIPs|Endpoint) .*\n/gm, "");

export async function beforeAnyAccount(page, take) {
  await page.getByRole("button", { name: "Try the demo network" }).waitFor();
  await settle(page);
  await take("first-run");

  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByLabel("Access token").fill("x".repeat(48));
  await settle(page);
  await take("sign-in");
  await page.keyboard.press("Escape");

  await page.getByRole("button", { name: "Import configuration" }).click();
  await page.getByRole("textbox", { name: "Configuration" }).fill(WRONG_CONFIG);
  await page.getByRole("list", { name: "Errors by line" }).waitFor();
  await settle(page);
  await take("import-errors");
}

export async function inTheDemo(page, take) {
  await shellAndStages(page, take);
  await page.getByRole("treeitem", { name: /^web, / }).waitFor();
  await layers(page, take);
  await asked(page, take);
  await tree(page, take);
  await stats(page, take);
  await otherWindows(page, take);
  await views(page, take);

  await terminal(page).first().click();
  await page.keyboard.press("Control+Shift+D");
  await prompts(page, 2);
  await type(page, "top -b | head -n 12");
  await page.waitForTimeout(1500);
  await settle(page);
  await take("split");

  await type(page, "exit 3");
  await page.getByText("Ended with exit 3").waitFor();
  await settle(page);
  await take("ended");

  await app(page, "cron").click();
  await page.getByRole("alert").first().waitFor();
  await settle(page);
  await take("failed");
  await linkLost(page, take);
}

/** A name that nothing has, and what a row offers. */
async function tree(page, take) {
  const filter = page.getByRole("searchbox", { name: "Filter apps and machines" });
  await filter.fill("no such app");
  await settle(page);
  await take("filter-empty");
  await filter.fill("");
  await app(page, "postgres").click({ button: "right" });
  await page.getByRole("menu").waitFor();
  await settle(page);
  await take("row-menu");
  await page.keyboard.press("Escape");
}

/** What lies over the window for a moment. */
async function layers(page, take) {
  for (const [keys, name] of [
    ["Control+Shift+P", "palette"],
    ["Control+Shift+O", "quick-open"],
    ["Control+Shift+Space", "leader"],
  ]) {
    await terminal(page).click();
    await page.keyboard.press(keys);
    await page.getByRole("dialog").waitFor();
    await settle(page);
    await take(name);
    await page.keyboard.press("Escape");
  }
}

async function stats(page, take) {
  await page.getByRole("button", { name: "Network stats", exact: true }).click();
  await traffic(page);
  await take("stats");
  for (const [part, name] of [
    [/^Connections/, "stats-connections"],
    [/^Events/, "stats-events"],
    [/^Peers/, "stats-peers"],
  ]) {
    await page.getByRole("tab", { name: part }).click();
    await settle(page);
    await take(name);
  }
  await page.getByRole("tab", { name: /^Overview/ }).click();
  await page.getByRole("radio", { name: "Table" }).click();
  await settle(page);
  await take("stats-table");
  await page.getByRole("radio", { name: "Charts" }).click();
  await page.getByRole("button", { name: "Close network stats" }).click();
}

/** The same window small, enlarged, from right to left, and in colours that a person forces on all programs. */
async function otherWindows(page, take) {
  await page.setViewportSize({ width: 720, height: 800 });
  await settle(page);
  await take("narrow");
  // 1280 by 800 at 200 % of zoom.
  await page.setViewportSize({ width: 640, height: 400 });
  await settle(page);
  await take("zoom-200");
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ forcedColors: "active" });
  await settle(page);
  await take("forced-colours");
  await page.emulateMedia({ forcedColors: "none" });
  await page.evaluate(() => document.documentElement.setAttribute("dir", "rtl"));
  await settle(page);
  await take("right-to-left");
  await page.evaluate(() => document.documentElement.setAttribute("dir", "ltr"));
}

/** An app is clicked: the stages of the way to its shell, held at the handshake or soon after it; then the shell, a second one beside. */
async function shellAndStages(page, take) {
  const release = await holdAt(page, /"name":"(tunnel|address|connection|login)","state":"running"/);
  await app(page, "web").locator("button").first().click();
  await app(page, "web").click();
  await page.getByRole("listitem", { name: /^(Tunnel|Private|TCP|SSH).*: running$/ }).waitFor();
  await settle(page);
  await take("connecting");
  release();
  await prompt(page);
  await app(page, "api").click();
  await prompt(page);
  await page.getByRole("tab", { name: /^web, / }).click();
  await prompt(page);
  for (const line of ["ls --color -la", "curl -s http://api.internal:8080", 'echo "six times seven is $((6 * 7))"']) {
    await type(page, line);
    await page.waitForTimeout(900);
  }
  await settle(page);
  await take("shell");
}

async function views(page, take) {
  const rail = page.getByRole("toolbar", { name: "Views" });
  await rail.getByRole("button", { name: "Settings" }).click();
  // Security names folders of this machine, which do not belong into a picture.
  for (const section of ["Appearance", "Terminal", "Keys", "Tunnel", "Accounts", "About"]) {
    await page.getByRole("tab", { name: section }).click();
    await settle(page);
    await take(`settings-${section.toLowerCase()}`);
  }
  await rail.getByRole("button", { name: "Peers" }).click();
  await page.getByRole("table").waitFor();
  await settle(page);
  await take("peers");
  await rail.getByRole("button", { name: "Apps" }).click();
}

/** Last, as the imported network stands in the tree from here on. */
export async function addHost(page, take) {
  await page.getByRole("button", { name: "Add a network" }).click();
  await page.getByRole("menuitem", { name: /^Import/ }).click();
  await page.getByRole("textbox", { name: "Configuration" }).fill(GOOD_CONFIG);
  await settle(page);
  await take("import");
  await page.getByRole("textbox", { name: "Configuration" }).fill(CONFIG_WITH_GAPS);
  await settle(page);
  await take("import-gaps");
  await page.getByRole("textbox", { name: "Configuration" }).fill(GOOD_CONFIG);
  await page.getByRole("dialog").getByRole("button", { name: "Import configuration" }).click();
  await page.getByRole("treeitem", { name: "Add a host…" }).click();
  await page.getByLabel("Name").fill("build-01");
  await page.getByLabel("Host", { exact: true }).fill("build-01.internal");
  await settle(page);
  await take("add-host");
  await page.getByLabel("User").fill("root");
  await page.getByRole("textbox", { name: "Password" }).fill("no matter");
  await page.getByRole("dialog").getByRole("button", { name: "Add host" }).click();
  await page.getByRole("treeitem", { name: /^build-01/ }).click();
  // The tunnel is given 15 s.
  await page.getByRole("alert").first().waitFor({ timeout: 60_000 });
  await settle(page);
  await take("gateway-silent");
  await page.getByRole("treeitem", { name: /^build-01/ }).click({ button: "right" });
  await page.getByRole("menuitem", { name: /^Edit host/ }).click();
  await page.getByRole("dialog").getByLabel("Host", { exact: true }).fill("build-02.internal");
  await settle(page);
  await take("edit-host");
  await page.keyboard.press("Escape");
  await page.getByRole("toolbar", { name: "Views" }).getByRole("button", { name: "Peers" }).click();
  await page.getByRole("combobox", { name: "Organization" }).click();
  await page.getByRole("option", { name: /WireGuard network/ }).click();
  await page.getByRole("button", { name: "Edit configuration…" }).click();
  const editor = page.getByRole("dialog", { name: /^Configuration of / });
  await editor.getByLabel("MTU").fill("99");
  await settle(page);
  await take("configuration-form");
  await editor.getByRole("radio", { name: "Text" }).click();
  await settle(page);
  await take("configuration-text");
}

/** For the next run of a profile whose shells were open: the machine has, by the profile's word, another key. */
export function changedHostKey(profile) {
  const path = join(profile, readdirSync(profile).find((name) => name.startsWith("known-hosts")) ?? "known-hosts");
  const text = readFileSync(path, "utf8");
  const { publicKey } = generateKeyPairSync("ed25519");
  const raw = Buffer.from(publicKey.export({ format: "jwk" }).x, "base64url");
  const name = Buffer.from("ssh-ed25519");
  const length = (count) => Buffer.from([0, 0, 0, count]);
  const blob = Buffer.concat([length(name.length), name, length(raw.length), raw]).toString("base64");
  writeFileSync(path, text.replaceAll(/ssh-ed25519 \S+/g, `ssh-ed25519 ${blob}`));
  return async (page, take) => {
    await app(page, "web").click();
    await page.getByText("Known until now").waitFor();
    await page.waitForTimeout(1000);
    await settle(page);
    await take("host-key-changed");
  };
}

/** Makes the charts of the last minute show something. */
async function traffic(page) {
  await terminal(page).click();
  for (const count of [2000, 12_000, 500, 30_000, 6000]) {
    await type(page, `seq ${count} | tail -n ${count}`);
    await page.waitForTimeout(3000);
  }
  await type(page, "clear; uname -a; uptime");
  await page.waitForTimeout(1500);
  await settle(page);
}
