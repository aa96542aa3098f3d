// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from "vitest";
import { Bridge } from "../../../renderer/bridge/bridge.ts";
import { retryPane, showRestored } from "../../../renderer/state/shell-actions.ts";
import {
  addTab,
  NO_SHELLS,
  type Pane,
  putSession,
  type ShellRequest,
  useShells,
} from "../../../renderer/state/shell-store.ts";
import { hostOf, machine, session, smallCloud } from "../../support/renderer-fixtures.ts";
import { ScriptedError } from "../../support/renderer-scripted-host.ts";

/** What a person does with a shell while the window has lost the host. */

const WEB: ShellRequest = { accountId: "demo", orgSlug: "harbor", appName: "web", machine: null };
const AMS = machine("m-web-1", "ams");
const panes = (): Pane[] => [...useShells.getState().panes.values()];
const AMS_PLACE = { id: "m-web-1", name: AMS.name, region: "ams" };
const ENDED = session("s1", "web", AMS, { state: "ended", exit: { code: 0, signal: null } });
const ENDED_PANE: Pane = { key: "p1", request: WEB, kind: "session", sessionId: "s1" };

beforeEach(() => {
  useShells.setState(NO_SHELLS);
  sessionStorage.clear();
});

describe("connecting again", () => {
  it("E2 leaves the pane as it is while the link is lost: its text stays, and no message of then stays behind", async () => {
    const host = hostOf(smallCloud()).handle("sessions.reopen", () => session("s1", "web", AMS));
    const bridge = new Bridge(host.link);
    addTab(ENDED_PANE);
    putSession(ENDED);
    host.setLink("lost");
    await retryPane(bridge, ENDED_PANE);
    expect(panes()).toEqual([ENDED_PANE]);
    host.setLink("open");
    await retryPane(bridge, ENDED_PANE);
    expect(panes()).toEqual([ENDED_PANE]);
    expect(useShells.getState().sessions.get("s1")?.state).toBe("open");
  });

  it("E2 is refused with the machine that the shell was on, which a later try asks for (#6)", async () => {
    const host = hostOf(smallCloud()).handle("sessions.reopen", () => {
      throw new ScriptedError({ code: "not-found", detail: "shell s1" });
    });
    addTab(ENDED_PANE);
    putSession(ENDED);
    await retryPane(new Bridge(host.link), ENDED_PANE);
    expect(panes()).toMatchObject([{ kind: "refused", error: { code: "not-found" }, request: { machine: AMS_PLACE } }]);
  });

  it("a shell of an earlier run waits for the link: it is restored once that is back", async () => {
    const host = hostOf(smallCloud()).handle("sessions.restore", () => ENDED);
    const bridge = new Bridge(host.link);
    const kept = { key: "p1", request: WEB, kind: "restored", sessionId: "s1", lost: false } as const;
    addTab(kept);
    host.setLink("lost");
    await showRestored(bridge, kept);
    expect(panes()).toEqual([kept]);
    host.setLink("open");
    await showRestored(bridge, kept);
    expect(panes()).toEqual([ENDED_PANE]);
  });
});
