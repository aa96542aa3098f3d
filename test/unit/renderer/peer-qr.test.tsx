// @vitest-environment happy-dom
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { encode } from "uqr";
import { afterEach, describe, expect, it } from "vitest";
import { phoneConfig, qrOf } from "../../../renderer/features/peers/phone-config.ts";
import { useWindow } from "../../../renderer/state/window-store.ts";
import { hostOf, OFFICE, org, smallCloud } from "../../support/renderer-fixtures.ts";
import { closeWindow, openWindow } from "../../support/renderer-window.tsx";

const KEY = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
const TEXT = `# of the office
[Interface]
privatekey=${KEY} # ours
Address = 10.9.0.2/32
PostUp = iptables -A x
FwMark = 7

[Peer]
PublicKey = xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=
AllowedIPs = 10.9.0.0/24
AllowedIPs = 10.8.0.0/24
Endpoint = gw.example:51820
DNS = 1.1.1.1
`;
const SHORT = `[Interface]
PrivateKey = ${KEY}
Address = 10.9.0.2/32
[Peer]
PublicKey = xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=
AllowedIPs = 10.9.0.0/24
AllowedIPs = 10.8.0.0/24
Endpoint = gw.example:51820
`;

afterEach(closeWindow);

async function peersOf(text: () => string | Promise<string>) {
  const cloud = smallCloud();
  cloud.accounts = [OFFICE];
  cloud.organizations = { office: [{ ...org("config", "Office network"), kind: "config" }] };
  const host = hostOf(cloud).handle("accounts.exportConfig", async () => ({ text: await text() }));
  openWindow(host);
  await screen.findByRole("toolbar", { name: "Views" });
  act(() => useWindow.setState({ view: "peers" }));
  fireEvent.click(await screen.findByRole("button", { name: "QR code…" }));
  const question = within(await screen.findByRole("alertdialog"));
  return { host, question };
}

/** The dark modules of a drawing, row by row. */
function modulesOf(svg: HTMLElement): string[] {
  const size = Number(svg.getAttribute("viewBox")?.split(" ")[3]);
  const rows = Array.from({ length: size }, () => Array<string>(size).fill("."));
  const dark = svg.querySelectorAll("path")[1]?.getAttribute("d") ?? "";
  for (const [, x, y, width] of dark.matchAll(/M(\d+) (\d+)h(\d+)v1H\d+z/g))
    rows[Number(y)]?.fill("#", Number(x), Number(x) + Number(width));
  return rows.map((row) => row.join(""));
}

it("a phone gets the keys that its app knows, in their sections, and is told which were left out", () => {
  expect(phoneConfig(TEXT)).toEqual({ text: SHORT, leftOut: ["PostUp", "FwMark", "DNS"] });
});

describe("the QR code of an imported configuration", () => {
  it("is asked first, shows the whole of it with a quiet zone, and leaves nothing behind", async () => {
    const { host, question } = await peersOf(() => TEXT);
    expect(host.asked("accounts.exportConfig")).toEqual([]);
    expect(question.getByText(/Whoever sees the code/)).toBeTruthy();
    fireEvent.click(question.getByRole("button", { name: "Show QR code" }));
    const dialog = within(await screen.findByRole("dialog", { name: /^QR code of / }));
    const wanted = encode(SHORT, { ecc: "L", boostEcc: true, border: 4 }).data;
    const drawn = modulesOf(dialog.getByRole("img", { name: /^QR code of / }));
    expect(drawn).toEqual(wanted.map((row) => row.map((dark) => (dark ? "#" : ".")).join("")));
    expect(drawn.slice(0, 4).join("")).not.toContain("#");
    expect(dialog.getByText(/PostUp, FwMark, DNS/)).toBeTruthy();
    expect(document.body.innerHTML).not.toContain(KEY);
    fireEvent.click(dialog.getAllByRole("button", { name: "Close" })[0]!);
    await waitFor(() => expect(screen.queryByRole("img", { name: /^QR code of / })).toBeNull());
  });

  it("does not come any more once it was cancelled", async () => {
    let answer: (text: string) => void = () => undefined;
    const { host, question } = await peersOf(() => new Promise((resolve) => (answer = resolve)));
    fireEvent.click(question.getByRole("button", { name: "Show QR code" }));
    await waitFor(() => expect(host.asked("accounts.exportConfig")).toHaveLength(1));
    fireEvent.click(question.getByRole("button", { name: "Cancel" }));
    await waitFor(() => expect(screen.queryByRole("alertdialog")).toBeNull());
    answer(TEXT);
    // The next request is answered after that one, and a code that is asked for then is made after the other.
    fireEvent.click(await screen.findByRole("button", { name: "Edit configuration…" }));
    await screen.findByRole("dialog", { name: /^Configuration of / });
    await waitFor(() => expect(host.asked("accounts.readConfig")).toHaveLength(1));
    await act(() => qrOf(SHORT));
    expect(screen.queryByLabelText(/^QR code of /)).toBeNull();
  });

  it("that would be too large says so, and what to do instead", async () => {
    const { question } = await peersOf(() => `${TEXT}${"AllowedIPs = 10.0.0.0/24\n".repeat(120)}`);
    fireEvent.click(question.getByRole("button", { name: "Show QR code" }));
    const dialog = within(await screen.findByRole("dialog", { name: /^QR code of / }));
    expect(dialog.getByText(/too long for a QR code/)).toBeTruthy();
    expect(dialog.queryByRole("img")).toBeNull();
  });
});
