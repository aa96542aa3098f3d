import { describe, expect, test } from "vitest";
import { type IpAddress, ipFromBytes, parseIp } from "../../../electron/base/ip-address.ts";
import { answerDns } from "../../../electron/demo/dns-answers.ts";
import { createWorld } from "../../../electron/demo/world.ts";
import { txtText } from "../../../electron/netstack/dns/message.ts";
import { reverseName } from "../../../electron/netstack/dns/names.ts";

const world = createWorld(new Uint8Array(32).fill(1));
const network = world.networkNamed("northwind-labs", null)!;
const restricted = world.networkNamed("northwind-labs", "restricted")!;
const personal = world.networkNamed("personal", null)!;
const api = world.machinesOf("api");

function ask(name: string, type: "AAAA" | "TXT" | "A" = "AAAA", from = network, region = "ams") {
  const { rcode, records } = answerDns({ world, network: from, region }, name, type);
  const values = records.map((record) => {
    if (record.type === "TXT") return txtText(record);
    return record.type === "AAAA" ? record.address.text : "?";
  });
  return { rcode, values, ttls: [...new Set(records.map((record) => record.ttl))] };
}

function addresses(machines: typeof api): string[] {
  return machines.map((machine) => machine.address.text);
}

describe("addresses", () => {
  test.each(["api.internal", "global.api.internal"])("%s: all started machines, TTL 5", (name) => {
    expect(ask(name)).toEqual({ rcode: "NOERROR", values: addresses(api), ttls: [5] });
  });

  test("a region, a machine, a process group, a metadata match", () => {
    const inAms = api.filter(({ region }) => region === "ams");
    expect(ask("ams.api.internal").values).toEqual(addresses(inAms));
    expect(ask(`${api[2]!.id}.vm.api.internal`).values).toEqual(addresses([api[2]!]));
    const replicas = world.machinesOf("postgres").filter(({ processGroup }) => processGroup === "replica");
    expect(ask("replica.process.postgres.internal").values).toEqual(addresses(replicas));
    expect(ask("replica.fly_process_group.kv._metadata.postgres.internal").values).toEqual(addresses(replicas));
  });

  test("the nearest ones depend on who asks", () => {
    const near = (region: string) => ask("top1.nearest.of.api.internal", "AAAA", network, region).values;
    expect(near("syd")).toEqual(addresses(api.filter(({ region }) => region === "syd")));
    expect(near("ord")).toEqual(addresses(api.filter(({ region }) => region === "ord")));
    expect(ask("top99.nearest.of.api.internal").values).toHaveLength(api.length);
    expect(ask("top0.nearest.of.api.internal").values).toEqual([]);
  });

  test("_api.internal is the DNS server's own address", () => {
    expect(ask("_api.internal").values).toEqual([network.dns.text]);
  });

  test("a stopped machine has a name and no address", () => {
    const stopped = world.machinesOf("cron")[0]!;
    expect(ask("cron.internal")).toMatchObject({ rcode: "NOERROR", values: [] });
    expect(ask(`${stopped.id}.vm.cron.internal`)).toMatchObject({ rcode: "NOERROR", values: [] });
  });

  test("a peer by its name, however it was written", () => {
    const peer = world.addPeer({
      orgSlug: "northwind-labs",
      name: "Laptop",
      publicKey: new Uint8Array(32).fill(3),
    });
    if ("refused" in peer) throw new Error(peer.refused);
    expect(ask("laptop._peer.internal").values).toEqual([peer.address.text]);
    expect(ask("_peer.internal", "TXT").values).toEqual(["Laptop"]);
    expect(ask("laptop._peer.internal", "AAAA", restricted).rcode).toBe("NXDOMAIN");
  });
});

describe("names of addresses", () => {
  const nameOf = (address: IpAddress, from = network) => {
    const { rcode, records } = answerDns({ world, network: from, region: "ams" }, reverseName(address), "PTR");
    return [rcode, ...records.map((record) => (record.type === "PTR" ? record.target : record.type))];
  };

  test("a machine, a peer and the DNS server have the names that lead to them", () => {
    const peer = world.addPeer({ orgSlug: "northwind-labs", name: "Desk", publicKey: new Uint8Array(32).fill(4) });
    if ("refused" in peer) throw new Error(peer.refused);
    for (const address of [api[0]!.address, peer.address, network.dns]) {
      const [rcode, name = ""] = nameOf(address);
      expect(rcode).toBe("NOERROR");
      expect(ask(name).values).toEqual([address.text]);
    }
    expect(nameOf(api[0]!.address)[1]).toBe(`${api[0]!.id}.vm.api.internal`);
  });

  test("nobody's address has none, and other networks' are not for this server to tell", () => {
    const nobody = network.dns.bytes.with(15, 0xee);
    expect(nameOf(ipFromBytes(nobody))).toEqual(["NXDOMAIN"]);
    expect(nameOf(api[0]!.address, restricted)).toEqual(["REFUSED"]);
    expect(nameOf(parseIp("192.0.2.1")!)).toEqual(["REFUSED"]);
    expect(ask(reverseName(api[0]!.address))).toMatchObject({ rcode: "NOERROR", values: [] });
  });
});

describe("texts", () => {
  test("regions and machines, started and all", () => {
    expect(ask("regions.api.internal", "TXT").values).toEqual(["ams,ord,syd"]);
    expect(ask("vms.cron.internal", "TXT").values).toEqual([""]);
    const cron = world.machinesOf("cron");
    expect(ask("all.vms.cron.internal", "TXT").values).toEqual([
      cron.map(({ id, region }) => `${id} ${region}`).join(","),
    ]);
    expect(ask("all.regions.cron.internal", "TXT").values).toEqual(["ams,ord"]);
  });

  test("_apps lists this network's apps only", () => {
    expect(ask("_apps.internal", "TXT").values[0]!.split(",")).toContain("web");
    expect(ask("_apps.internal", "TXT").values[0]!.split(",")).not.toContain("vault");
    expect(ask("_apps.internal", "TXT", restricted).values).toEqual(["vault"]);
  });

  test("_instances is longer than one string and still whole", () => {
    const [text = ""] = ask("_instances.internal", "TXT").values;
    expect(text.length).toBeGreaterThan(255);
    const first = `instance=${api[0]!.id},app=api,ip=${api[0]!.address.text},region=${api[0]!.region}`;
    expect(text.split(";")).toContain(first);
    expect(ask("all._instances.internal", "TXT").values[0]!.split(";").length).toBeGreaterThan(text.split(";").length);
  });
});

describe("what is not there", () => {
  test.each([
    "nosuch.internal",
    "x.y.api.internal",
    "moon.api.internal",
    "0000000000000.vm.api.internal",
    "internal",
    "_nosuch.internal",
    "a._api.internal",
    "..internal",
    "api.flycast",
  ])("%s: NXDOMAIN", (name) => {
    expect(ask(name)).toMatchObject({ rcode: "NXDOMAIN", values: [] });
  });

  test("another network's app", () => {
    expect(ask("vault.internal").rcode).toBe("NXDOMAIN");
    expect(ask("notes.internal").rcode).toBe("NXDOMAIN");
    expect(ask("notes.internal", "AAAA", personal).rcode).toBe("NOERROR");
    expect(ask("api.internal", "AAAA", personal).rcode).toBe("NXDOMAIN");
  });

  test("a name of the internet is refused", () => {
    expect(ask("example.com").rcode).toBe("REFUSED");
  });

  test("an existing name of another type is empty, not missing", () => {
    expect(ask("api.internal", "A")).toMatchObject({ rcode: "NOERROR", values: [] });
    expect(ask("api.internal", "TXT")).toMatchObject({ rcode: "NOERROR", values: [] });
    expect(answerDns({ world, network, region: "ams" }, "api.internal", undefined).rcode).toBe("NOERROR");
  });
});
