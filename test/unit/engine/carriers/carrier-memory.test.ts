import { expect, test } from "vitest";
import { NetworkMemory } from "../../../../electron/engine/carriers/carrier-memory.ts";

test("what won is remembered for the gateway and the network, and forgotten when UDP wins", () => {
  let network = "192.0.2.0/24";
  const kept: (readonly string[])[] = [];
  const memory = new NetworkMemory({ network: () => network, onChange: (known) => kept.push(known) });
  memory.remember("gw.example", "udp");
  expect(kept).toEqual([]);
  memory.remember("gw.example", "websocket");
  memory.remember("gw.example", "websocket");
  expect(kept).toHaveLength(1);
  expect(memory.isUdpBlocked("gw.example")).toBe(true);
  expect(memory.isUdpBlocked("other.example")).toBe(false);
  network = "198.51.100.0/24";
  expect(memory.isUdpBlocked("gw.example")).toBe(false);
  network = "192.0.2.0/24";
  const later = new NetworkMemory({ network: () => network, onChange: (known) => kept.push(known) });
  later.learn(kept[0]!);
  expect(later.isUdpBlocked("gw.example")).toBe(true);
  later.remember("gw.example", "udp");
  expect(later.isUdpBlocked("gw.example")).toBe(false);
  expect(kept.flat().join()).not.toContain("gw.example");
});

test("it is bounded, and the oldest go first", () => {
  let known: readonly string[] = [];
  const memory = new NetworkMemory({
    network: () => "here",
    onChange: (now) => {
      known = now;
    },
  });
  for (let index = 0; index < 300; index++) memory.remember(`gw${index}.example`, "websocket");
  expect(known).toHaveLength(256);
  expect(memory.isUdpBlocked("gw0.example")).toBe(false);
  expect(memory.isUdpBlocked("gw299.example")).toBe(true);
});

test("of what an earlier run told, the latest 256 are learnt", () => {
  const places = (from: number): readonly string[] => {
    let known: readonly string[] = [];
    const memory = new NetworkMemory({
      network: () => "here",
      onChange: (now) => {
        known = now;
      },
    });
    for (let index = from; index < from + 150; index++) memory.remember(`gw${index}.example`, "websocket");
    return known;
  };
  const memory = new NetworkMemory({ network: () => "here" });
  memory.learn([...places(0), ...places(150)]);
  const learnt = Array.from({ length: 300 }, (_, index) => memory.isUdpBlocked(`gw${index}.example`));
  expect(learnt.indexOf(true)).toBe(300 - 256);
  expect(learnt.filter((isBlocked) => isBlocked)).toHaveLength(256);
});
