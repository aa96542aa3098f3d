// @vitest-environment happy-dom
import { screen } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { DEMO, hostOf, machine, OFFICE, session, smallCloud } from "../../support/renderer-fixtures.ts";
import { closeWindow, openWindow } from "../../support/renderer-window.tsx";

afterEach(() => closeWindow());

function refused(account: typeof DEMO, detail: string): void {
  const made = session("s1", "web", machine("m-web-1", "ams"), {
    state: "failed",
    readyMs: null,
    error: { code: "ssh-auth-failed", detail },
  });
  const cloud = { ...smallCloud(), accounts: [account] };
  cloud.sessions = [{ ...made, target: { ...made.target, accountId: account.id } }];
  openWindow(hostOf(cloud).handle("sessions.attach", () => ({ channel: 1 })));
}

it("a login that a host of an imported network refused is told of without a certificate", async () => {
  refused(OFFICE, "user root, password");
  expect(await screen.findByText(/The user name or the password is wrong/, {}, { timeout: 5_000 })).toBeTruthy();
  expect(screen.getByText(/remove the host and add it again/)).toBeTruthy();
  expect(screen.queryByText(/certificate is/)).toBeNull();
});

it("one that a platform's machine refused is told of without a password", async () => {
  refused(DEMO, 'user root, certificate "x"');
  expect(await screen.findByText(/The certificate is not valid for this machine/, {}, { timeout: 5_000 })).toBeTruthy();
  expect(screen.queryByText(/password is/)).toBeNull();
});
