// @vitest-environment happy-dom
import { act, fireEvent, screen } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { useWindow } from "../../../renderer/state/window-store.ts";
import type { Peer } from "../../../shared/models.ts";
import { app, hostOf, peer, smallCloud } from "../../support/renderer-fixtures.ts";
import { closeWindow, openWindow } from "../../support/renderer-window.tsx";

afterEach(closeWindow);

async function details(own: Peer) {
  const cloud = smallCloud();
  cloud.peers = [own];
  cloud.apps["harbor"]?.push({ ...app("vault", "harbor"), network: "restricted" });
  openWindow(hostOf(cloud));
  await screen.findByRole("treeitem", { name: /vault/ });
  act(() => useWindow.setState({ view: "peers" }));
  fireEvent.click(await screen.findByRole("button", { name: "ada-laptop" }));
  await screen.findByRole("region", { name: "Details of ada-laptop" });
}

it("a peer on another network has no new key: it would be made for the organization's own", async () => {
  await details({ ...peer("ada-laptop", "ams", true), network: "restricted" });
  expect(screen.queryByRole("button", { name: "Rotate key…" })).toBeNull();
});
