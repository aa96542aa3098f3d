import type * as os from "node:os";
import { networkInterfaces } from "node:os";
import { describe, expect, test, vi } from "vitest";
import { parseIp } from "../../../../electron/base/ip-address.ts";
import {
  ADDRESS_ROOM,
  readAddress,
  wordsOf,
  writeAddress,
} from "../../../../electron/engine/linux-udp/socket-address.ts";

vi.mock("node:os", async (original) => {
  const actual = await original<typeof os>();
  return { ...actual, networkInterfaces: vi.fn(actual.networkInterfaces) };
});

const SCOPE_AT = 24;

function written(address: string, port: number, scope = 0): DataView<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(2 * ADDRESS_ROOM));
  writeAddress(view, ADDRESS_ROOM, parseIp(address)?.bytes ?? expect.fail("no address"), port);
  if (scope > 0) view.setUint32(ADDRESS_ROOM + SCOPE_AT, scope, true);
  return view;
}

/** The words that tell one sender from another. */
function told(view: DataView<ArrayBuffer>): number[] {
  const words = new Uint32Array(view.buffer, ADDRESS_ROOM);
  return [...words.subarray(0, wordsOf(words[0] ?? 0))];
}

describe("addresses as the kernel has them", () => {
  test.each([
    ["127.0.0.1", 53],
    ["255.255.255.255", 65_535],
    ["::1", 1],
    ["fdaa:0:1::3", 51_820],
  ])("%s port %i is read as it was written", (address, port) => {
    expect(readAddress(written(address, port), ADDRESS_ROOM)).toEqual({ address, port });
  });

  test("a link-local one has the name of its interface, or its number where there is none", () => {
    expect(readAddress(written("fe80::1", 7, 4_000_000_000), ADDRESS_ROOM).address).toBe("fe80::1%4000000000");
    for (const [name, places = []] of Object.entries(networkInterfaces()))
      for (const { family, scopeid = 0 } of places)
        if (family === "IPv6" && scopeid > 0)
          expect(readAddress(written("fe80::1", 7, scopeid), ADDRESS_ROOM).address).toBe(`fe80::1%${name}`);
  });

  test("an interface is looked up once, and of the names 256 are kept: whoever forges numbers does not grow them", () => {
    const looks = vi.mocked(networkInterfaces);
    const first = 3_000_000_000;
    const looksFor = (scope: number): number => {
      looks.mockClear();
      readAddress(written("fe80::1", 7, scope), ADDRESS_ROOM);
      return looks.mock.calls.length;
    };
    expect([looksFor(first), looksFor(first)]).toEqual([1, 0]);
    for (let i = 1; i <= 256; i++) looksFor(first + i);
    expect([looksFor(first), looksFor(first)]).toEqual([1, 0]);
  });

  test.each([
    ["another port", written("fe80::1", 7), written("fe80::1", 8)],
    ["another address", written("fe80::1", 7), written("fe80::2", 7)],
    ["another interface", written("fe80::1", 7, 2), written("fe80::1", 7, 3)],
    ["another IPv4 address", written("192.0.2.1", 7), written("192.0.2.2", 7)],
  ])("%s is another sender", (_what, one, other) => {
    expect(told(one)).not.toEqual(told(other));
  });

  test("what lies behind an IPv4 address makes no other sender", () => {
    const one = written("192.0.2.1", 7);
    const other = written("192.0.2.1", 7);
    other.setUint32(ADDRESS_ROOM + 16, 0xffff_ffff);
    expect(told(one)).toEqual(told(other));
  });
});
