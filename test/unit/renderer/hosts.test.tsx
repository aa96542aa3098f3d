// @vitest-environment happy-dom
import { fireEvent, screen, within } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import type { ErrorInfo } from "../../../shared/errors.ts";
import { hostOf, OFFICE, org, smallCloud } from "../../support/renderer-fixtures.ts";
import { ScriptedError } from "../../support/renderer-scripted-host.ts";
import { closeWindow, openWindow } from "../../support/renderer-window.tsx";

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
