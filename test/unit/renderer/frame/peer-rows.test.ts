import { describe, expect, it } from "vitest";
import { type PeerPlace, placeOf, rowsOf, shownRows } from "../../../../renderer/features/peers/peer-rows.ts";
import { DEMO, OFFICE, org, PLATFORM, peer, tunnel } from "../../../support/renderer-fixtures.ts";

const PLACE: PeerPlace = placeOf(DEMO, org("harbor", "Harbor Lights"), false);
const names = (rows: readonly { peer: { name: string } }[]) => rows.map((row) => row.peer.name);

describe("peers", () => {
  const peers = [peer("zebra", "ams"), peer("peer-10", "fra"), peer("peer-9", "nrt"), peer("mine", "ord", true)];
  const rows = rowsOf(PLACE, peers, []);

  it("stand by name with numbers in order, this computer's first", () => {
    expect(names(shownRows(rows, "", { by: "name", down: false }))).toEqual(["mine", "peer-9", "peer-10", "zebra"]);
    expect(names(shownRows(rows, "", { by: "name", down: true }))).toEqual(["mine", "zebra", "peer-10", "peer-9"]);
  });

  it("are sorted by any column", () => {
    expect(names(shownRows(rows, "", { by: "region", down: false }))).toEqual(["zebra", "peer-10", "peer-9", "mine"]);
  });

  it("are found by all words, in names, regions, addresses and keys", () => {
    expect(names(shownRows(rows, "PEER fra", { by: "name", down: false }))).toEqual(["peer-10"]);
    expect(shownRows(rows, "peer ord-nowhere", { by: "name", down: false })).toEqual([]);
  });

  it("have a tunnel only where this computer uses them: of their account, organization and network", () => {
    const own = { ...peer("mine", "ams", true), network: "blue" };
    const others = [tunnel({ network: null }), tunnel({ network: "blue", orgSlug: "else" })];
    expect(rowsOf(PLACE, [own], others)[0]?.tunnel).toBeUndefined();
    const right = tunnel({ network: "blue", accountId: DEMO.id, orgSlug: "harbor" });
    expect(rowsOf(PLACE, [own, peer("other", "ams")], [...others, right]).map((row) => row.tunnel)).toEqual([
      right,
      undefined,
    ]);
  });

  it("say whose organization it is only when there are several accounts, and are fixed in a configuration", () => {
    expect(placeOf(PLATFORM, org("x", "X"), true).label).toBe(`${PLATFORM.label} · X`);
    expect(placeOf(OFFICE, org("office", "Office", "config"), true)).toMatchObject({ label: "Office", fixed: true });
  });
});
