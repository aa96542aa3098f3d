// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { inOrderOfUse, sshCommand, startCommand, wishOf } from "../../../../renderer/features/apps/open-app.ts";
import { withUse } from "../../../../renderer/features/frame/use-remember-use.ts";
import { LIMITS } from "../../../../shared/limits.ts";
import { machine } from "../../../support/renderer-fixtures.ts";

const request = { accountId: "demo", orgSlug: "harbor", appName: "web", machine: null };
const used = (machineId: string) => [{ app: "demo/harbor/web", machineId, at: 1 }];
const AMS = machine("m-ams", "ams");
const FRA = machine("m-fra", "fra");
const OFF = machine("m-off", "nrt", "stopped");

describe("a click on an app", () => {
  it("opens on the machine whose shell was opened last", () => {
    expect(wishOf(request, [AMS, FRA], used("m-fra"))).toEqual({
      kind: "open",
      request: { ...request, machine: { id: "m-fra", name: "m-fra", region: "fra" } },
    });
  });

  it("leaves the choice to the host when none was used, is known, or is left", () => {
    const left = { kind: "open", request };
    expect(wishOf(request, [AMS, FRA], [])).toEqual(left);
    expect(wishOf(request, undefined, used("m-fra"))).toEqual(left);
    expect(wishOf(request, [AMS], used("m-gone"))).toEqual(left);
  });

  it("#6 asks when the machine used last is stopped and others run, and never takes another by itself", () => {
    expect(wishOf(request, [AMS, OFF], used("m-off"))).toEqual({ kind: "ask", lastId: "m-off" });
  });

  it("#6 a machine that was named is the one that is asked for, running or not", () => {
    const named = { ...request, machine: { id: "m-off", name: "m-off", region: "nrt" } };
    expect(wishOf(named, [AMS, OFF], used("m-ams"))).toEqual({ kind: "open", request: named });
  });

  it("lets the host say so when nothing runs", () => {
    expect(wishOf(request, [OFF], used("m-off"))).toEqual({ kind: "open", request });
  });
});

it("the picker has the machine used last first, then those that run", () => {
  const a = machine("a", "zrh");
  expect(inOrderOfUse([OFF, a, AMS, FRA], "m-fra").map(({ id }) => id)).toEqual(["m-fra", "m-ams", "a", "m-off"]);
});

describe("commands to copy", () => {
  it("name the machine and the app", () => {
    expect(sshCommand("web", "m1")).toBe("ssh -o ProxyCommand='culvert nc %h %p' root@m1.vm.web.internal");
    expect(startCommand("web", "m1")).toBe("fly machine start m1 -a web");
  });

  it.each(["a b", "a;b", "$(x)", "-oProxyCommand=x", "a'b", "", "a\nb", "ünicode"])("do not exist for %j", (name) => {
    expect(sshCommand(name, "m1")).toBeUndefined();
    expect(startCommand("web", name)).toBeUndefined();
  });
});

it("of each app the machine used last is remembered, the newest first, and no more than may be kept", () => {
  const target = (appName: string, machineId: string) => ({
    accountId: "demo",
    orgSlug: "harbor",
    appName,
    machineId,
    machineName: machineId,
    region: "ams",
  });
  let recent = withUse([], target("web", "m1"), 1);
  recent = withUse(recent, target("api", "m2"), 2);
  recent = withUse(recent, target("web", "m3"), 3);
  expect(recent.map(({ app, machineId }) => `${app} ${machineId}`)).toEqual([
    "demo/harbor/web m3",
    "demo/harbor/api m2",
  ]);
  for (let i = 0; i < LIMITS.recent + 20; i++) recent = withUse(recent, target(`app-${i}`, "m"), i);
  expect(recent).toHaveLength(LIMITS.recent);
});
