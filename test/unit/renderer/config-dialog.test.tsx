// @vitest-environment happy-dom
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { useWindow } from "../../../renderer/state/window-store.ts";
import { hostOf, machine, OFFICE, org, session, smallCloud } from "../../support/renderer-fixtures.ts";

import { closeWindow, openWindow } from "../../support/renderer-window.tsx";

const TEXT = `[Interface]
PrivateKey = (kept 1)
Address = 10.9.0.2/32

[Peer]
PublicKey = abc
PresharedKey = (kept 2)
AllowedIPs = 10.9.0.0/24
AllowedIPs = 10.8.0.0/24
Endpoint = gw.example:51820
`;

afterEach(closeWindow);

type Faults = { line: number; message: string }[];

async function edit(faultsOf: (text: string) => Faults = () => []) {
  const cloud = smallCloud();
  cloud.accounts = [OFFICE];
  cloud.organizations = { office: [{ ...org("config", "Office network"), kind: "config" }] };
  const host = hostOf(cloud)
    .handle("accounts.readConfig", () => ({ text: TEXT, revision: "1" }))
    .handle("accounts.checkConfig", ({ text }) => ({ faults: faultsOf(text), reconnects: false }));
  openWindow(host);
  await screen.findByRole("toolbar", { name: "Views" });
  act(() => useWindow.setState({ view: "peers" }));
  fireEvent.click(await screen.findByRole("button", { name: "Edit configuration…" }));
  const dialog = within(await screen.findByRole("dialog"));
  await dialog.findByRole("button", { name: "Add peer" });
  const type = (label: string, value: string) => fireEvent.change(dialog.getByLabelText(label), { target: { value } });
  const show = (name: "Form" | "Text") => fireEvent.click(dialog.getByRole("radio", { name }));
  return { host, dialog, type, show };
}

/** Whether the browser would ask before it leaves the page. */
function asksBeforeLeaving(): boolean {
  return !window.dispatchEvent(new Event("beforeunload", { cancelable: true }));
}

describe("#21 the editor of a configuration", () => {
  it("lets the browser ask before the page is left while changes are not saved", async () => {
    const { type } = await edit();
    expect(asksBeforeLeaving()).toBe(false);
    type("MTU", "1400");
    expect(asksBeforeLeaving()).toBe(true);
    type("MTU", "");
    expect(asksBeforeLeaving()).toBe(false);
  });

  it("says of a valid one what it lacks to reach anything, and lets it be saved", async () => {
    const { dialog, type } = await edit();
    type("Endpoint", "");
    await dialog.findByText(/No \[Peer\] with AllowedIPs has an Endpoint/);
    expect(dialog.queryByText("The configuration is whole.")).toBeNull();
    expect(dialog.getByRole("button", { name: "Save changes" }).hasAttribute("disabled")).toBe(false);
  });

  it("says that nothing is wrong only while nothing is: not beside a save that did not arrive", async () => {
    const { host, dialog, type } = await edit();
    host.handle("accounts.changeConfig", () => new Promise(() => undefined));
    type("MTU", "1400");
    await dialog.findByText("The configuration is whole.");
    fireEvent.click(dialog.getByRole("button", { name: "Save changes" }));
    await waitFor(() => expect(host.asked("accounts.changeConfig")).toHaveLength(1));
    act(() => host.setLink("lost"));
    await dialog.findByText(/copy the text before it is closed/);
    expect(dialog.queryByText("The configuration is whole.")).toBeNull();
    // The window's own banner is out of reach behind the dialog.
    await dialog.findByText("The connection to Culvert was lost.");
    expect(dialog.getByLabelText("MTU")).toHaveProperty("value", "1400");
  });

  it("says that an empty text is empty, and gives this computer back with its key", async () => {
    const { dialog, type, show } = await edit();
    show("Text");
    type("Configuration", "");
    expect(dialog.getByText("The configuration is empty.")).toBeTruthy();
    show("Form");
    fireEvent.click(dialog.getByRole("button", { name: "Add this computer" }));
    expect(within(dialog.getByRole("region", { name: "This computer" })).getByText("Kept, not shown")).toBeTruthy();
    expect(document.activeElement?.getAttribute("aria-label")).toBe("This computer");
    expect(dialog.queryByRole("button", { name: "Add this computer" })).toBeNull();
    show("Text");
    expect(dialog.getByLabelText("Configuration")).toHaveProperty("value", "[Interface]\nPrivateKey = (kept 1)\n");
  });

  it("takes only its own placeholders for kept keys", async () => {
    const { dialog, type, show } = await edit((text) =>
      text.includes("(kept 9)") ? [{ line: 2, message: "(kept 9) names no kept key" }] : [],
    );
    expect(dialog.getAllByText("Kept, not shown")).toHaveLength(2);
    show("Text");
    type("Configuration", TEXT.replace("(kept 1)", "(kept 9)"));
    show("Form");
    expect(dialog.getAllByText("Kept, not shown")).toHaveLength(1);
    expect(dialog.getByLabelText("PrivateKey")).toHaveProperty("value", "(kept 9)");
    await dialog.findByRole("button", { name: "Line 2 (kept 9) names no kept key" });
  });

  it("goes to the key of a peer that is added, asks for it, and keeps the focus when a peer is removed", async () => {
    const { dialog } = await edit((text) =>
      /PublicKey = \n/.test(text) ? [{ line: 12, message: "PublicKey is still to be given" }] : [],
    );
    fireEvent.click(dialog.getByRole("button", { name: "Add peer" }));
    const added = within(dialog.getByRole("region", { name: "Peer 2" }));
    const key = added.getByLabelText("PublicKey");
    expect(document.activeElement).toBe(key);
    await dialog.findByRole("button", { name: /PublicKey is still to be given/ });
    expect(added.getByText("Give the peer's public key.")).toBeTruthy();
    expect(key.getAttribute("aria-invalid")).not.toBe("true");
    fireEvent.click(dialog.getByRole("button", { name: "Remove peer 1" }));
    expect(document.activeElement).toBe(dialog.getByRole("region", { name: "Peer 1" }));
    fireEvent.click(dialog.getByRole("button", { name: "Remove peer 1" }));
    expect(document.activeElement).toBe(dialog.getByRole("button", { name: "Add peer" }));
  });
});

it("#21 the peers of a configuration have no region and no organization, and reach what their addresses are", async () => {
  const { dialog } = await edit();
  fireEvent.click(dialog.getByRole("button", { name: "Cancel" }));
  const heads = await screen.findAllByRole("columnheader");
  expect(heads.map((head) => head.textContent)).toEqual(["Name", "Reaches"]);
  expect(screen.getByText(/An imported configuration names its peers itself/)).toBeTruthy();
  expect(screen.queryByText(/Old ones can be removed here/)).toBeNull();
});

describe("importing", () => {
  it("two clicks before the window is drawn again import once, and a name that is taken is said", async () => {
    const cloud = smallCloud();
    cloud.accounts = [OFFICE];
    let release: () => void = () => undefined;
    const host = hostOf(cloud).handle(
      "accounts.importConfig",
      () =>
        new Promise((resolve) => {
          release = () => resolve({ ...OFFICE, id: "second" });
        }),
    );
    openWindow(host);
    await screen.findByRole("toolbar", { name: "Views" });
    act(() => useWindow.setState({ overlay: { kind: "import", text: TEXT, label: "Office\u202E network" } }));
    const dialog = within(await screen.findByRole("dialog"));
    expect(await dialog.findByText("Another imported network has this name.")).toBeTruthy();
    expect(await dialog.findByText(/The configuration is whole/)).toBeTruthy();
    const submit = dialog.getByRole("button", { name: "Import configuration" });
    await waitFor(() => expect(submit.hasAttribute("disabled")).toBe(false));
    act(() => {
      submit.click();
      submit.click();
    });
    await waitFor(() => expect(host.asked("accounts.importConfig")).toEqual([{ label: "Office network", text: TEXT }]));
    release();
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(host.asked("accounts.importConfig")).toHaveLength(1);
  });

  it("can be tried again after it failed", async () => {
    const host = hostOf({ ...smallCloud(), accounts: [OFFICE] });
    openWindow(host);
    await screen.findByRole("toolbar", { name: "Views" });
    act(() => useWindow.setState({ overlay: { kind: "import", text: TEXT } }));
    const dialog = within(await screen.findByRole("dialog"));
    const submit = dialog.getByRole("button", { name: "Import configuration" });
    await waitFor(() => expect(submit.hasAttribute("disabled")).toBe(false));
    for (const times of [1, 2]) {
      fireEvent.click(submit);
      await waitFor(() => expect(host.asked("accounts.importConfig")).toHaveLength(times));
      await dialog.findByRole("alert");
      await waitFor(() => expect(submit.hasAttribute("data-disabled")).toBe(false));
    }
  });
});

it("#16 the browser asks before the page is left while a shell is open, and only then", async () => {
  const cloud = smallCloud();
  const shell = session("s1", "web", machine("m-web-1", "ams"));
  cloud.sessions = [shell];
  const host = hostOf(cloud).handle("sessions.attach", () => ({ channel: 1 }));
  openWindow(host);
  await waitFor(() => expect(asksBeforeLeaving()).toBe(true));
  act(() => host.emit("session.changed", { ...shell, state: "ended" }));
  await waitFor(() => expect(asksBeforeLeaving()).toBe(false));
});
