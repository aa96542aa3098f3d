import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../electron/base/clock.ts";
import { type IpAddress, parseIp } from "../../electron/base/ip-address.ts";
import { silentLog } from "../../electron/base/log.ts";
import { publicKeyOf } from "../../electron/crypto/x25519.ts";
import { parseConfig, tunnelSpecOf } from "../../electron/engine/backends/config-backend.ts";
import { Tunnel } from "../../electron/engine/tunnel.ts";
import type { PingReport } from "../../shared/models.ts";
import { startWireguardGo, type WireguardGo, wireguardGoMissing } from "../support/interop/wireguard-go.ts";

/** Our ping against Linux behind wireguard-go, and its addresses raced. */

const missing = wireguardGoMissing();
if (missing !== undefined) process.stdout.write(`skipped: ${missing}\n`);

const LINUX = { v4: "10.83.0.1", v6: "fd83::1" };
const OURS = { v4: "10.83.0.2", v6: "fd83::2" };
const NEVER = new AbortController().signal;

describe.skipIf(missing !== undefined)("Linux behind wireguard-go", () => {
  const privateKey = Uint8Array.from(randomBytes(32));
  let go: WireguardGo;
  let tunnel: Tunnel;

  beforeAll(async () => {
    go = await startWireguardGo({
      addresses: [`${LINUX.v4}/24`, `${LINUX.v6}/64`],
      peers: [{ publicKey: publicKeyOf(privateKey), allowedIps: [`${OURS.v4}/32`, `${OURS.v6}/128`] }],
    });
    // Addresses that Linux has a route for, and refuses by ICMP.
    await go.run("ip", ["route", "add", "prohibit", "10.99.0.0/24"]);
    await go.run("ip", ["-6", "route", "add", "prohibit", "fd99::/64"]);
    await go.run("sysctl", ["-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1"]);
    const config = [
      "[Interface]",
      `PrivateKey = ${Buffer.from(privateKey).toString("base64")}`,
      `Address = ${OURS.v4}/32, ${OURS.v6}/128`,
      "[Peer]",
      `PublicKey = ${Buffer.from(go.publicKey).toString("base64")}`,
      "AllowedIPs = 10.83.0.0/24, fd83::/64, 10.99.0.0/24, fd99::/64",
      `Endpoint = 127.0.0.1:${go.port}`,
    ].join("\n");
    const spec = tunnelSpecOf(parseConfig(config), { id: "ping", accountId: "ping", orgSlug: "ping" });
    tunnel = await Tunnel.open(spec, { clock: systemClock, log: silentLog });
    await tunnel.handshake(NEVER);
  }, 60_000);

  afterAll(async () => {
    tunnel?.dispose();
    await go?.dispose();
  });

  const ip = (text: string): IpAddress => parseIp(text) as IpAddress;

  function ping(target: string, bytes: number, count = 3): Promise<PingReport> {
    return tunnel.inside.ping({ target: ip(target), count, bytes, intervalMs: 20, timeoutMs: 3000 }, NEVER);
  }

  test.each([LINUX.v4, LINUX.v6])("%s answers echoes of every size, above the MTU in fragments", async (target) => {
    for (const bytes of [0, 56, 1_371, 1_372, 1_373, 1_393, 9_000]) {
      const report = await ping(target, bytes);
      expect(report).toMatchObject({ sent: 3, received: 3, lost: 0, duplicates: 0, errors: 0 });
      expect(report.events).toMatchObject([1, 2, 3].map((sequence) => ({ kind: "reply", sequence, bytes })));
      expect(report.rttMs!.min).toBeGreaterThan(0);
    }
  });

  test.each([
    ["10.99.0.9", "10.83.0.1 says: a filter forbids it"],
    ["fd99::9", "fd83::1 says: a filter forbids it"],
  ])("%s: the router's error is told in words", async (target, meaning) => {
    const report = await ping(target, 56, 1);
    expect(report.events).toEqual([{ kind: "error", sequence: 1, code: "host-unreachable", meaning }]);
    expect(report).toMatchObject({ received: 0, lost: 1, errors: 1, lossPercent: 100 });
  });

  test("Linux's echoes come back from our stack undamaged", async () => {
    for (const [target, size] of [
      [OURS.v4, "56"],
      [OURS.v6, "1372"],
      [OURS.v6, "4000"],
    ] as const) {
      const echoed = await go.run("python3", ["-c", PYTHON_PING, target, size]);
      expect(echoed.trim()).toBe("3 answers");
    }
  });

  test("D04 of two addresses the one that answers wins, be the other one refused or silent", async () => {
    const server = go.run("python3", ["-c", PYTHON_ACCEPT, LINUX.v4]);
    await expect
      .poll(
        () =>
          tunnel.connect([ip(LINUX.v4)], 7001, NEVER).then(
            (s) => s.destroy() !== undefined,
            () => false,
          ),
        {
          timeout: 10_000,
        },
      )
      .toBe(true);
    // Nothing listens at the IPv6 address: RST, and IPv4 at once.
    const first = await tunnel.connect([ip(LINUX.v6), ip(LINUX.v4)], 7001, NEVER);
    expect(first.remote.address.text).toBe(LINUX.v4);
    first.destroy();
    // Nobody is there: silence.
    const second = await tunnel.connect([ip("fd83::77"), ip(LINUX.v4)], 7001, NEVER);
    expect(second.remote.address.text).toBe(LINUX.v4);
    second.destroy();
    await server;
  }, 40_000);
});

/** Three echoes of `size` bytes by a raw socket; counts answers whose data is the same. */
const PYTHON_PING = `
import os, socket, struct, sys
to, size = sys.argv[1], int(sys.argv[2])
six = ":" in to
s = socket.socket(socket.AF_INET6 if six else socket.AF_INET, socket.SOCK_RAW, 58 if six else 1)
s.settimeout(3)
def checksum(b):
    if len(b) % 2: b += b"\\0"
    t = sum(struct.unpack("!%dH" % (len(b) // 2), b))
    while t >> 16: t = (t & 0xffff) + (t >> 16)
    return ~t & 0xffff
good = 0
for n in range(3):
    data = os.urandom(size)
    head = lambda c: struct.pack("!BBHHH", 128 if six else 8, 0, c, 77, n)
    s.sendto(head(0 if six else checksum(head(0) + data)) + data, (to, 0))
    while True:
        got = s.recv(65535)
        if not six: got = got[(got[0] & 15) * 4:]
        if got[0] == (129 if six else 0) and got[4:8] == struct.pack("!HH", 77, n):
            good += got[8:] == data
            break
print(good, "answers")
`;

/** Takes three connections. */
const PYTHON_ACCEPT = `
import socket, sys
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind((sys.argv[1], 7001)); s.listen(5); s.settimeout(30)
for _ in range(3): s.accept()
`;
