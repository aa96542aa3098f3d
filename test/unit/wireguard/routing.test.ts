import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type IpPrefix, ipFromBytes, maskAddress, parseIp, prefixContains } from "../../../electron/base/ip-address.ts";
import { AllowedIps } from "../../../electron/wireguard/allowed-ips.ts";
import { seed as runSeed } from "../../support/seed.ts";
import {
  A_INNER,
  B_INNER,
  connect,
  createPair,
  ipv4Packet,
  ipv6Packet,
  prefixOf,
  send,
  TestNet,
  udp,
} from "../../support/wireguard-pair.ts";

function look(routes: AllowedIps<string>, address: string): string | undefined {
  const { version, bytes } = parseIp(address)!;
  return routes.lookup(version, bytes, 0);
}

function table(entries: Record<string, string>): AllowedIps<string> {
  const routes = new AllowedIps<string>();
  for (const [prefix, owner] of Object.entries(entries)) routes.insert(prefixOf(prefix), owner);
  return routes;
}

describe("allowed IPs", () => {
  test("W32 the longest prefix wins, in both families, whatever the order of insertion", () => {
    const entries = {
      "192.168.4.0/24": "a",
      "192.168.4.4": "b",
      "192.168.0.0/16": "c",
      "192.95.5.64/27": "d",
      "0.0.0.0/0": "e",
      "64.15.112.0/20": "f",
      "2607:5300:6006:6b00::/64": "g",
      "2607:5300:6006:6b00::c05f:543": "h",
      "2600::/8": "i",
    };
    for (const routes of [table(entries), table(Object.fromEntries(Object.entries(entries).reverse()))]) {
      const found = [
        "192.168.4.20",
        "192.168.4.4",
        "192.168.200.182",
        "192.95.5.68",
        "192.95.5.96",
        "64.15.123.211",
        "64.15.128.1",
        "2607:5300:6006:6b00::1",
        "2607:5300:6006:6b00::c05f:543",
        "2607:5300:6006:6b01::",
        "2001:db8::1",
      ].map((address) => look(routes, address));
      expect(found).toEqual(["a", "b", "c", "d", "e", "f", "e", "g", "h", "i", undefined]);
    }
  });

  test("W34 a prefix moves to its new owner; removal needs the owner and the exact length", () => {
    const routes = table({ "10.0.0.0/8": "a", "10.1.0.0/16": "b" });
    routes.insert(prefixOf("10.1.0.0/16"), "c");
    expect(look(routes, "10.1.2.3")).toBe("c");
    expect(routes.prefixesOf("b")).toEqual([]);
    expect(routes.remove(prefixOf("10.1.0.0/16"), "b")).toBe(false);
    expect(routes.remove(prefixOf("10.1.0.0/17"), "c")).toBe(false);
    expect(look(routes, "10.1.2.3")).toBe("c");
    expect(routes.remove(prefixOf("10.1.0.0/16"), "c")).toBe(true);
    expect(look(routes, "10.1.2.3")).toBe("a");
    expect(routes.remove(prefixOf("10.0.0.0/8"), "a")).toBe(true);
    expect(look(routes, "10.1.2.3")).toBeUndefined();
  });

  test("W34 a change of one owner looks at its own prefixes, however many others there are", () => {
    const routes = new AllowedIps<string>();
    let looks = 0;
    const counted = (text: string): IpPrefix => {
      const prefix = prefixOf(text);
      return {
        get address() {
          looks++;
          return prefix.address;
        },
        length: prefix.length,
      };
    };
    for (let i = 0; i < 4_000; i++) routes.insert(counted(`10.${i >> 8}.${i & 255}.0/24`), "large");
    looks = 0;
    expect(routes.remove(prefixOf("10.3.7.0/24"), "large")).toBe(true);
    routes.removeOwner("none");
    expect(looks).toBeLessThan(10);
    expect(look(routes, "10.3.7.1")).toBeUndefined();
    expect(look(routes, "10.3.8.1")).toBe("large");
  });

  // As a wg-quick file of 231 KB gives them: what each of the other peers cost the large one took minutes before.
  test("W34 peers without prefixes beside one of 18,000 are configured", () => {
    const { device } = new TestNet().add("many", udp("192.0.2.1", 1));
    const large = Array.from({ length: 18_000 }, (_, i) => prefixOf(`${1 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}.1`));
    for (let i = 0; i < 700; i++) {
      const publicKey = new Uint8Array(32).fill(3);
      new DataView(publicKey.buffer).setUint32(0, i);
      for (let times = 0; times < 2; times++) device.addPeer({ publicKey, allowedIps: i === 0 ? large : [] }, 0);
    }
    expect([...device.peers].map(({ allowedIps }) => allowedIps.length).slice(0, 2)).toEqual([18_000, 0]);
  });

  test("the two families do not mix", () => {
    const routes = table({ "0.0.0.0/0": "four" });
    expect(look(routes, "::")).toBeUndefined();
    expect(look(routes, "::ffff:1.2.3.4")).toBeUndefined();
  });

  test("W32 W34 any sequence of changes agrees with a plain list (random)", () => {
    const seed = runSeed();
    // Few distinct bits, so that prefixes nest and collide.
    const bytes = fc
      .constantFrom(4, 16)
      .chain((n) => fc.array(fc.constantFrom(0, 1, 128, 255), { minLength: n, maxLength: n }));
    const prefix = fc
      .tuple(bytes, fc.nat(128))
      .map(([b, n]): IpPrefix => maskAddress(ipFromBytes(Uint8Array.from(b)), Math.min(n, b.length * 8)));
    const change = fc.tuple(
      fc.constantFrom("insert", "insert", "remove", "removeOwner"),
      prefix,
      fc.constantFrom("x", "y", "z"),
    );
    const property = fc.property(
      fc.array(change, { maxLength: 60 }),
      fc.array(bytes, { maxLength: 20 }),
      (changes, asked) => {
        const routes = new AllowedIps<string>();
        let list: { prefix: IpPrefix; owner: string }[] = [];
        const same = (a: IpPrefix, b: IpPrefix): boolean => a.length === b.length && a.address.text === b.address.text;
        for (const [kind, at, owner] of changes) {
          if (kind === "insert") {
            routes.insert(at, owner);
            list = [...list.filter((e) => !same(e.prefix, at)), { prefix: at, owner }];
          } else if (kind === "remove") {
            const had = list.some((e) => same(e.prefix, at) && e.owner === owner);
            expect(routes.remove(at, owner)).toBe(had);
            list = list.filter((e) => !(same(e.prefix, at) && e.owner === owner));
          } else {
            routes.removeOwner(owner);
            list = list.filter((e) => e.owner !== owner);
          }
        }
        for (const b of [...asked, ...changes.map(([, p]) => [...p.address.bytes])]) {
          const address = ipFromBytes(Uint8Array.from(b));
          const [best] = list
            .filter((e) => prefixContains(e.prefix, address))
            .sort((p, q) => q.prefix.length - p.prefix.length);
          expect(routes.lookup(address.version, Uint8Array.from([9, ...address.bytes]), 1)).toBe(best?.owner);
        }
        for (const owner of ["x", "y", "z"])
          expect(new Set(routes.prefixesOf(owner))).toEqual(
            new Set(list.filter((e) => e.owner === owner).map((e) => e.prefix)),
          );
      },
    );
    fc.assert(property, { seed, numRuns: 300 });
  });
});

describe("routing on a device", () => {
  test("W32 a destination that no peer may have is unreachable and sends nothing", () => {
    const { net, a } = createPair();
    expect(send(a, ipv4Packet(A_INNER, "10.9.9.9"), net.now)).toBe("unreachable");
    expect(send(a, ipv6Packet("fd00::1", "fd99::1"), net.now)).toBe("unreachable");
    expect(send(a, new Uint8Array(3), net.now)).toBe("unreachable");
    expect(a.device.stats.drops["no-route"]).toBe(3);
    expect(a.sent).toEqual([]);
  });

  test("a peer without an endpoint is unreachable until it calls", () => {
    const { net, a, b } = createPair({ bKnowsA: false });
    expect(send(b, ipv4Packet(B_INNER, A_INNER), net.now)).toBe("unreachable");
    expect(b.device.stats.drops["no-endpoint"]).toBe(1);
    send(a, ipv4Packet(A_INNER, B_INNER), net.now);
    net.settle();
    expect(send(b, ipv4Packet(B_INNER, A_INNER), net.now)).toBe("sent");
  });

  test("W33 an inner source that is not the peer's, or is a more specific peer's, is dropped", () => {
    const pair = createPair();
    connect(pair);
    const { net, a, b, peerA } = pair;
    send(a, ipv4Packet("10.0.0.99", B_INNER), net.now);
    send(a, ipv6Packet("fd00::99", "fd00::2"), net.now);
    net.settle();
    expect(b.device.stats.drops["inner-source-not-allowed"]).toBe(2);
    peerA.setAllowedIps([prefixOf("10.0.0.0/24")]);
    const other = { publicKey: new Uint8Array(32).fill(9), allowedIps: [prefixOf("10.0.0.99")] };
    b.device.addPeer(other, net.now);
    send(a, ipv4Packet("10.0.0.99", B_INNER), net.now);
    send(a, ipv4Packet("10.0.0.98", B_INNER), net.now);
    net.settle();
    expect(b.device.stats.drops["inner-source-not-allowed"]).toBe(3);
    expect(b.delivered.length).toBe(1);
    b.device.removePeer(other.publicKey);
    send(a, ipv4Packet("10.0.0.99", B_INNER), net.now);
    net.settle();
    expect(b.delivered.length).toBe(2);
  });

  test("many peers on one device: each gets its own packets and only those", () => {
    const net = new TestNet();
    const hub = net.add("hub", udp("192.0.2.1", 1));
    const spokes = Array.from({ length: 20 }, (_, i) => {
      const spoke = net.add(`spoke ${i}`, udp("192.0.2.2", 1 + i));
      spoke.device.addPeer(
        { publicKey: hub.device.publicKey, endpoint: hub.endpoint, allowedIps: [prefixOf("10.0.0.0/8")] },
        net.now,
      );
      hub.device.addPeer({ publicKey: spoke.device.publicKey, allowedIps: [prefixOf(`10.0.1.${i}`)] }, net.now);
      return spoke;
    });
    for (const [i, spoke] of spokes.entries()) send(spoke, ipv4Packet(`10.0.1.${i}`, "10.0.0.1"), net.now);
    net.settle();
    expect(hub.delivered.length).toBe(20);
    for (const i of spokes.keys()) send(hub, ipv4Packet("10.0.0.1", `10.0.1.${i}`, 30, i), net.now);
    net.settle();
    for (const [i, spoke] of spokes.entries())
      expect(spoke.delivered.map(({ packet }) => packet)).toEqual([ipv4Packet("10.0.0.1", `10.0.1.${i}`, 30, i)]);
    expect([...hub.device.peers].length).toBe(20);
  });

  test("W34 a prefix given to another peer moves there", () => {
    const { net, a, peerB } = createPair();
    const other = a.device.addPeer(
      { publicKey: new Uint8Array(32).fill(9), endpoint: udp("192.0.2.3", 3), allowedIps: [prefixOf(B_INNER)] },
      net.now,
    );
    expect(peerB.allowedIps).toEqual([prefixOf("fd00::2")]);
    expect(other.allowedIps).toEqual([prefixOf(B_INNER)]);
    send(a, ipv4Packet(A_INNER, B_INNER), net.now);
    expect(a.sent[0]?.to.key).toBe("udp 192.0.2.3:3");
  });

  test("adding a peer again brings it to the new configuration and keeps its session", () => {
    const pair = createPair();
    connect(pair);
    const { net, a, b, peerB } = pair;
    const again = a.device.addPeer({ publicKey: b.device.publicKey, allowedIps: [prefixOf("10.0.0.0/24")] }, net.now);
    expect(again).toBe(peerB);
    expect(peerB.endpoint?.key).toBe(b.endpoint.key);
    expect(send(a, ipv4Packet(A_INNER, B_INNER), net.now)).toBe("sent");
  });
});
