import { expect, test } from "vitest";
import { parseIp, parsePrefix } from "../../../electron/base/ip-address.ts";
import { type PeerSpec, peerFor, type TunnelSpec } from "../../../electron/engine/tunnel-spec.ts";

const prefix = (text: string) => parsePrefix(text)!;
const peer = (fill: number, ...allowed: string[]): PeerSpec => ({
  publicKey: new Uint8Array(32).fill(fill),
  allowedIps: allowed.map(prefix),
});

const SPEC: TunnelSpec = {
  id: "t",
  accountId: "a",
  orgSlug: "o",
  network: null,
  region: null,
  privateKey: new Uint8Array(32),
  addresses: [],
  dns: [],
  searchDomains: [],
  mtu: 1420,
  peers: [peer(1, "fdaa::/16", "0.0.0.0/0", "fd01::/16"), peer(2, "fdaa:0:1::/48"), peer(3), peer(4, "fd01::/16")],
};

test.each([
  ["fdaa:0:1::5", 2],
  ["fdaa:0:2::5", 1],
  ["10.1.2.3", 1],
  ["fd00::1", undefined],
  // W34: two have this prefix, and the later one keeps it, as in the device.
  ["fd01::1", 4],
] as const)("W32 %s goes to the longest prefix", (address, fill) => {
  expect(peerFor(SPEC, parseIp(address)!)?.publicKey[0]).toBe(fill);
});
