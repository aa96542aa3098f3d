// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { networkName, tunnelNames } from "../../../renderer/state/network-names.ts";
import type { Account, Tunnel } from "../../../shared/models.ts";
import { DEMO, OFFICE, PLATFORM, tunnel } from "../../support/renderer-fixtures.ts";

const HOME: Account = { ...OFFICE, id: "home", label: "Home" };
const of = (accountId: string, change: Partial<Tunnel> = {}): Tunnel =>
  tunnel({ id: `t-${accountId}`, accountId, orgSlug: "config", ...change });
const names = (tunnels: readonly Tunnel[], accounts: readonly Account[]): string[] => [
  ...tunnelNames(tunnels, accounts).values(),
];

describe("N7 names of networks", () => {
  it("an imported configuration is called by its label, an organization by its slug", () => {
    expect(networkName({ accountId: "office", orgSlug: "config" }, [DEMO, OFFICE])).toBe("Office network");
    expect(networkName({ accountId: "demo", orgSlug: "config" }, [DEMO, OFFICE])).toBe("config");
    expect(networkName({ accountId: "gone", orgSlug: "harbor" }, [])).toBe("harbor");
    expect(names([of("office"), of("home"), tunnel()], [DEMO, OFFICE, HOME])).toEqual([
      "Office network",
      "Home",
      "harbor",
    ]);
  });

  it("a custom network stands behind its organization", () => {
    expect(names([tunnel(), tunnel({ id: "t2", network: "staging" })], [DEMO])).toEqual(["harbor", "harbor · staging"]);
  });

  it("the same organization of two accounts: the accounts tell them apart", () => {
    const two = [tunnel(), tunnel({ id: "t2", accountId: "fly" })];
    expect(names(two, [DEMO, PLATFORM])).toEqual(["harbor (Demo network)", "harbor (Fly.io)"]);
  });

  it("two files with one label: their gateways, or else this computer's addresses in them", () => {
    const accounts = [OFFICE, { ...HOME, label: OFFICE.label }];
    const b = of("home", { gateway: "10.0.0.2:51820", address: "10.0.0.9" });
    expect(names([of("office"), b], accounts)).toEqual([
      "Office network (127.0.0.1:51820)",
      "Office network (10.0.0.2:51820)",
    ]);
    const c = of("home", { address: "10.0.0.9" });
    expect(names([of("office"), c], accounts)).toEqual([
      "Office network (fdaa:0:1da8:a7b:1::2)",
      "Office network (10.0.0.9)",
    ]);
  });

  it("marks of which only two together tell all apart are both said", () => {
    const at = (id: string, gateway: string, address: string): Tunnel => of("office", { id, gateway, address });
    const three = [at("a", "g1", "1.1.1.1"), at("b", "g1", "2.2.2.2"), at("c", "g2", "1.1.1.1")];
    expect(new Set(names(three, [OFFICE])).size).toBe(3);
  });
});
