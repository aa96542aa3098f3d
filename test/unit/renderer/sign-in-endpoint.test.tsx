// @vitest-environment happy-dom
import { cleanup, fireEvent, screen, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { showOverlay } from "../../../renderer/state/window-store.ts";
import { hostOf, PLATFORM, smallCloud } from "../../support/renderer-fixtures.ts";
import { ScriptedError, type ScriptedHost } from "../../support/renderer-scripted-host.ts";
import { closeWindow, openWindow } from "../../support/renderer-window.tsx";

afterEach(() => {
  cleanup();
  closeWindow();
});

async function dialogWith(host: ScriptedHost, endpoint: string) {
  openWindow(host);
  showOverlay({ kind: "sign-in" });
  const dialog = within(await screen.findByRole("dialog", { name: "Sign in to Fly.io" }));
  fireEvent.change(dialog.getByLabelText("Access token"), { target: { value: "secret" } });
  fireEvent.click(dialog.getByRole("button", { name: "Another endpoint" }));
  const field = await dialog.findByLabelText<HTMLInputElement>("GraphQL endpoint");
  fireEvent.change(field, { target: { value: endpoint } });
  return {
    field,
    submit: () => fireEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Sign in" })),
  };
}

/** What is said at the field, as a screen reader finds it. */
function saidAt(field: HTMLElement): string {
  const ids = field.getAttribute("aria-describedby")?.split(" ") ?? [];
  return ids.map((id) => document.getElementById(id)?.textContent ?? "").join(" ");
}

describe("the endpoint that a token is to be sent to", () => {
  it.each([
    ["localhost:4900/graphql", "Write the whole address", "another platform"],
    ["graphql", "Write the whole address", "another platform"],
    ["ftp://cloud.example/graphql", "Write the whole address", "cloud.example"],
    ["http://cloud.example/graphql", "Use https://", "cloud.example"],
    ["https://ada:secret@cloud.example/graphql", "Leave out the user name and password", "cloud.example"],
  ])("%s is refused at its field, and nothing is sent", async (endpoint, words, platform) => {
    const host = hostOf(smallCloud()).handle("accounts.signIn", () => PLATFORM);
    const { field, submit } = await dialogWith(host, endpoint);
    expect(field.getAttribute("aria-invalid")).not.toBe("true");
    submit();
    await expect.poll(() => saidAt(field)).toContain(words);
    expect(field.getAttribute("aria-invalid")).toBe("true");
    expect(document.activeElement).toBe(field);
    expect(screen.getByRole("dialog", { name: `Sign in to ${platform}` })).toBeTruthy();
    expect(host.asked("accounts.signIn")).toEqual([]);
    fireEvent.change(field, { target: { value: "http://localhost:4900/graphql" } });
    expect(saidAt(field)).not.toContain(words);
    submit();
    await expect
      .poll(() => host.asked("accounts.signIn"))
      .toEqual([{ token: "secret", endpoint: "http://localhost:4900/graphql" }]);
  });

  it("that the host refuses is said at its field, other failures below; both go when something is edited", async () => {
    let code: "endpoint-invalid" | "api-unreachable" = "endpoint-invalid";
    const host = hostOf(smallCloud()).handle("accounts.signIn", () => {
      throw new ScriptedError({ code, detail: "of a newer host" });
    });
    const { field, submit } = await dialogWith(host, "https://cloud.example/graphql");
    submit();
    await expect.poll(() => saidAt(field)).toContain("This is no address that an access token may be sent to.");
    expect(screen.queryByRole("alert")).toBeNull();
    fireEvent.change(field, { target: { value: "https://cloud.example/api" } });
    expect(saidAt(field)).toBe("Leave empty for Fly.io.");
    code = "api-unreachable";
    submit();
    expect((await screen.findByRole("alert")).textContent).toContain("could not be reached");
    fireEvent.change(field, { target: { value: "https://cloud.example/graphql" } });
    expect(screen.queryByRole("alert")).toBeNull();
  });
});
