import { describe, expect, it } from "vitest";
import { type DeepLink, formatDeepLink, parseDeepLink, parseLinkFragment } from "../../../shared/deep-link.ts";

const app = (orgSlug: string, appName: string, machine: string | null = null): DeepLink => ({
  kind: "app",
  orgSlug,
  appName,
  machine,
});

describe("a deep link", () => {
  it.each([
    ["culvert://app/harbor/web", app("harbor", "web")],
    ["CULVERT://app/harbor/web", app("harbor", "web")],
    ["culvert://app/harbor/web/6e82dd11c26e18", app("harbor", "web", "6e82dd11c26e18")],
    ["culvert://app/harbor/caf%C3%A9", app("harbor", "café")],
    ["culvert://app/harbor/my%20host", app("harbor", "my host")],
    ["culvert://import", { kind: "import" }],
    ["culvert://import/", { kind: "import" }],
  ])("%s is read", (text, link) => {
    expect(parseDeepLink(text)).toEqual(link);
  });

  it.each([
    "",
    "culvert:",
    "culvert://",
    "culvert:app/harbor/web",
    "ssh://app/harbor/web",
    "https://app/harbor/web",
    "culvert://APP/harbor/web",
    "culvert://run/harbor/web",
    "culvert://app",
    "culvert://app/harbor",
    "culvert://app/harbor/",
    "culvert://app//web",
    "culvert://app/harbor/web/",
    "culvert://app/harbor/web/m/more",
    "culvert://app/harbor/web?command=rm",
    "culvert://app/harbor/web#x",
    "culvert://app/harbor/web%3Fcommand",
    "culvert://app:22/harbor/web",
    "culvert://user@app/harbor/web",
    "culvert://app/harbor/..",
    "culvert://app/harbor/%2e%2e",
    "culvert://app/harbor/a%2Fb",
    "culvert://app/harbor/a%5Cb",
    "culvert://app/harbor/-oProxyCommand",
    "culvert://app/harbor/%",
    "culvert://app/harbor/%zz",
    "culvert://app/harbor/%C3",
    "culvert://app/harbor/a%0Ab",
    "culvert://app/harbor/a%00b",
    "culvert://app/harbor/a\u202eb",
    "culvert://app/harbor/a b",
    "culvert://import/x",
    "culvert://import?x",
    ` culvert://app/harbor/web`,
    `culvert://app/harbor/${"a".repeat(101)}`,
    `culvert://app/harbor/${"%61".repeat(400)}`,
  ])("%j is refused", (text) => {
    expect(parseDeepLink(text)).toBeUndefined();
  });

  it("stands in the address of the browser edition in the same form", () => {
    expect(parseLinkFragment("#/app/harbor/web/m1")).toEqual(app("harbor", "web", "m1"));
    expect(parseLinkFragment("#/import")).toEqual({ kind: "import" });
    for (const hash of ["", "#", "#k=abc", "#app/harbor/web", "#/app/harbor", "#/culvert://import"]) {
      expect(parseLinkFragment(hash), hash).toBeUndefined();
    }
  });

  it("is written as it is read", () => {
    for (const link of [app("a b", "c:d"), app("harbor", "web", "m-1"), { kind: "import" } as const]) {
      expect(parseDeepLink(formatDeepLink(link))).toEqual(link);
    }
  });
});
