// @vitest-environment happy-dom
import { act, fireEvent, screen } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { useWindow } from "../../../renderer/state/window-store.ts";
import type { Peer } from "../../../shared/models.ts";
import { app, hostOf, machine, peer, session, smallCloud } from "../../support/renderer-fixtures.ts";
import type { ScriptedHost } from "../../support/renderer-scripted-host.ts";
import { closeWindow, openWindow } from "../../support/renderer-window.tsx";

afterEach(closeWindow);

async function details(own: Peer): Promise<ScriptedHost> {
  const cloud = smallCloud();
  cloud.peers = [own];
  cloud.apps["harbor"]?.push({ ...app("vault", "harbor"), network: "restricted" });
  const host = hostOf(cloud);
  openWindow(host);
  await screen.findByRole("treeitem", { name: /vault/ });
  act(() => useWindow.setState({ view: "peers" }));
  fireEvent.click(await screen.findByRole("button", { name: "ada-laptop" }));
  await screen.findByRole("region", { name: "Details of ada-laptop" });
  return host;
}

it("a peer on another network has no new key: it would be made for the organization's own", async () => {
  await details({ ...peer("ada-laptop", "ams", true), network: "restricted" });
  expect(screen.queryByRole("button", { name: "Rotate key…" })).toBeNull();
});

it("a new key names the shells that it breaks off: those of the organization's own network that are open", async () => {
  const host = await details(peer("ada-laptop", "ams", true));
  const vm = machine("m1", "ams");
  act(() => {
    for (const one of [
      session("s1", "web", vm, { state: "open" }),
      session("s2", "web", vm, { state: "connecting" }),
      session("s3", "vault", vm, { state: "open" }),
      session("s4", "web", vm, { state: "ended" }),
    ])
      host.emit("session.changed", one);
  });
  fireEvent.click(screen.getByRole("button", { name: "Rotate key…" }));
  await screen.findByText(/^2 open shells/);
});
