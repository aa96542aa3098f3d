// @vitest-environment happy-dom
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { NetworkEvent } from "../../../shared/network-events.ts";
import {
  connection,
  hostOf,
  machine,
  OFFICE,
  session,
  smallCloud,
  stages,
  tunnel,
} from "../../support/renderer-fixtures.ts";
import { ScriptedError, type ScriptedHost } from "../../support/renderer-scripted-host.ts";
import { closeWindow, openWindow } from "../../support/renderer-window.tsx";

/** What the charts were given, in order; this DOM has no canvas to draw on. */
const drawn = vi.hoisted((): { data: unknown[][]; made: number } => ({ data: [], made: 0 }));
vi.mock("uplot", () => ({
  default: class {
    static sync(): { plots: never[] } {
      return { plots: [] };
    }
    readonly root = document.createElement("div");
    constructor() {
      drawn.made++;
    }
    setData(data: unknown[]): void {
      drawn.data.push(data);
    }
    setSize(): void {}
    destroy(): void {}
  },
}));

const AMS = machine("m-web-1", "ams");
const button = (name: string | RegExp) => screen.findByRole("button", { name });
const tab = (name: string | RegExp) => screen.findByRole("tab", { name });
const bar = () => screen.findByRole("status", { name: "Tunnel" });

// Loaded when the drawer opens; a loaded machine takes its time over it.
beforeAll(() => import("../../../renderer/features/stats/StatsDrawer.tsx"));
afterEach(() => {
  closeWindow();
  drawn.data.length = 0;
  drawn.made = 0;
});

async function openStats(host: ScriptedHost): Promise<void> {
  openWindow(host);
  await bar();
  fireEvent.click(await button("Network stats"));
}

function told(id: number, facts: NetworkEvent["facts"], change: Partial<NetworkEvent> = {}): NetworkEvent {
  const at = Date.now() - 60_000 + id * 1000;
  return { id, at, lastAt: at, times: 1, accountId: "demo", orgSlug: "harbor", tunnelId: "tunnel-1", facts, ...change };
}

describe("the status bar", () => {
  it("#22 says what is on its way before there is a tunnel", async () => {
    const cloud = smallCloud();
    cloud.sessions = [session("s", "web", AMS, { state: "connecting", readyMs: null, stages: stages("tunnel") })];
    const host = hostOf(cloud).handle("sessions.attach", () => ({ channel: 1 }));
    openWindow(host);
    await waitFor(async () => expect((await bar()).textContent).toContain("Connecting… Tunnel handshake"));
    act(() => host.emit("tunnels.changed", [tunnel()]));
    expect((await bar()).textContent).toContain("Tunnel up");
  });

  it("#22 always shows state, carrier, region, round trip and loss, and how many shells are open", async () => {
    const cloud = smallCloud();
    const host = hostOf(cloud);
    openWindow(host);
    await bar();
    act(() => host.emit("tunnels.changed", [tunnel()]));
    for (const text of ["Tunnel up", "UDP", "gateway ams", "RTT31 ms", "loss", "0 shells"])
      expect((await bar()).textContent).toContain(text);
    act(() => host.emit("tunnels.changed", [tunnel({ state: "silent", rttMs: 31 })]));
    // What was measured before the silence is no figure of now.
    expect((await bar()).textContent).not.toContain("31 ms");
  });

  it("#3 forces a carrier and goes back to whichever answers", async () => {
    const host = hostOf(smallCloud());
    openWindow(host);
    await bar();
    act(() => host.emit("tunnels.changed", [tunnel()]));
    fireEvent.click(await button(/^Carrier: UDP/));
    fireEvent.click(await screen.findByRole("menuitemradio", { name: "Always WebSocket" }));
    await waitFor(() => expect(host.asked("settings.set")).toEqual([{ carrier: "websocket" }]));
    act(() => host.emit("tunnels.changed", [tunnel({ carrier: "websocket" })]));
    fireEvent.click(await button(/^Carrier: WebSocket only/));
    fireEvent.click(await screen.findByRole("menuitemradio", { name: /^Automatic/ }));
    await waitFor(() => expect(host.asked("settings.set").at(-1)).toEqual({ carrier: "auto" }));
  });

  it("leads to another tunnel when there are several", async () => {
    const host = hostOf(smallCloud());
    openWindow(host);
    await bar();
    const two = [tunnel(), tunnel({ id: "t2", orgSlug: "ada", network: "staging", region: "fra" })];
    act(() => host.emit("tunnels.changed", two));
    fireEvent.click(await button(/^harbor: Tunnel up/));
    fireEvent.click(await screen.findByRole("menuitemradio", { name: /^ada · staging/ }));
    await waitFor(async () => expect((await bar()).textContent).toContain("gateway fra"));
    act(() => host.emit("tunnels.changed", two.slice(0, 1)));
    expect((await bar()).textContent).toContain("gateway ams");
  });

  it("N7 tells configurations apart by their labels: in the bar, in the stats and at the rail", async () => {
    const cloud = smallCloud();
    const home = { ...OFFICE, id: "home", label: "Home" };
    cloud.accounts = [OFFICE, home];
    const host = hostOf(cloud);
    openWindow(host);
    await bar();
    const two = [
      tunnel({ accountId: OFFICE.id, orgSlug: "config", state: "silent" }),
      tunnel({ id: "t2", accountId: home.id, orgSlug: "config" }),
    ];
    act(() => host.emit("tunnels.changed", two));
    fireEvent.click(await button(/^Home: Tunnel up/));
    fireEvent.click(await screen.findByRole("menuitemradio", { name: /^Office network/ }));
    expect(await button(/^Office network: Gateway silent/)).toBeTruthy();
    expect(await button("Peers, Office network: Gateway silent")).toBeTruthy();
    fireEvent.click(await button("Network stats"));
    expect((await screen.findByRole("combobox", { name: "Tunnel" })).textContent).toBe("Office network");
  });
});

describe("the stats", () => {
  it("say that there is no tunnel yet, and what happened nevertheless", async () => {
    const host = hostOf(smallCloud()).handle("tunnels.events", () => [
      told(1, { kind: "tunnel-failed", gateway: "gw.example", code: "gateway-unresolved", detail: null }),
    ]);
    await openStats(host);
    expect(await screen.findByText("No tunnel yet.")).toBeTruthy();
    const events = within(await screen.findByRole("table", { name: "Events" }));
    expect(events.getByText("Tunnel failed")).toBeTruthy();
    expect(events.getByText(/gw\.example: The gateway's name has no address\./)).toBeTruthy();
  });

  it("are drawn once for each set of figures, and not at all while the page is hidden", async () => {
    const host = hostOf(smallCloud());
    await openStats(host);
    act(() => host.emit("tunnels.changed", [tunnel()]));
    expect(await screen.findByRole("img", { name: /^Rates: / })).toBeTruthy();
    expect(drawn.made).toBe(4);
    const clock = vi.spyOn(Date, "now").mockReturnValue(Date.now() + 1000);
    drawn.data.length = 0;
    act(() => host.emit("tunnels.changed", [tunnel({ bytesIn: 1_285_220 })]));
    await waitFor(() => expect(drawn.data).toHaveLength(4));
    vi.spyOn(document, "hidden", "get").mockReturnValue(true);
    clock.mockReturnValue(Date.now() + 1000);
    act(() => host.emit("tunnels.changed", [tunnel({ bytesIn: 1_286_220 })]));
    expect(await screen.findByRole("img", { name: /Down 1\.0 kB\/s/ })).toBeTruthy();
    expect(drawn.data).toHaveLength(4);
    vi.spyOn(document, "hidden", "get").mockReturnValue(false);
    act(() => void document.dispatchEvent(new Event("visibilitychange")));
    expect(drawn.data).toHaveLength(8);
  });

  it("#22 list events as they come, filter them and count repetitions", async () => {
    const first = Date.now() - 60_000;
    const host = hostOf(smallCloud()).handle("tunnels.events", () => [told(1, { kind: "network-changed" })]);
    await openStats(host);
    act(() => host.emit("tunnels.changed", [tunnel()]));
    fireEvent.click(await tab(/^Events/));
    const table = within(await screen.findByRole("table", { name: "Events" }));
    act(() => host.emit("tunnels.event", told(2, { kind: "gateway-silent", peer: "abc", attempts: 3 })));
    act(() => host.emit("tunnels.event", told(2, { kind: "gateway-silent", peer: "abc", attempts: 3 }, { times: 4 })));
    const rows = () =>
      table
        .getAllByRole("row")
        .slice(1)
        .map((row) => row.textContent ?? "");
    expect(rows().map((text) => /Gateway silent|Network changed/.exec(text)?.[0])).toEqual([
      "Gateway silent",
      "Network changed",
    ]);
    expect(rows()[0]).toContain("×4");
    // What is back stands above its silence, though it was up before it, too.
    const up = { kind: "tunnel-up", peer: "abc", carrier: "udp", rttMs: 13 } as const;
    act(() => host.emit("tunnels.event", told(3, up, { at: first, lastAt: first })));
    expect(rows()[2]).toContain("Tunnel up");
    act(() => host.emit("tunnels.event", told(3, up, { at: first, lastAt: Date.now() + 1000, times: 2 })));
    expect(rows()[0]).toContain("Tunnel up");
    fireEvent.click(await screen.findByRole("radio", { name: "Trouble" }));
    expect(rows()).toHaveLength(1);
    fireEvent.change(await screen.findByRole("searchbox", { name: "Filter events" }), { target: { value: "nothing" } });
    expect(await screen.findByText("No event fits.")).toBeTruthy();
  });

  it("sort connections, show one with all its figures, and keep it when it ends", async () => {
    const cloud = smallCloud();
    const host = hostOf(cloud);
    await openStats(host);
    const two = [
      connection({ id: "a", remote: "10.0.0.1:22", bytesIn: 5, openedAt: 1 }),
      connection({ id: "b", remote: "10.0.0.2:22", bytesIn: 9, openedAt: 2 }),
    ];
    act(() => host.emit("tunnels.changed", [tunnel({ connections: two })]));
    fireEvent.click(await tab(/^Connections/));
    const table = within(await screen.findByRole("table", { name: "Connections" }));
    const order = () => table.getAllByRole("rowheader").map((cell) => cell.textContent);
    fireEvent.click(table.getByRole("button", { name: /^Bytes in/ }));
    expect(order()).toEqual(["10.0.0.2:22", "10.0.0.1:22"]);
    expect(table.getByRole("columnheader", { name: /^Bytes in/ }).getAttribute("aria-sort")).toBe("descending");
    fireEvent.click(table.getByRole("button", { name: /^Bytes in/ }));
    expect(order()).toEqual(["10.0.0.1:22", "10.0.0.2:22"]);
    const first = table.getByRole("button", { name: "10.0.0.1:22" });
    first.focus();
    fireEvent.keyDown(first, { key: "ArrowDown" });
    const second = table.getByRole("button", { name: "10.0.0.2:22" });
    expect(document.activeElement).toBe(second);
    fireEvent.click(second);
    expect(second.getAttribute("aria-expanded")).toBe("true");
    const details = within(await screen.findByRole("region", { name: "Connection to 10.0.0.2:22" }));
    expect(details.getByText("Retransmission timeout")).toBeTruthy();
    act(() => host.emit("tunnels.changed", [tunnel({ connections: two.slice(0, 1) })]));
    expect(await screen.findByText("This connection has ended.")).toBeTruthy();
    fireEvent.click(await button("Close details"));
    expect(screen.queryByText("This connection has ended.")).toBeNull();
  });

  it("of a thousand connections draw those in sight", async () => {
    const host = hostOf(smallCloud());
    await openStats(host);
    const crowd = Array.from({ length: 1000 }, (_, i) => connection({ id: `c${i}`, remote: `10.0.0.1:${i + 1}` }));
    act(() => host.emit("tunnels.changed", [tunnel({ connections: crowd })]));
    fireEvent.click(await tab(/^Connections ?1,000/));
    const table = await screen.findByRole("table", { name: "Connections" });
    expect(table.getAttribute("aria-rowcount")).toBe("1001");
    const { length } = within(table).getAllByRole("rowheader");
    expect(length).toBeGreaterThan(10);
    expect(length).toBeLessThan(60);
  });

  it("#2 of a silent gateway say what failed, why, what was tried, and try again", async () => {
    let answer: () => void = () => undefined;
    const host = hostOf(smallCloud()).handle("tunnels.retry", async () => {
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      throw new ScriptedError({ code: "gateway-silent", detail: "127.0.0.1:51820, nothing heard over UDP for 15 s" });
    });
    await openStats(host);
    const error = { code: "gateway-silent", detail: "127.0.0.1:51820" } as const;
    const peers = tunnel().peers.map((peer) => ({ ...peer, lastReceivedAt: null }));
    const silent = tunnel({ state: "silent", error, handshakesSent: 18, handshakesReceived: 1, peers });
    act(() => host.emit("tunnels.changed", [silent]));
    const note = within(await screen.findByRole("region", { name: "The tunnel does not work" }));
    for (const text of [
      /The gateway does not answer\./,
      /UDP is blocked/,
      /18 handshake messages, 17 without/,
      /Try again\./,
    ])
      expect(note.getByText(text)).toBeTruthy();
    fireEvent.click(note.getByRole("button", { name: "Try again now" }));
    expect(await note.findByRole("button", { name: "Stop waiting" })).toBeTruthy();
    await waitFor(() => expect(host.asked("tunnels.retry")).toEqual([{ tunnelId: "tunnel-1" }]));
    answer();
    expect((await note.findByRole("alert")).textContent).toContain("nothing heard over UDP");
    act(() => host.emit("tunnels.changed", [tunnel()]));
    expect(screen.queryByRole("region", { name: "The tunnel does not work" })).toBeNull();
  });

  it("#2 of a gateway that was heard before name the network and the gateway first, and no round trip of then", async () => {
    const host = hostOf(smallCloud());
    await openStats(host);
    const peers = tunnel().peers.map((peer) => ({ ...peer, lastReceivedAt: Date.now() - 27_000 }));
    act(() => host.emit("tunnels.changed", [tunnel({ state: "silent", rttMs: 1.7, peers })]));
    const { textContent } = await screen.findByRole("region", { name: "The tunnel does not work" });
    expect(textContent).toMatch(/This computer's network or the gateway went away/);
    expect(textContent).toMatch(/comes back by itself/);
    expect(textContent).not.toMatch(/UDP is blocked/);
    expect(screen.queryByText(/1\.7 ms/)).toBeNull();
  });

  it("#2 of a gateway whose answers do not check say so, and not that it was never heard", async () => {
    const host = hostOf(smallCloud());
    await openStats(host);
    const error = { code: "answer-invalid", detail: "127.0.0.1:51820" } as const;
    act(() => host.emit("tunnels.changed", [tunnel({ state: "silent", error })]));
    const { textContent } = await screen.findByRole("region", { name: "The tunnel does not work" });
    expect(textContent).toMatch(/its answer does not check.*pre-shared key.*Its answers were refused/);
    expect(textContent).not.toMatch(/UDP is blocked|never heard/);
  });

  it.each([
    ["websocket", "Always WebSocket"],
    ["udp", "Always UDP"],
  ] as const)(
    "#2 of a gateway that is silent over %s, which a person chose, name that choice first",
    async (carrier, name) => {
      const cloud = smallCloud();
      const host = hostOf({ ...cloud, settings: { ...cloud.settings, carrier } });
      await openStats(host);
      act(() => host.emit("tunnels.changed", [tunnel({ state: "silent" })]));
      const { textContent } = await screen.findByRole("region", { name: "The tunnel does not work" });
      expect(textContent).toContain(`You chose “${name}”`);
      expect(textContent).toContain("Choose “Automatic");
      expect(textContent).not.toContain("blocked");
    },
  );

  it("grow old visibly while the link is cut, which the status bar says in their place", async () => {
    const host = hostOf(smallCloud());
    await openStats(host);
    act(() => host.emit("tunnels.changed", [tunnel()]));
    expect(screen.queryByText(/The link to Culvert is cut/)).toBeNull();
    act(() => host.setLink("lost"));
    expect(await screen.findByText(/The link to Culvert is cut: these figures are \d+ s old\./)).toBeTruthy();
    expect((await screen.findByRole("alert")).textContent).toContain("The connection to Culvert was lost.");
    expect(screen.queryByRole("status", { name: "Tunnel" })).toBeNull();
    expect(await button("Network stats")).toBeTruthy();
    act(() => host.setLink("open"));
    expect(await bar()).toBeTruthy();
    expect(screen.queryByRole("alert")).toBeNull();
  });
});

describe("what passed outside of the tunnel", () => {
  it("stands beside what was dropped, also the datagrams that were not authentic", async () => {
    const cloud = smallCloud();
    const wire = { datagramsIn: 12_345, datagramsOut: 811, receiveErrors: 2, refusedBursts: 7 };
    cloud.tunnels = [tunnel({ wire, drops: { unanswerable: 3 } })];
    await openStats(hostOf(cloud));
    fireEvent.click(await tab(/^Peers/));
    const dropped = await screen.findByRole("region", { name: "Dropped packets" });
    expect(within(dropped).getByText("From where no answer can be sent to")).toBeTruthy();
    const outside = screen.getByRole("region", { name: "Datagrams outside of the tunnel" });
    const facts = [...outside.querySelectorAll("dt")].map((name) => [name.textContent, name.nextSibling?.textContent]);
    expect(facts).toEqual([
      ["Received", "12,345"],
      ["Sent", "811"],
      ["Errors told by the system", "2"],
      ["Bursts sent one by one", "7"],
    ]);
  });
});

it("what was dropped is counted in the overview, and leads to its reasons", async () => {
  const cloud = smallCloud();
  cloud.tunnels = [tunnel({ drops: {} })];
  const host = hostOf(cloud);
  await openStats(host);
  const figure = async () => (await screen.findByText("Dropped")).closest("div");
  expect((await figure())?.textContent).toBe("Dropped0");
  act(() => host.emit("tunnels.changed", [tunnel({ drops: { unanswerable: 3, "no-route": 1201 } })]));
  expect((await figure())?.textContent).toBe("Dropped1,204 for 2 reasons");
  fireEvent.click(await button("1,204 for 2 reasons"));
  const reasons = await screen.findByRole("region", { name: "Dropped packets" });
  expect((await tab(/^Peers/)).getAttribute("aria-selected")).toBe("true");
  await waitFor(() => expect(document.activeElement).toBe(reasons));
  expect(within(reasons).getByText("1,201")).toBeTruthy();
});

it("figures read from left to right with their units in a page that goes the other way", async () => {
  const cloud = smallCloud();
  cloud.tunnels = [tunnel({ rttMs: 0.7, connections: [connection({ rttMs: 0.7 })] })];
  await openStats(hostOf(cloud));
  const roundTrips = async (): Promise<(string | null | undefined)[]> => {
    // In the bar, and in what was opened.
    await waitFor(() => expect(screen.getAllByText("0.7 ms").length).toBeGreaterThan(1));
    return screen.getAllByText("0.7 ms").map((one) => one.closest("bdi")?.getAttribute("dir"));
  };
  expect(
    within(await bar())
      .getByText("0.7 ms")
      .closest("bdi")?.dir,
  ).toBe("ltr");
  for (const name of [/^Overview/, /^Connections/]) {
    fireEvent.click(await tab(name));
    expect(new Set(await roundTrips())).toEqual(new Set(["ltr"]));
  }
  fireEvent.click(await tab(/^Peers/));
  const handed = await screen.findByText("1.3 MB / 84.1 kB");
  expect(handed.closest("bdi")?.dir).toBe("ltr");
});
