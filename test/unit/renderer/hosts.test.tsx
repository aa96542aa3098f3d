// @vitest-environment happy-dom
import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import type { ErrorInfo } from "../../../shared/errors.ts";
import type { ShownHost } from "../../../shared/models.ts";
import { app, hostOf, machine, OFFICE, org, session, smallCloud } from "../../support/renderer-fixtures.ts";
import { ScriptedError } from "../../support/renderer-scripted-host.ts";
import { closeWindow, openWindow, tree } from "../../support/renderer-window.tsx";

const item = (name: string | RegExp) => screen.findByRole("treeitem", { name });

afterEach(() => closeWindow());

function office(): ReturnType<typeof smallCloud> {
  const cloud = { ...smallCloud(), accounts: [OFFICE] };
  cloud.organizations["office"] = [org("office", "Office", "config")];
  cloud.apps["office"] = [{ id: "good", name: "good", orgSlug: "office", status: "unknown", network: null }];
  return cloud;
}

async function filled(values: Readonly<Record<string, string>>) {
  fireEvent.click(await item("Add a host…"));
  const dialog = within(await screen.findByRole("dialog"));
  for (const [label, value] of Object.entries(values))
    fireEvent.change(dialog.getByLabelText(label), { target: { value } });
  return dialog;
}

it("a host of a name that is there is refused at the name's field", async () => {
  openWindow(
    hostOf(office()).handle("hosts.add", () => {
      throw new ScriptedError({ code: "host-exists", detail: "good" });
    }),
  );
  const dialog = await filled({ Name: "good", Host: "10.8.0.4", Password: "pw" });
  fireEvent.click(dialog.getByRole("button", { name: "Add host" }));
  expect(await dialog.findByText("There is already a host called good.")).toBeTruthy();
  expect(dialog.getByLabelText("Name").getAttribute("aria-invalid")).toBe("true");
  expect(dialog.queryByRole("alert")).toBeNull();
});

it("a key that cannot be used and an address outside AllowedIPs are told at their fields", async () => {
  let error: ErrorInfo = { code: "key-invalid", detail: "the key is encrypted and needs its passphrase" };
  openWindow(
    hostOf(office()).handle("hosts.add", () => {
      throw new ScriptedError(error);
    }),
  );
  const dialog = await filled({ Name: "box", Host: "192.0.2.1" });
  fireEvent.click(dialog.getByRole("radio", { name: "Private key" }));
  fireEvent.change(dialog.getByRole("textbox", { name: "Private key" }), { target: { value: "x" } });
  fireEvent.click(dialog.getByRole("button", { name: "Add host" }));
  expect(await dialog.findByText(/cannot be used: the key is encrypted and needs its passphrase/)).toBeTruthy();
  expect(dialog.getByRole("textbox", { name: "Private key" }).getAttribute("aria-invalid")).toBe("true");
  error = { code: "not-allowed" };
  fireEvent.change(dialog.getByRole("textbox", { name: "Private key" }), { target: { value: "y" } });
  fireEvent.click(dialog.getByRole("button", { name: "Add host" }));
  expect(await dialog.findByText(/outside the configuration's AllowedIPs/)).toBeTruthy();
  expect(dialog.getByLabelText("Host").getAttribute("aria-invalid")).toBe("true");
});

const BOX: ShownHost = { name: "good", host: "10.8.0.3", port: 22, user: "root", login: { kind: "password" } };

/** The dialog of the host "good", as it opens with F2 on its row. */
async function edited(kept: ShownHost, change: () => unknown = () => undefined, cloud = office()) {
  const host = hostOf(cloud)
    .handle("hosts.read", () => kept)
    .handle("hosts.change", async ({ host: wanted }) => {
      await change();
      return { ...app(wanted.name, "office", "unknown"), id: wanted.name };
    });
  openWindow(host);
  await screen.findAllByRole("treeitem", { name: /^good/ });
  for (const key of ["End", "ArrowUp", "F2"]) fireEvent.keyDown(await tree(), { key });
  const dialog = within(await screen.findByRole("dialog", { name: "Edit good" }));
  await dialog.findByLabelText("Name");
  const type = (label: string, value: string): void => {
    fireEvent.change(dialog.getByLabelText(label), { target: { value } });
  };
  const save = (): void => {
    fireEvent.click(dialog.getByRole("button", { name: "Save changes" }));
  };
  return { host, dialog, type, save };
}

const gone = () => waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());

it("a host is edited from its row: what is kept stands there, its password does not, and goes along with a new name", async () => {
  const { host, dialog, type, save } = await edited(BOX);
  expect(dialog.getByLabelText<HTMLInputElement>("Host").value).toBe("10.8.0.3");
  const password = dialog.getByLabelText<HTMLInputElement>("Password");
  expect([password.value, password.placeholder]).toEqual(["", "A password is kept"]);
  type("Name", "better");
  save();
  await gone();
  const wanted = { name: "better", host: "10.8.0.3", port: 22, user: "root", login: { kind: "kept" } };
  expect(host.asked("hosts.change")).toEqual([{ accountId: "office", appName: "good", host: wanted }]);
});

it.each([
  ["Host", "10.8.0.9"],
  ["Port", "2222"],
  ["User", "ada"],
])(
  "with another %s the kept password is asked for anew, and says why; back again, it is kept",
  async (label, value) => {
    const { host, dialog, type, save } = await edited(BOX);
    const before = dialog.getByLabelText<HTMLInputElement>(label).value;
    type(label, value);
    expect(dialog.getByRole("status").textContent).toContain("root@10.8.0.3:22 and is sent nowhere else");
    save();
    expect(await dialog.findByText("Give the password.")).toBeTruthy();
    expect(host.asked("hosts.change")).toEqual([]);
    type(label, before);
    expect(dialog.getByRole("status").textContent).toBe("");
    type(label, value);
    type("Password", "new one");
    save();
    await gone();
    expect(host.asked("hosts.change")).toMatchObject([{ host: { login: { kind: "password", password: "new one" } } }]);
  },
);

it("of a kept key its kind and fingerprint are told; a passphrase is asked for with another key only", async () => {
  const login = { kind: "key", type: "ssh-ed25519", fingerprint: "SHA256:abc" } as const;
  const { host, dialog, type, save } = await edited({ ...BOX, login });
  expect(dialog.getByText("Leave it empty to keep that one: ssh-ed25519 SHA256:abc")).toBeTruthy();
  expect(dialog.queryByLabelText("Passphrase")).toBeNull();
  fireEvent.change(dialog.getByRole("textbox", { name: "Private key" }), { target: { value: "another" } });
  type("Passphrase", "open sesame");
  save();
  await gone();
  const wanted = { kind: "key", privateKey: "another", passphrase: "open sesame" };
  expect(host.asked("hosts.change")).toMatchObject([{ host: { login: wanted } }]);
});

it("saved as it was, nothing is asked for; one without a login that could be used wants one", async () => {
  const { host, save } = await edited(BOX);
  save();
  await gone();
  expect(host.asked("hosts.change")).toEqual([]);
  closeWindow();
  const { dialog } = await edited({ ...BOX, login: null });
  expect(dialog.getByRole("status").textContent).toContain("No login that could be used is kept");
});

it.each([
  [{ code: "host-exists", detail: "good" }, "Name", /already a host called better/],
  [{ code: "not-allowed" }, "Host", /outside the configuration's AllowedIPs/],
  [{ code: "login-needed" }, "Password", /No login is kept for this address/],
] as const)(
  "what is refused of an edited host is told at its field and loses nothing: %o",
  async (error, label, words) => {
    const { dialog, type, save } = await edited(BOX, () => {
      throw new ScriptedError(error);
    });
    type("Name", "better");
    type("Password", "new one");
    save();
    expect(await dialog.findByText(words)).toBeTruthy();
    expect(dialog.getByLabelText(label).getAttribute("aria-invalid")).toBe("true");
    await waitFor(() => expect(document.activeElement).toBe(dialog.getByLabelText(label)));
    expect(dialog.getByLabelText<HTMLInputElement>("Name").value).toBe("better");
    expect(dialog.getByLabelText<HTMLInputElement>("Password").value).toBe("new one");
  },
);

it("what is being saved is not cancelled any more; closed meanwhile, its end closes no other dialog", async () => {
  let answer: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (answer = resolve));
  const { dialog, type, save } = await edited(BOX, () => held);
  type("Name", "better");
  const isCancelOff = (): boolean => dialog.getByRole<HTMLButtonElement>("button", { name: "Cancel" }).disabled;
  expect(isCancelOff()).toBe(false);
  save();
  await waitFor(() => expect(isCancelOff()).toBe(true));
  fireEvent.click(dialog.getByRole("button", { name: "Close" }));
  await gone();
  fireEvent.click(await item("Add a host…"));
  await screen.findByRole("dialog", { name: "Add a host" });
  answer();
  await screen.findByText("The host better was changed.");
  expect(screen.getByRole("dialog", { name: "Add a host" })).toBeTruthy();
});

it("open shells of a renamed host go on under its new name; what settings say of it is left to the host", async () => {
  const cloud = office();
  cloud.settings.pins = ["office/office/good"];
  const at = { accountId: "office", orgSlug: "office" };
  const target = { ...at, appName: "good", machineId: "good", machineName: "10.8.0.3", region: "" };
  cloud.sessions = [session("s1", "good", machine("good", ""), { target })];
  const { host, type, save } = await edited(
    BOX,
    () => {
      cloud.apps["office"] = [app("better", "office", "unknown")];
      host.emit("settings.changed", { ...cloud.settings, pins: ["office/office/better"] });
      host.emit("host.renamed", { ...at, appName: "good", name: "better" });
    },
    cloud,
  );
  type("Name", "better");
  save();
  await gone();
  expect((await screen.findAllByRole("treeitem", { name: /^better/ })).length).toBe(2);
  expect(host.asked("settings.set")).toEqual([]);
  expect(screen.getByRole("tab", { name: /better/ })).toBeTruthy();
});

it("#21 an imported network without hosts says so, and a button adds one", async () => {
  const cloud = office();
  cloud.apps["office"] = [];
  openWindow(hostOf(cloud));
  await item("No hosts yet.");
  expect(await screen.findByText("Office network has no hosts yet")).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Add a host…" }));
  await screen.findByRole("dialog", { name: "Add a host" });
});
