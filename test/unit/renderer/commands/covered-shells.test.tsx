// @vitest-environment happy-dom
import { act, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Bridge } from "../../../../renderer/bridge/bridge.ts";
import { isAvailable, runCommand } from "../../../../renderer/commands/actions.ts";
import type { CommandId } from "../../../../renderer/commands/command-ids.ts";
import type { CommandContext } from "../../../../renderer/commands/context.ts";
import { COMMAND_IDS, COMMANDS } from "../../../../renderer/commands/table.ts";
import { VIEWS } from "../../../../renderer/features/frame/views.ts";
import { openItem } from "../../../../renderer/features/palette/open-item.ts";
import { makeQueryClient } from "../../../../renderer/state/queries.ts";
import { closePane, splitActive } from "../../../../renderer/state/shell-actions.ts";
import { activePane, frontTab, useShells } from "../../../../renderer/state/shell-store.ts";
import { useWindow, type ViewId } from "../../../../renderer/state/window-store.ts";
import { DEFAULT_SETTINGS } from "../../../../shared/settings.ts";
import { hostOf, machine, session, smallCloud } from "../../../support/renderer-fixtures.ts";
import { closeWindow, openWindow } from "../../../support/renderer-window.tsx";

const COVERING = VIEWS.filter(({ Main }) => Main !== undefined).map(({ id }) => id);
const OF_SHELLS = COMMAND_IDS.filter((id) => ["shells", "terminal"].includes(COMMANDS[id].group));

let bridge: Bridge;
let context: CommandContext;

/** Two tabs, a split in the one in front, and a pane that was closed: something for every command to do. */
beforeEach(async () => {
  const cloud = smallCloud();
  cloud.sessions = [session("s1", "web", machine("m-web-1", "ams")), session("s2", "jobs", machine("m-jobs-1", "ams"))];
  let opened = 2;
  let channel = 0;
  const host = hostOf(cloud)
    .handle("sessions.attach", () => {
      channel += 1;
      return { channel };
    })
    .handle("sessions.open", ({ appName }) => {
      opened += 1;
      return session(`s${opened}`, appName, machine("m-web-1", "ams"));
    });
  bridge = openWindow(host);
  context = { bridge, client: makeQueryClient(), settings: () => DEFAULT_SETTINGS, change: () => undefined };
  await screen.findByTestId("terminal");
  await act(() => splitActive(bridge, "right"));
  await act(() => splitActive(bridge, "right"));
  const last = activePane(useShells.getState());
  act(() => {
    if (last !== undefined) closePane(bridge, last);
  });
});

afterEach(() => closeWindow());

const available = (): CommandId[] => OF_SHELLS.filter((id) => isAvailable(id, context));
const show = (view: ViewId): void => act(() => useWindow.setState({ view }));

it.each(COVERING)(
  "no command works on a shell that nobody sees under %s: it brings the shells to the front",
  async (view) => {
    await waitFor(() => expect(available()).toEqual(expect.arrayContaining(["splitRight", "closeShell", "clear"])));
    show(view);
    expect(available()).toEqual(expect.arrayContaining(["reopenClosed", "nextTab", "tab1"]));
    for (const id of available()) {
      show(view);
      await act(async () => runCommand(id, context));
      expect(useWindow.getState().view, id).toBe("apps");
    }

    // The palette finds shells too, one in the tab that is in front, and opens others beside it.
    const tab = frontTab(useShells.getState());
    const pane = { kind: "pane", tabKey: tab?.key ?? "", paneKey: tab?.focused ?? "" } as const;
    const request = { accountId: "demo", orgSlug: "ada", appName: "notes", machine: null };
    for (const item of [pane, { kind: "app", status: "running", request } as const]) {
      show(view);
      await act(async () => openItem(context, { key: item.kind, text: "", title: "", detail: "", ...item }, true));
      expect(useWindow.getState().view, item.kind).toBe("apps");
    }
  },
);

it("stats that cover the shells of a short window cover them for commands too", async () => {
  await waitFor(() => expect(available()).toContain("clear"));
  act(() => useWindow.setState({ short: true, statsOpen: true }));
  expect(available()).not.toContain("splitRight");
  expect(available()).not.toContain("closeShell");
  expect(available()).not.toContain("clear");
  act(() => useWindow.setState({ short: false }));
  expect(available()).toContain("splitRight");
});

it("a copy is offered only of what is selected", async () => {
  await waitFor(() => expect(available()).toContain("selectAll"));
  expect(available()).not.toContain("copy");
  runCommand("selectAll", context);
  expect(available()).toContain("copy");
});
