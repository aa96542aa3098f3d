import { describe, expect, it } from "vitest";
import { LinkInbox, linkIn } from "../../../electron/host/electron/links.ts";
import { hostWorld } from "../../support/host-world.ts";

const LINK = "culvert://app/harbor/web";

describe("links from the system", () => {
  it("are found among a program's arguments, and nothing else is", () => {
    expect(linkIn(["/opt/culvert", "--demo", LINK, "culvert://import"])).toBe(LINK);
    expect(linkIn(["culvert", "culvert://app/harbor/web?x", "https://x.example", ""])).toBeUndefined();
  });

  it("that come before the host wait for it, the newest one", () => {
    const inbox = new LinkInbox();
    const offered: string[] = [];
    inbox.put(undefined);
    inbox.put(LINK);
    inbox.put("culvert://import");
    inbox.openFor((link) => offered.push(link));
    inbox.put(LINK);
    expect(offered).toEqual(["culvert://import", LINK]);
  });

  it("are told to windows and taken once; what is no link is refused", async () => {
    const { host, open, log } = await hostWorld();
    const window = open();
    host.offerLink("culvert://app/harbor/web#k=stolen");
    host.offerLink(LINK);
    expect(window.events("link.offered")).toHaveLength(1);
    expect((await window.request("links.take", {})).ok).toBe(LINK);
    expect((await window.request("links.take", {})).ok).toBeNull();
    expect(JSON.stringify(log)).not.toContain("stolen");
  });

  it("the host says where secrets are kept", async () => {
    const { open } = await hostWorld();
    expect((await open().request("security.report", {})).ok).toMatchObject({ secrets: "file" });
  });
});
