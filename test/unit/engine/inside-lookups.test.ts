// The bound on names asked for at once, of a server that says nothing: on a clock that stands still, without a tunnel.
import { expect, test } from "vitest";
import { asCulvertError } from "../../../electron/base/errors.ts";
import { Inside } from "../../../electron/engine/inside.ts";
import { LIMITS } from "../../../shared/limits.ts";
import { DnsWorld } from "../../support/netstack-dns.ts";
import { ip } from "../../support/netstack-pair.ts";

test("names that are resolved at once are bounded: one more is refused at once, and one that is given up makes room", async () => {
  const { pair, client } = new DnsWorld(() => undefined);
  const inside = new Inside({
    spec: {
      id: "test",
      accountId: "test",
      orgSlug: "test",
      network: null,
      region: null,
      privateKey: new Uint8Array(32),
      addresses: [ip("fd00::a")],
      dns: [ip("fd00::b")],
      searchDomains: [],
      mtu: 1420,
      peers: [],
    },
    clock: pair.clock,
    stack: pair.a,
    dns: client,
    wake: () => undefined,
  });
  const outcomes: string[] = [];
  const resolve = async (name: string): Promise<AbortController> => {
    const giveUp = new AbortController();
    void inside.resolve(name, giveUp.signal).then(
      ([address]) => outcomes.push(address!.text),
      (error: unknown) => outcomes.push(asCulvertError(error).code),
    );
    await new Promise(setImmediate);
    return giveUp;
  };
  const first = await resolve("app-0.internal");
  for (let i = 1; i < LIMITS.lookups; i++) await resolve(`app-${i}.internal`);
  expect(outcomes).toEqual([]);
  await resolve("one-more.internal");
  // A dig takes its place among them; an address needs none.
  await expect(inside.dig("one-more.internal", "TXT", new AbortController().signal)).rejects.toMatchObject({
    code: "too-many-lookups",
  });
  await resolve("[fd00::7]");
  expect(outcomes.splice(0)).toEqual(["too-many-lookups", "fd00::7"]);
  first.abort();
  await new Promise(setImmediate);
  await resolve("in-its-place.internal");
  await resolve("and-one-more.internal");
  expect(outcomes.splice(0)).toEqual(["cancelled", "too-many-lookups"]);
  // Whatever waits ends with the tunnel.
  inside.dispose();
  await new Promise(setImmediate);
  expect(outcomes).toEqual(Array.from({ length: LIMITS.lookups }, () => "cancelled"));
});
