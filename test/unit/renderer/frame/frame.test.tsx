// @vitest-environment happy-dom
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { useWindow } from "../../../../renderer/state/window-store.ts";
import {
  app,
  DEMO,
  hostOf,
  machine,
  org,
  PLATFORM,
  session,
  smallCloud,
  tunnel,
} from "../../../support/renderer-fixtures.ts";
import { ScriptedError } from "../../../support/renderer-scripted-host.ts";
import { closeWindow, openWindow, tree } from "../../../support/renderer-window.tsx";

// This DOM has no canvas to draw on.
vi.mock("uplot", () => ({
  default: class {
    readonly root = document.createElement("div");
    setData(): void {}
    setSize(): void {}
    destroy(): void {}
  },
}));

const AMS = machine("m-web-1", "ams");
// Many run beside this test: what is slow is not wrong.
const SLOW = { timeout: 10_000 };
const button = (name: string | RegExp) => screen.findByRole("button", { name }, SLOW);
const item = (name: string | RegExp) => screen.findByRole("treeitem", { name }, SLOW);

afterEach(() => {
  closeWindow();
  location.hash = "";
});

function withShell() {
  const cloud = smallCloud();
  cloud.sessions = [session("s1", "web", AMS)];
  const host = hostOf(cloud).handle("sessions.attach", () => ({ channel: 1 }));
  openWindow(host);
  return { cloud, host };
}

describe("the rail", () => {
  it("shows the views that exist and no other, with the one in front marked", async () => {
    openWindow(hostOf(smallCloud()));
    const rail = within(await screen.findByRole("toolbar", { name: "Views" }, SLOW));
    expect(rail.getAllByRole("button").map((one) => one.getAttribute("aria-label"))).toEqual([
      "Apps",
      "Peers",
      "Settings",
    ]);
    expect(rail.getByRole("button", { name: "Apps" }).getAttribute("aria-current")).toBe("page");
  });

  it("is one stop for Tab, and the arrows move in it", async () => {
    openWindow(hostOf(smallCloud()));
    const apps = await button("Apps");
    const stops = () =>
      screen.getAllByRole("button").filter((one) => one.closest("[role=toolbar]") && one.tabIndex === 0);
    expect(stops()).toHaveLength(1);
    act(() => apps.focus());
    fireEvent.keyDown(apps, { key: "ArrowDown" });
    await waitFor(() => expect(document.activeElement?.getAttribute("aria-label")).toBe("Peers"));
  });

  it("#12 a shell stays mounted, and in the same element, while Peers and Settings are looked at", async () => {
    withShell();
    const terminal = await screen.findByTestId("terminal", undefined, SLOW);
    fireEvent.click(await button("Peers"));
    await screen.findByRole("heading", { name: "Peers" }, SLOW);
    expect(terminal.isConnected).toBe(true);
    expect(terminal.closest("[hidden]")).not.toBeNull();
    fireEvent.click(await button("Settings"));
    fireEvent.click(await button("Apps"));
    expect(screen.getByTestId("terminal")).toBe(terminal);
    expect(terminal.closest("[hidden]")).toBeNull();
  });

  it("names what is wrong at the view where it can be mended", async () => {
    const cloud = smallCloud();
    cloud.accounts = [{ ...DEMO, error: { code: "unauthorized" } }];
    cloud.tunnels = [tunnel({ state: "silent" })];
    openWindow(hostOf(cloud));
    await button(/^Apps, .*needs attention/);
    await button(/^Peers, .*Gateway silent/);
  });

  it("a shell that is opened comes to the front of any view", async () => {
    const host = hostOf(smallCloud()).handle("sessions.open", () => session("s1", "web", AMS));
    host.handle("sessions.attach", () => ({ channel: 1 }));
    openWindow(host);
    const web = await item(/^web/);
    act(() => useWindow.setState({ view: "peers" }));
    fireEvent.click(await button("Apps"));
    void web;
    fireEvent.click(await item(/^web/));
    await waitFor(() => expect(useWindow.getState().view).toBe("apps"));
  });
});

describe("settings", () => {
  async function settings(change: Partial<ReturnType<typeof smallCloud>["settings"]> = {}) {
    const cloud = smallCloud();
    Object.assign(cloud.settings, change);
    const host = hostOf(cloud);
    openWindow(host);
    fireEvent.click(await button("Settings"));
    await screen.findByRole("searchbox", { name: "Search settings" }, SLOW);
    return host;
  }
  const search = (text: string) =>
    fireEvent.change(screen.getByRole("searchbox", { name: "Search settings" }), { target: { value: text } });
  const found = () =>
    [...screen.getByRole("region", { name: "Settings that were found" }).querySelectorAll("[data-setting]")].map(
      (one) => one.getAttribute("data-setting"),
    );

  it("are searched in all sections by the words of names, hints and choices", async () => {
    await settings();
    search("websocket");
    expect(found()).toEqual(["Carrier"]);
    search("known_hosts");
    expect(found()).toEqual(["Host keys"]);
    search("dark theme");
    expect(found()).toEqual(["Theme"]);
    search("no such words");
    expect(found()).toEqual([]);
  });

  it("have a reset only where something is changed", async () => {
    const host = await settings({ density: "comfortable" });
    expect(screen.queryByRole("button", { name: "Reset Theme" })).toBeNull();
    fireEvent.click(await button("Reset Density"));
    await waitFor(() => expect(host.asked("settings.set")).toEqual([{ density: "compact" }]));
    await waitFor(() => expect(screen.queryByRole("button", { name: "Reset Density" })).toBeNull());
  });

  it("are all reset after a word, but not what a person has collected", async () => {
    const marks = { "demo/harbor/web": { colour: "red", production: true } as const };
    const host = await settings({ fontSize: 20, marks, pins: ["demo/harbor/web"] });
    fireEvent.click(await button("Reset all"));
    expect(host.asked("settings.set")).toEqual([]);
    fireEvent.click(await button("Reset settings"));
    await waitFor(() => expect(host.asked("settings.set")).toHaveLength(1));
    expect(host.asked("settings.set")[0]).toMatchObject({ fontSize: 13 });
    for (const kept of ["marks", "pins", "recent", "tour", "clipboardWrites"]) {
      expect(host.asked("settings.set")[0]).not.toHaveProperty(kept);
    }
  });

  it.each(["7", "33", "1.5", "-3", "abc", "99999999999", ""])(
    "do not keep %j as a text size, and say so in place",
    async (text) => {
      const host = await settings();
      fireEvent.click(await screen.findByRole("tab", { name: "Terminal" }, SLOW));
      const field = await screen.findByRole("textbox", { name: "Text size" }, SLOW);
      fireEvent.change(field, { target: { value: text } });
      fireEvent.blur(field);
      expect(field.getAttribute("aria-invalid")).toBe("true");
      expect((await screen.findByRole("alert")).textContent).toContain("from 8 to 32");
      expect(host.asked("settings.set")).toEqual([]);
      fireEvent.change(field, { target: { value: "15" } });
      fireEvent.keyDown(field, { key: "Enter" });
      await waitFor(() => expect(host.asked("settings.set")).toEqual([{ fontSize: 15 }]));
      expect(screen.queryByRole("alert")).toBeNull();
    },
  );

  it("density and contrast are put on the page for the tokens to follow", async () => {
    await settings({ density: "comfortable", contrast: "more" });
    await waitFor(() => expect(document.documentElement.dataset["density"]).toBe("comfortable"));
    expect(document.documentElement.dataset["contrast"]).toBe("more");
  });

  it("#9 #10 say where secrets are, and forget a host key only after a word", async () => {
    const host = hostOf(smallCloud())
      .handle("security.report", () => ({ secrets: "session", folder: "/p", captures: "/p/c" }))
      .handle("hostKeys.list", () => [{ alias: "m1.vm.web.internal", type: "ssh-ed25519", fingerprint: "SHA256:abc" }])
      .handle("hostKeys.forget", () => ({}));
    openWindow(host);
    fireEvent.click(await button("Settings"));
    fireEvent.click(await screen.findByRole("tab", { name: "Security" }, SLOW));
    await screen.findByText("Until Culvert quits", undefined, SLOW);
    fireEvent.click(await button("Forget the key of m1.vm.web.internal"));
    expect(host.asked("hostKeys.forget")).toEqual([]);
    fireEvent.click(await button("Forget key"));
    await waitFor(() =>
      expect(host.asked("hostKeys.forget")).toEqual([{ alias: "m1.vm.web.internal", fingerprint: "SHA256:abc" }]),
    );
  });
});

describe("the sidebar", () => {
  it("has pinned apps on top, beside their place among the others", async () => {
    const cloud = smallCloud();
    cloud.settings.pins = ["demo/ada/notes", "demo/gone/x", "demo/harbor/web"];
    openWindow(hostOf(cloud));
    await tree();
    await waitFor(() => expect(screen.getAllByRole("treeitem", { name: /^(Pinned|notes|web)/ })).toHaveLength(5), SLOW);
    expect(screen.getAllByRole("treeitem").map((row) => row.getAttribute("aria-label")?.split(",")[0])).toEqual([
      "Pinned",
      "notes",
      "web",
      "Organization Harbor Lights",
      "jobs",
      "web",
      "Organization Ada",
      "notes",
    ]);
  });

  it("pins and marks from the menu, kept with the settings", async () => {
    const host = hostOf(smallCloud());
    openWindow(host);
    fireEvent.contextMenu(await item(/^web/));
    fireEvent.click(await screen.findByRole("menuitem", { name: "Pin" }, SLOW));
    await waitFor(() => expect(host.asked("settings.set")).toEqual([{ pins: ["demo/harbor/web"] }]));
    fireEvent.contextMenu((await screen.findAllByRole("treeitem", { name: /^web/ }, SLOW)).at(-1)!);
    fireEvent.click(await screen.findByRole("menuitemcheckbox", { name: "Mark as production" }, SLOW));
    await waitFor(() =>
      expect(host.asked("settings.set").at(-1)).toEqual({
        marks: { "demo/harbor/web": { colour: "none", production: true } },
      }),
    );
  });

  it("#6 asks for another machine when the one used last is stopped", async () => {
    const cloud = smallCloud();
    cloud.settings.recent = [{ app: "demo/harbor/web", machineId: "m-web-3", at: 1 }];
    const host = hostOf(cloud).handle("sessions.open", () => session("s1", "web", machine("m-web-2", "fra")));
    openWindow(host);
    fireEvent.click(await item("web, running, 3 machines, ams, fra, nrt"));
    const picker = within(await screen.findByRole("dialog", { name: "Open a shell on web" }, SLOW));
    expect(host.asked("sessions.open")).toEqual([]);
    expect(picker.getByText(/does not run/)).toBeTruthy();
    fireEvent.click(picker.getByRole("button", { name: /m-web-2/ }));
    await waitFor(() => expect(host.asked("sessions.open")).toMatchObject([{ machineId: "m-web-2" }]));
  });

  it("remembers what a shell was opened on", async () => {
    const { cloud, host } = withShell();
    await screen.findByTestId("terminal", undefined, SLOW);
    const next = session("s2", "notes", machine("m-notes-1", "lhr"), { state: "connecting", readyMs: null });
    cloud.sessions.push(next);
    act(() => host.emit("session.changed", next));
    act(() => host.emit("session.changed", { ...next, state: "open", readyMs: 5 }));
    await waitFor(() =>
      expect(host.asked("settings.set")).toContainEqual({
        recent: [expect.objectContaining({ machineId: "m-notes-1" })],
      }),
    );
  });

  it("a list that fails later stays, with its age and a way to ask again", async () => {
    let broken = false;
    const host = hostOf(smallCloud()).handle("apps.list", ({ orgSlug }) => {
      if (broken) throw new ScriptedError({ code: "api-unreachable", detail: "ECONNREFUSED" });
      return smallCloud().apps[orgSlug] ?? [];
    });
    openWindow(host);
    const web = await item(/^web/);
    broken = true;
    fireEvent.contextMenu(web);
    fireEvent.click(await screen.findByRole("menuitem", { name: "Refresh" }, SLOW));
    const stale = await item(/^An older list/);
    expect(stale.textContent).toMatch(/As it was .* ago/);
    const why = "The platform's API could not be reached. ECONNREFUSED";
    expect(within(stale).getByTitle(why)).toBeTruthy();
    expect(stale.getAttribute("aria-label")).toContain(why);
    expect(await item(/^web/)).toBeTruthy();
    broken = false;
    fireEvent.click(stale);
    await waitFor(() => expect(screen.queryByRole("treeitem", { name: /^An older list/ })).toBeNull(), SLOW);
  });

  it("10,000 apps make a few dozen rows in the page, and the filter finds one of them", async () => {
    const cloud = smallCloud();
    cloud.apps["harbor"] = Array.from({ length: 10_000 }, (_, i) =>
      app(`service-${String(i).padStart(5, "0")}`, "harbor"),
    );
    openWindow(hostOf(cloud));
    await item(/^service-00000/);
    expect(screen.getAllByRole("treeitem").length).toBeLessThan(100);
    fireEvent.change(screen.getByRole("searchbox", { name: "Filter apps and machines" }), {
      target: { value: "service-09999" },
    });
    await waitFor(() => expect(screen.getAllByRole("treeitem", { name: /^service/ })).toHaveLength(1), SLOW);
  });
});

describe("the demo's tour", () => {
  it("ticks by what happened, and is put away for good", async () => {
    const { host } = withShell();
    const card = within(await screen.findByRole("region", { name: "Try the demo" }, SLOW));
    await waitFor(() =>
      expect(host.asked("settings.set")).toContainEqual({ tour: { done: ["shell"], dismissed: false } }),
    );
    expect(card.getByText(/1 of 5/)).toBeTruthy();
    act(() => useWindow.setState({ statsOpen: true }));
    await waitFor(() =>
      expect(host.asked("settings.set")).toContainEqual({ tour: { done: ["shell", "stats"], dismissed: false } }),
    );
    fireEvent.click(card.getByRole("button", { name: "Put the tour away" }));
    await waitFor(() => expect(screen.queryByRole("region", { name: "Try the demo" })).toBeNull());
    expect(host.asked("settings.set").at(-1)).toEqual({ tour: { done: ["shell", "stats"], dismissed: true } });
  });

  it("is not shown to whom the demo is not shown", async () => {
    const cloud = { ...smallCloud(), accounts: [PLATFORM] };
    cloud.organizations[PLATFORM.id] = [org("harbor", "Harbor")];
    openWindow(hostOf(cloud));
    await item(/^web/);
    expect(screen.queryByRole("region", { name: "Try the demo" })).toBeNull();
  });
});

describe("a deep link", () => {
  it("opens nothing before a person agrees, and shows where it leads", async () => {
    const host = hostOf(smallCloud())
      .handle("links.take", () => "culvert://app/harbor/web/m-web-2")
      .handle("sessions.open", () => session("s1", "web", machine("m-web-2", "fra")));
    openWindow(host);
    const dialog = within(await screen.findByRole("dialog", { name: "Open a shell?" }, SLOW));
    expect(dialog.getByText("web")).toBeTruthy();
    expect(dialog.getByText("m-web-2")).toBeTruthy();
    expect(host.asked("sessions.open")).toEqual([]);
    await waitFor(() =>
      expect(dialog.getByRole("button", { name: "Open shell" }).hasAttribute("disabled")).toBe(false),
    );
    fireEvent.click(dialog.getByRole("button", { name: "Open shell" }));
    await waitFor(() => expect(host.asked("sessions.open")).toMatchObject([{ appName: "web", machineId: "m-web-2" }]));
  });

  it("to an organization or a machine that is not there says so and opens nothing", async () => {
    location.hash = "#/app/elsewhere/web";
    const host = hostOf(smallCloud());
    openWindow(host);
    await screen.findByText("None of your accounts has this organization.", undefined, SLOW);
    expect(location.hash).toBe("");
    act(() => useWindow.setState({ overlay: { kind: "none" } }));
    host.handle("links.take", () => "culvert://app/ada/web");
    act(() => host.emit("link.offered", {}));
    await screen.findByText("The organization has no such app.", undefined, SLOW);
    expect(screen.getByRole("button", { name: "Open shell" }).hasAttribute("disabled")).toBe(true);
    act(() => useWindow.setState({ overlay: { kind: "none" } }));
    host.handle("links.take", () => "culvert://app/harbor/web/m-nowhere");
    act(() => host.emit("link.offered", {}));
    await screen.findByText("The app has no such machine.", undefined, SLOW);
    expect(host.asked("sessions.open")).toEqual([]);
  });

  it.each(["culvert://app/harbor/web?run=rm", "#/garbage", "#/app/northwind-labs"])(
    "that is none opens nothing and says so: %s",
    async (link) => {
      const host = hostOf(smallCloud());
      if (link.startsWith("#")) location.hash = link;
      else host.handle("links.take", () => link);
      openWindow(host);
      const dialog = within(await screen.findByRole("dialog", { name: "Nothing to open" }, SLOW));
      dialog.getByText("This link leads nowhere that Culvert knows.");
      expect(dialog.queryByRole("button", { name: "Open shell" })).toBeNull();
    },
  );

  it("waits for what lies over the window, where something may have been typed", async () => {
    const host = hostOf(smallCloud()).handle("links.take", () => null);
    openWindow(host);
    await item(/^web/);
    act(() => useWindow.setState({ overlay: { kind: "import" } }));
    const text = await screen.findByLabelText("Configuration", undefined, SLOW);
    fireEvent.change(text, { target: { value: "[Interface]" } });
    host.handle("links.take", () => "culvert://app/harbor/web");
    await act(async () => host.emit("link.offered", {}));
    await waitFor(() => expect(host.asked("links.take")).toHaveLength(2));
    expect(screen.getByLabelText("Configuration")).toHaveProperty("value", "[Interface]");
    act(() => useWindow.setState({ overlay: { kind: "none" } }));
    await screen.findByRole("dialog", { name: "Open a shell?" }, SLOW);
  });
});

describe("importing", () => {
  it("is not offered before the host's reader has found the text whole", async () => {
    const host = hostOf({ ...smallCloud(), accounts: [] }).handle("accounts.checkConfig", ({ text }) => ({
      faults: text.includes("PrivateKey = x") ? [{ line: 2, message: "PrivateKey is too short." }] : [],
    }));
    openWindow(host);
    fireEvent.click(await button("Import configuration"));
    const dialog = within(await screen.findByRole("dialog", undefined, SLOW));
    const submit = () => dialog.getByRole("button", { name: "Import configuration" });
    const type = (value: string) => fireEvent.change(dialog.getByLabelText("Configuration"), { target: { value } });
    type("[Interface]\nPrivateKey = x\n");
    expect(await dialog.findByRole("button", { name: "Line 2 PrivateKey is too short." }, SLOW)).toBeTruthy();
    expect(submit().hasAttribute("disabled")).toBe(true);
    type(
      "[Interface]\nPrivateKey = good\nAddress = 10.0.0.2\n[Peer]\nPublicKey = y\nAllowedIPs = ::/0\nEndpoint = gw:51820\n",
    );
    await dialog.findByText(/Nothing was imported yet/, undefined, SLOW);
    expect(submit().hasAttribute("disabled")).toBe(false);
    expect(host.asked("accounts.importConfig")).toEqual([]);
  });
});
