import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test as base, expect as baseExpect, type Locator, type Page } from "@playwright/test";
import { z } from "zod";
import { KEYS, NAMES } from "./names.ts";
import { ProfileFolder, Program } from "./program.ts";
import { focused, MOST_STOPS } from "./tab-order.ts";

export const expect = baseExpect.extend({
  /** At least one of the rows satisfies the predicate. */
  toSatisfyAny(rows: readonly string[], isWanted: (row: string) => boolean) {
    return { pass: rows.some(isWanted), message: () => `among these rows:\n${rows.join("\n")}` };
  },
});

/** Milliseconds between two looks, instead of a second: what is waited for comes soon, and often. */
export const OFTEN = [20, 30, 50, 100];

/** A row with a prompt and nothing typed at it. */
export const PROMPT = /^root@\S+ .*#$/;

/** What the host says to a call whose input does not fit the contract: this page makes none. */
const UNREADABLE = /^\{"id":\d+,"error":\{"code":"bad-request","detail":"[\w.]+: input /;

const address = z.object({ url: z.url() });

/** A running browser edition with a profile of its own. */
export class Server {
  readonly profile: ProfileFolder;
  readonly program: Program;
  readonly url: string;

  private constructor(profile: ProfileFolder, program: Program, url: string) {
    this.profile = profile;
    this.program = program;
    this.url = url;
  }

  static start(profile: ProfileFolder, ...args: string[]): Promise<Server> {
    return Server.startWith({}, profile, ...args);
  }

  static async startWith(env: NodeJS.ProcessEnv, profile: ProfileFolder, ...args: string[]): Promise<Server> {
    const program = new Program(["serve", "--no-open", "--json", ...args], profile, env);
    const { url } = address.parse(JSON.parse(await program.firstLine()));
    return new Server(profile, program, url);
  }

  get origin(): string {
    return new URL(this.url).origin;
  }
}

interface Fixtures {
  /** Arguments of `culvert serve`; `["--demo"]` unless a test says otherwise. */
  serveArgs: string[];
  serveEnv: NodeJS.ProcessEnv;
  profile: ProfileFolder;
  server: Server;
  /** The page, opened with the token; fails the test on an error in its console, and on a call that the host cannot read. */
  culvert: Culvert;
}

export const test = base.extend<Fixtures>({
  serveArgs: [["--demo"], { option: true }],
  serveEnv: [{}, { option: true }],
  profile: async ({ browserName: _ }, use) => {
    const profile = new ProfileFolder();
    await use(profile);
    await profile.remove();
  },
  server: async ({ profile, serveArgs, serveEnv }, use, testInfo) => {
    const server = await Server.startWith(serveEnv, profile, ...serveArgs);
    await use(server);
    const { code, signal, stderr } = await server.program.stop();
    const log = join(profile.path, "log", "culvert.log");
    const body = `exit code ${code}, signal ${signal}\n${stderr}\n${existsSync(log) ? readFileSync(log, "utf8") : ""}`;
    if (testInfo.status !== testInfo.expectedStatus)
      await testInfo.attach("server", { body, contentType: "text/plain" });
  },
  culvert: async ({ page, server }, use) => {
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") errors.push(message.text());
    });
    page.on("websocket", (socket) => {
      socket.on("framereceived", ({ payload }) => {
        const text = payload.toString();
        if (UNREADABLE.test(text)) errors.push(text);
      });
    });
    await page.goto(server.url);
    await use(new Culvert(page));
    expect(errors).toEqual([]);
  },
});

/** The page as a user sees it. */
export class Culvert {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  get tree(): Locator {
    return this.page.getByRole("tree", { name: NAMES.tree });
  }

  get tabs(): Locator {
    return this.page.getByRole("tablist", { name: NAMES.tabs }).getByRole("tab");
  }

  /** Says that the page has lost the program; gone when it is back. */
  get lostBanner(): Locator {
    return this.page.getByRole("alert").filter({ hasText: NAMES.linkLost });
  }

  /** The terminal in front. */
  get terminal(): Locator {
    return this.page.getByTestId("terminal").filter({ visible: true });
  }

  /** Its screen, row by row, without what is empty at the right. */
  async lines(): Promise<string[]> {
    const rows = await this.terminal.locator(".xterm-rows > div").allTextContents();
    return rows.map((row) => row.replaceAll("\u00a0", " ").trimEnd());
  }

  /** Waits until a row is, or matches, `wanted`. Not for what was typed: that is there before the shell has read it. */
  async expectLine(wanted: string | RegExp): Promise<void> {
    const isWanted = (line: string): boolean => (typeof wanted === "string" ? line === wanted : wanted.test(line));
    await expect.poll(() => this.lines(), { message: `a row ${wanted}`, intervals: OFTEN }).toSatisfyAny(isWanted);
  }

  /** Waits until the shell is at its prompt: the last row that is not empty. */
  async expectPrompt(): Promise<void> {
    const last = async (): Promise<string> => (await this.lines()).findLast((line) => line !== "") ?? "";
    await expect.poll(last, { message: "a prompt", intervals: OFTEN }).toMatch(PROMPT);
  }

  /** A row of the tree whose name begins with the app's. */
  app(name: string): Locator {
    return this.tree.getByRole("treeitem", { name: new RegExp(`^${name}, `) });
  }

  async openShell(app: string): Promise<void> {
    await this.app(app).click();
    // Until its tab is in front, the shell that was there before has a prompt, too.
    await expect(this.tabs.and(this.page.locator("[aria-selected=true]"))).toHaveAccessibleName(
      new RegExp(`^${app}, `),
    );
    await this.shellReady();
  }

  async shellReady(): Promise<void> {
    await this.expectLine(PROMPT);
    await this.terminal.locator(".xterm-screen").click();
  }

  /** Waits until a terminal has the keyboard: one that was attached, or whose dialog was closed, has it a little later. */
  async hasKeyboard(): Promise<void> {
    await expect(this.page.locator(".xterm-helper-textarea:focus")).toHaveCount(1);
  }

  /** Types a line and Enter into the terminal that has the keyboard, as fast as a quick typist. */
  async type(line: string): Promise<void> {
    await this.hasKeyboard();
    await this.page.keyboard.type(`${line}\n`);
  }

  /** Runs it, and waits until the shell has read the line, which is when the cursor leaves it: now the program reads. */
  async start(command: string): Promise<void> {
    await this.type(command);
    const withCursor = this.terminal.locator(".xterm-rows > div").filter({ has: this.page.locator(".xterm-cursor") });
    await expect(withCursor).toHaveText(/^\s*$/);
  }

  /** Brings a view to the front by its button in the rail. */
  async view(name: keyof typeof NAMES.view): Promise<void> {
    const rail = this.page.getByRole("toolbar", { name: NAMES.views });
    const button = rail.getByRole("button", { name: NAMES.view[name] });
    await button.click();
    // A second click on the view in front only puts its sidebar away.
    if (name === "apps" && !(await this.tree.isVisible())) await button.click();
  }

  async openSettings(section: string): Promise<void> {
    await this.view("settings");
    await this.page
      .getByRole("tab", { name: section })
      .or(this.page.getByRole("link", { name: section }))
      .click();
  }

  async openStats(): Promise<void> {
    await this.page.getByRole("button", { name: NAMES.stats, exact: true }).click();
    await this.page.getByRole("button", { name: NAMES.closeStats }).waitFor();
  }

  async statsPart(part: string): Promise<void> {
    await this.page.getByRole("tab", { name: new RegExp(`^${part}`) }).click();
  }

  async closeStats(): Promise<void> {
    await this.page.getByRole("button", { name: NAMES.closeStats }).click();
  }

  /** Closes the tab in front with the keyboard. */
  async closeTab(): Promise<void> {
    const count = await this.tabs.count();
    await this.tabs.and(this.page.locator("[aria-selected=true]")).focus();
    await this.page.keyboard.press("Delete");
    await expect(this.tabs).toHaveCount(count - 1);
  }

  async splitRight(): Promise<void> {
    await this.page.keyboard.press(KEYS.splitRight);
  }

  /** Presses Tab until the focus is on what is named so, with its role before it: `button Close`. */
  async tabTo(what: string): Promise<void> {
    for (let i = 0; i < MOST_STOPS; i++) {
      await this.page.keyboard.press("Tab");
      if ((await this.page.evaluate(focused)).what === what) return;
    }
    throw new Error(`Tab does not come to ${what}`);
  }
}
