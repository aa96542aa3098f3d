// @vitest-environment happy-dom
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Capture, Session } from "../../../shared/models.ts";
import {
  DEMO,
  hostOf,
  machine,
  OFFICE,
  org,
  session,
  smallCloud,
  stages,
  tunnel,
} from "../../support/renderer-fixtures.ts";
import { ScriptedError } from "../../support/renderer-scripted-host.ts";
import { closeWindow, openWindow, tree } from "../../support/renderer-window.tsx";

// This DOM has no canvas to draw on.
vi.mock("uplot", () => ({
  default: class {
    static sync(): { plots: never[] } {
      return { plots: [] };
    }
    readonly root = document.createElement("div");
    setData(): void {}
    setSize(): void {}
    destroy(): void {}
  },
}));

const AMS = machine("m-web-1", "ams");
const button = (name: string | RegExp) => screen.findByRole("button", { name });
const tab = (name: string | RegExp) => screen.findByRole("tab", { name });
const item = (name: string | RegExp) => screen.findByRole("treeitem", { name });

afterEach(() => closeWindow());

describe("first run", () => {
  const empty = () => ({ ...smallCloud(), accounts: [] as (typeof DEMO)[] });

  it("#11 asks the host for nothing but what is there, before a choice", async () => {
    const host = hostOf(empty());
    openWindow(host);
    await button("Try the demo network");
    expect(host.requests.every(({ name }) => /\.(list|get|info|watch|take|events|left)$/.test(name))).toBe(true);
  });

  it("the demo network leads to the tree of its apps", async () => {
    const cloud = empty();
    const host = hostOf(cloud).handle("accounts.startDemo", () => {
      cloud.accounts.push(DEMO);
      return DEMO;
    });
    openWindow(host);
    fireEvent.click(await button("Try the demo network"));
    await tree();
    expect(await item("web, running, 3 machines, ams, fra, nrt")).toBeTruthy();
    expect(await item("jobs, stopped, 1 machine, ams")).toBeTruthy();
  });

  it("a token that is refused is told where it was typed", async () => {
    const host = hostOf(empty()).handle("accounts.signIn", () => {
      throw new ScriptedError({ code: "unauthorized", detail: "viewer: no" });
    });
    openWindow(host);
    fireEvent.click(await button("Sign in"));
    const dialog = within(await screen.findByRole("dialog"));
    fireEvent.change(dialog.getByLabelText("Access token"), { target: { value: " secret " } });
    fireEvent.click(dialog.getByRole("button", { name: "Sign in" }));
    expect((await dialog.findByRole("alert")).textContent).toContain("did not accept the access token");
    expect(host.asked("accounts.signIn")).toEqual([{ token: "secret" }]);
  });

  it("a configuration with errors is shown with its lines", async () => {
    const host = hostOf(empty()).handle("accounts.importConfig", () => {
      throw new ScriptedError({ code: "config-invalid", lines: [{ line: 2, message: "PrivateKey is too short." }] });
    });
    openWindow(host);
    fireEvent.click(await button("Import configuration"));
    const dialog = within(await screen.findByRole("dialog"));
    const text =
      "[Interface]\nPrivateKey = x\nAddress = 10.0.0.2\n[Peer]\nPublicKey = y\nAllowedIPs = ::/0\nEndpoint = gw:51820\n";
    fireEvent.change(dialog.getByLabelText("Configuration"), { target: { value: text } });
    await dialog.findByText(/Nothing was imported yet/);
    fireEvent.click(dialog.getByRole("button", { name: "Import configuration" }));
    const errors = within(await dialog.findByRole("list", { name: "Errors by line" }));
    expect(errors.getByRole("button").textContent).toBe("Line 2 PrivateKey is too short.");
    expect(host.asked("accounts.importConfig")).toEqual([{ label: "WireGuard network", text }]);
  });
});

describe("the tree", () => {
  it("one click opens one shell on the app, a double click no second one", async () => {
    const cloud = smallCloud();
    const host = hostOf(cloud).handle("sessions.open", () => session("s1", "web", AMS, { state: "connecting" }));
    openWindow(host);
    const web = await item(/^web/);
    fireEvent.click(web, { detail: 1 });
    fireEvent.click(web, { detail: 2 });
    await tab("web, m-web-1, ams, connecting");
    expect(host.asked("sessions.open")).toHaveLength(1);
  });

  it("its machines are opened by name, and a stopped one refuses with the reason", async () => {
    const host = hostOf(smallCloud()).handle("sessions.open", () => {
      throw new ScriptedError({ code: "machine-stopped", detail: "m-web-3 is stopped" });
    });
    openWindow(host);
    await item(/^web/);
    const list = await tree();
    fireEvent.keyDown(list, { key: "ArrowDown" });
    fireEvent.keyDown(list, { key: "ArrowDown" });
    fireEvent.keyDown(list, { key: "ArrowRight" });
    fireEvent.click(await item("m-web-3, stopped, nrt"));
    await waitFor(() => expect(host.asked("sessions.open")).toMatchObject([{ machineId: "m-web-3" }]));
    expect((await screen.findByRole("alert")).textContent).toContain("The machine is stopped.");
    expect(await button("Retry")).toBeTruthy();
  });

  it("Enter opens what the arrows chose", async () => {
    const host = hostOf(smallCloud()).handle("sessions.open", () => session("s1", "jobs", AMS));
    openWindow(host);
    await item(/^jobs/);
    const list = await tree();
    fireEvent.keyDown(list, { key: "ArrowDown" });
    expect(list.getAttribute("aria-activedescendant")).toBe((await item(/^jobs/)).id);
    fireEvent.keyDown(list, { key: "Enter" });
    await waitFor(() => expect(host.asked("sessions.open")).toMatchObject([{ appName: "jobs" }]));
  });

  it("filters while one types, and Escape clears", async () => {
    openWindow(hostOf(smallCloud()));
    await item(/^notes/);
    const field = screen.getByRole("searchbox", { name: "Filter apps and machines" });
    fireEvent.change(field, { target: { value: "notes" } });
    await waitFor(() => expect(screen.queryByRole("treeitem", { name: /^web/ })).toBeNull());
    fireEvent.keyDown(field, { key: "Escape" });
    await item(/^web/);
  });

  it("a filter that fits nothing is taken away where that is said, and the keys go on in its field", async () => {
    openWindow(hostOf(smallCloud()));
    await item(/^notes/);
    const field = screen.getByRole("searchbox", { name: "Filter apps and machines" });
    fireEvent.change(field, { target: { value: "nowhere" } });
    const clear = await screen.findByRole("button", { name: "Clear filter" });
    expect(screen.getByText("Nothing matches the filter.")).toBeTruthy();
    clear.focus();
    fireEvent.click(clear);
    await item(/^web/);
    expect(document.activeElement).toBe(field);
    expect(screen.queryByRole("button", { name: "Clear filter" })).toBeNull();
  });

  it("a list that fails says so in its place, and is asked again on Enter", async () => {
    let broken = true;
    const host = hostOf(smallCloud()).handle("apps.list", ({ orgSlug }) => {
      if (broken && orgSlug === "ada") throw new ScriptedError({ code: "forbidden" });
      return smallCloud().apps[orgSlug] ?? [];
    });
    openWindow(host);
    const failed = await item("Could not be loaded. Enter tries again. The access token may not do this.");
    broken = false;
    fireEvent.click(failed);
    await item(/^notes/);
  });

  it("a host is added to an imported configuration only when the form is whole", async () => {
    const cloud = { ...smallCloud(), accounts: [OFFICE] };
    cloud.organizations["office"] = [org("office", "Office", "config")];
    cloud.apps["office"] = [];
    const host = hostOf(cloud).handle("hosts.add", ({ host: added }) => ({
      id: "h",
      name: added.name,
      orgSlug: "office",
      status: "unknown",
      network: null,
    }));
    openWindow(host);
    fireEvent.click(await item("Add a host…"));
    const dialog = within(await screen.findByRole("dialog"));
    fireEvent.click(dialog.getByRole("button", { name: "Add host" }));
    expect(await dialog.findByText("Give it a name.")).toBeTruthy();
    expect(dialog.getByText("Give a name or an address.")).toBeTruthy();
    fireEvent.change(dialog.getByLabelText("Name"), { target: { value: "git" } });
    fireEvent.change(dialog.getByLabelText("Password"), { target: { value: "pw" } });
    fireEvent.change(dialog.getByLabelText("Host"), { target: { value: "https://foo.internal:22/ x" } });
    fireEvent.click(dialog.getByRole("button", { name: "Add host" }));
    expect(await dialog.findByText("Only the name or address, without https:// and port.")).toBeTruthy();
    expect(host.asked("hosts.add")).toEqual([]);
    fireEvent.change(dialog.getByLabelText("Host"), { target: { value: " 10.8.0.4 " } });
    fireEvent.click(dialog.getByRole("button", { name: "Add host" }));
    await waitFor(() =>
      expect(host.asked("hosts.add")).toEqual([
        {
          accountId: "office",
          host: { name: "git", host: "10.8.0.4", port: 22, user: "root", login: { kind: "password", password: "pw" } },
        },
      ]),
    );
  });
});

describe("a shell", () => {
  function shown(change: Partial<Session>) {
    const cloud = smallCloud();
    cloud.sessions = [session("s1", "web", AMS, change)];
    const host = hostOf(cloud).handle("sessions.attach", () => ({ channel: 1 }));
    openWindow(host);
    return { cloud, host };
  }

  it("shows the stages of connecting by name and time, as they go", async () => {
    const { host } = shown({ state: "connecting", readyMs: null, stages: stages("tunnel") });
    const list = within(await screen.findByRole("list", { name: "Stages of connecting" }));
    expect(list.getAllByRole("listitem").map((one) => one.getAttribute("aria-label"))).toEqual([
      "Machine: done",
      "WireGuard peer: done",
      "Tunnel handshake: running",
      "Private address: waiting",
      "TCP connection: waiting",
      "SSH login: waiting",
      "Shell: waiting",
    ]);
    act(() =>
      host.emit("session.changed", session("s1", "web", AMS, { state: "connecting", stages: stages("login") })),
    );
    expect(list.getByLabelText("SSH login: running")).toBeTruthy();
    expect(list.getByLabelText("Tunnel handshake: done").textContent).toContain("12 ms");
  });

  it("that failed says what failed, why, what to do, and tries again", async () => {
    const { host } = shown({
      state: "failed",
      readyMs: null,
      stages: stages("tunnel", true),
      error: { code: "gateway-silent", detail: "nothing in 5 s" },
    });
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("The gateway does not answer.");
    expect(alert.textContent).toContain("Likely cause");
    expect(alert.textContent).toContain("nothing in 5 s");
    await waitFor(() => expect(alert.textContent).toContain("choose “New peer for this computer” in Peers."));
    expect(alert.textContent).not.toContain("PublicKey");
    expect(await button("Open Peers")).toBeTruthy();
    fireEvent.click(await button("Retry"));
    await waitFor(() => expect(host.asked("sessions.reopen")).toEqual([{ sessionId: "s1" }]));
  });

  it("#2 that failed in a tunnel that had worked blames the network or the gateway, as the stats do", async () => {
    const error = { code: "gateway-silent", detail: "nothing in 5 s" } as const;
    const { host } = shown({ state: "failed", readyMs: null, stages: stages("tunnel", true), error });
    const cut = tunnel({ state: "silent" });
    const never = cut.peers.map((peer) => ({ ...peer, lastReceivedAt: null }));
    act(() => host.emit("tunnels.changed", [{ ...cut, peers: never }]));
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("UDP is blocked on this network, or");
    const heard = cut.peers.map((peer) => ({ ...peer, lastReceivedAt: Date.now() - 27_000 }));
    act(() => host.emit("tunnels.changed", [{ ...cut, peers: heard }]));
    expect(alert.textContent).toContain("This computer's network or the gateway went away");
    expect(alert.textContent).toContain("The tunnel comes back by itself");
    expect(alert.textContent).not.toContain("UDP is blocked");
  });

  it("that ended says how, and both ways on", async () => {
    const { host } = shown({ state: "ended", exit: { code: 3, signal: null } });
    expect(await screen.findByText("Ended with exit 3")).toBeTruthy();
    fireEvent.click(await button("Reopen"));
    await waitFor(() => expect(host.asked("sessions.reopen")).toHaveLength(1));
    fireEvent.click(await button("Close shell"));
    await waitFor(() => expect(screen.queryByRole("tab")).toBeNull());
  });

  it("whose host key changed is stopped by a dialog with both fingerprints, with Cancel in the focus", async () => {
    const { host } = shown({
      state: "failed",
      readyMs: null,
      error: { code: "host-key-changed" },
      hostKeyChange: { alias: "web", knownFingerprint: "SHA256:old", offeredFingerprint: "SHA256:new" },
    });
    host.handle("sessions.acceptHostKey", () => ({}));
    const dialog = within(await screen.findByRole("alertdialog"));
    expect(dialog.getByText("SHA256:old")).toBeTruthy();
    expect(dialog.getByText("SHA256:new")).toBeTruthy();
    const cancel = dialog.getByRole("button", { name: "Cancel" });
    await waitFor(() => expect(document.activeElement).toBe(cancel));
    fireEvent.click(cancel);
    await waitFor(() => expect(screen.queryByRole("alertdialog")).toBeNull());
    expect(host.asked("sessions.acceptHostKey")).toEqual([]);
  });

  it("closes with Delete and with the middle button", async () => {
    const cloud = smallCloud();
    cloud.sessions = [session("s1", "web", AMS), session("s2", "api", AMS, { createdAt: 1_700_000_000_001 })];
    const host = hostOf(cloud).handle("sessions.attach", () => ({ channel: 1 }));
    openWindow(host);
    fireEvent.keyDown(await tab(/^web/), { key: "Delete" });
    await waitFor(() => expect(screen.queryByRole("tab", { name: /^web/ })).toBeNull());
    fireEvent(await tab(/^api/), new MouseEvent("auxclick", { button: 1, bubbles: true }));
    await waitFor(() => expect(host.asked("sessions.close")).toEqual([{ sessionId: "s1" }, { sessionId: "s2" }]));
  });

  it("is found again, in its place, after the page was loaded anew", async () => {
    const cloud = smallCloud();
    cloud.sessions = [session("s1", "web", AMS), session("s2", "api", AMS, { createdAt: 1_700_000_000_001 })];
    const host = hostOf(cloud).handle("sessions.attach", () => ({ channel: 1 }));
    openWindow(host);
    fireEvent.click(await tab(/^web/));
    await waitFor(async () => expect((await tab(/^web/)).getAttribute("aria-selected")).toBe("true"));
    closeWindow(true);
    openWindow(host);
    const strip = within(await screen.findByRole("tablist", { name: "Shells" }));
    expect(strip.getAllByRole("tab").map((one) => one.getAttribute("aria-label"))).toEqual([
      "web, m-web-1, ams, open",
      "api, m-web-1, ams, open",
    ]);
    expect((await tab(/^web/)).getAttribute("aria-selected")).toBe("true");
  });
});

describe("the window", () => {
  it("shows the tunnel's figures, and says when there is none", async () => {
    const cloud = smallCloud();
    const host = hostOf(cloud);
    openWindow(host);
    const bar = await screen.findByRole("status", { name: "Tunnel" });
    expect(bar.textContent).toContain("No tunnel yet");
    act(() => host.emit("tunnels.changed", [tunnel({ state: "silent" })]));
    expect(bar.textContent).toContain("Gateway silent");
    act(() => host.emit("tunnels.changed", [tunnel({ state: "silent", lastHandshakeAt: null })]));
    expect(bar.textContent).not.toContain("UDP");
    expect(bar.textContent).toContain("No answer yet");
    act(() => host.emit("tunnels.changed", [tunnel()]));
    for (const text of ["Tunnel up", "UDP", "gateway ams", "31 ms", "min ago"]) expect(bar.textContent).toContain(text);
    act(() => host.emit("tunnels.changed", [tunnel({ carrier: "websocket" })]));
    expect(bar.textContent).toContain("WebSocket");
  });

  it("says that the link is lost and asks anew when it is back", async () => {
    const host = hostOf(smallCloud());
    openWindow(host);
    await item(/^web/);
    act(() => host.setLink("lost"));
    expect((await screen.findByRole("alert")).textContent).toContain("The connection to Culvert was lost.");
    expect(await item(/^web/)).toBeTruthy();
    const before = host.asked("sessions.list").length;
    act(() => host.setLink("open"));
    await waitFor(() => expect(screen.queryByRole("alert")).toBeNull());
    await waitFor(() => expect(host.asked("sessions.list").length).toBe(before + 1));
    expect(host.asked("tunnels.watch").at(-1)).toEqual({ on: true, closely: false });
  });

  it("shows figures, connections and drops as tables", async () => {
    const host = hostOf(smallCloud());
    // Loaded by the drawer when it opens; a loaded machine may take its time over it.
    await import("../../../renderer/features/stats/StatsDrawer.tsx");
    openWindow(host);
    await item(/^web/);
    act(() => host.emit("tunnels.changed", [tunnel({ drops: { replayed: 7 } })]));
    fireEvent.click(await button("Network stats"));
    fireEvent.click(await screen.findByRole("radio", { name: "Table" }));
    expect(await screen.findByRole("table", { name: "Figures of the last 5 min" })).toBeTruthy();
    fireEvent.click(await tab("Peers"));
    expect(within(await screen.findByRole("table", { name: "Dropped packets" })).getByText("replayed")).toBeTruthy();
  });

  it("starts and ends a packet capture, and says where its file is", async () => {
    const capture: Capture = {
      state: "running",
      path: "/captures/culvert-harbor.pcapng",
      startedAt: 0,
      packets: 12,
      dropped: 0,
      bytes: 2_000,
      limitBytes: 1_000_000,
      error: null,
    };
    const cloud = smallCloud();
    cloud.tunnels = [tunnel({ id: "t1" })];
    const host = hostOf(cloud)
      .handle("tunnels.startCapture", () => {
        cloud.tunnels = [tunnel({ id: "t1", capture })];
        return capture;
      })
      .handle("tunnels.stopCapture", () => {
        throw new ScriptedError({ code: "storage", detail: "no space" });
      });
    openWindow(host);
    await item(/^web/);
    fireEvent.click(await button("Network stats"));
    fireEvent.click(await button("Start capture"));
    const row = within(await screen.findByRole("region", { name: "Packet capture" }));
    expect(row.getByText("culvert-harbor.pcapng")).toBeTruthy();
    expect(row.getByText("culvert-harbor.pcapng").getAttribute("aria-description")).toContain("/captures/culvert-");
    expect(row.getByText("12 packets, 2.0 kB of at most 1.0 MB")).toBeTruthy();
    expect(host.asked("tunnels.startCapture")).toEqual([{ tunnelId: "t1" }]);
    fireEvent.click(await button("Stop capture"));
    const fault = within(await screen.findByRole("alert")).getByText("Culvert could not read or write its files.");
    expect(fault.getAttribute("aria-description")).toBe("no space");
    fireEvent.click(await button("Close network stats"));
    fireEvent.click(await button("Capturing"));
    const stop = await button("Stop capture");
    await waitFor(() => expect(document.activeElement).toBe(stop));
    act(() => host.emit("tunnels.changed", [tunnel({ id: "t1", capture: { ...capture, state: "full" } })]));
    expect(screen.queryByRole("button", { name: "Capturing" })).toBeNull();
    expect(await screen.findByText("It reached its limit; the file is whole.")).toBeTruthy();
  });

  it("lists peers, this computer's first, and removes one only after a word", async () => {
    const cloud = smallCloud();
    const host = hostOf(cloud).handle("peers.remove", ({ name }) => {
      cloud.peers = cloud.peers.filter((one) => one.name !== name);
      return {};
    });
    openWindow(host);
    fireEvent.click(await button("Peers"));
    const table = within(await screen.findByRole("table", { name: "WireGuard peers" }));
    expect(table.getAllByRole("row")[1]?.textContent).toContain("ada-laptopThis computer");
    fireEvent.click(table.getByRole("button", { name: "build-server" }));
    fireEvent.click(await button("Remove build-server"));
    fireEvent.click(await button("Remove peer"));
    expect(host.asked("peers.remove")).toEqual([]);
    fireEvent.change(await screen.findByLabelText("Type build-server to go on"), { target: { value: "build-server" } });
    fireEvent.click(await button("Remove peer"));
    await waitFor(() => expect(table.queryByText("build-server")).toBeNull());
    expect(host.asked("peers.remove")).toEqual([{ accountId: "demo", orgSlug: "harbor", name: "build-server" }]);
  });

  it("a demo network that cannot start says why in place, and is tried again", async () => {
    const host = hostOf({ ...smallCloud(), accounts: [OFFICE] }).handle("accounts.startDemo", () => {
      throw new ScriptedError({ code: "internal", detail: "no port" });
    });
    openWindow(host);
    fireEvent.click(await button("Add a network"));
    fireEvent.click(await screen.findByRole("menuitem", { name: "Try the demo network" }));
    const note = within(await screen.findByRole("alert"));
    expect(note.getByText("no port")).toBeTruthy();
    fireEvent.click(note.getByRole("button", { name: "Retry" }));
    await waitFor(() => expect(host.asked("accounts.startDemo")).toHaveLength(2));
    fireEvent.click(within(await screen.findByRole("alert")).getByRole("button", { name: "Close" }));
    await waitFor(() => expect(screen.queryByRole("alert")).toBeNull());
  });

  it("keeps the wish for a screen reader's text with the settings", async () => {
    const host = hostOf(smallCloud());
    openWindow(host);
    fireEvent.click(await button("Settings"));
    fireEvent.click(await tab("Terminal"));
    fireEvent.click(await screen.findByRole("switch", { name: "Screen reader" }));
    await waitFor(() => expect(host.asked("settings.set")).toEqual([{ screenReader: true }]));
  });

  it("keeps the carrier that a person forces with the settings", async () => {
    const host = hostOf(smallCloud());
    openWindow(host);
    fireEvent.click(await button("Settings"));
    fireEvent.click(await tab("Tunnel"));
    fireEvent.click(await screen.findByRole("radio", { name: "WebSocket" }));
    await waitFor(() => expect(host.asked("settings.set")).toEqual([{ carrier: "websocket" }]));
  });

  it("changes the theme at once and tells the host", async () => {
    const host = hostOf(smallCloud());
    openWindow(host);
    fireEvent.click(await button("Settings"));
    fireEvent.click(await screen.findByRole("radio", { name: "Dark" }));
    await waitFor(() => expect(document.documentElement.dataset["theme"]).toBe("dark"));
    expect(host.asked("settings.set")).toEqual([{ theme: "dark" }]);
  });
});
