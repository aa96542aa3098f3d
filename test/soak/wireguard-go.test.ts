import { randomBytes } from "node:crypto";
import { afterAll, describe, expect, test } from "vitest";
import { parsePrefix } from "../../electron/base/ip-address.ts";
import type { Peer } from "../../electron/wireguard/device.ts";
import { echoRequest4, parseEchoReply } from "../support/interop/icmp-echo.ts";
import { eventually, type LiveDevice, localEndpoint, openLiveDevice } from "../support/interop/live-device.ts";
import { type Relay, startRelay } from "../support/interop/relay.ts";
import { startWireguardGo, type WireguardGo, wireguardGoMissing } from "../support/interop/wireguard-go.ts";
import { seed } from "../support/seed.ts";

/** Real timers on both sides: keys are renewed at 120 s by whoever initiated, through a path that loses and reorders. */

const missing = wireguardGoMissing();
if (missing !== undefined) process.stdout.write(`skipped: ${missing}\n`);

const MINUTES = Number(process.env["CULVERT_SOAK_MINUTES"] ?? 10);
const PATH = { delayMs: 15, loss: 0.01, reorder: 0.02, duplicate: 0.01 };
const OURS = "10.79.255.2";
const GAP_MS = 20;

const open: (() => void | Promise<void>)[] = [];
afterAll(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

interface Link {
  readonly name: string;
  readonly go: WireguardGo;
  readonly relay: Relay;
  readonly peer: Peer;
  /** Inside, what the kernel behind wireguard-go answers to. */
  readonly inner: string;
  readonly sent: Map<number, number>;
  answered: number;
}

function prefix(text: string) {
  const parsed = parsePrefix(text);
  if (parsed === undefined) throw new Error(`not a prefix: ${text}`);
  return parsed;
}

interface LinkOptions {
  readonly name: string;
  readonly inner: string;
  /** What we route to it. */
  readonly allowed: string;
  readonly weInitiate: boolean;
  readonly presharedKey?: Uint8Array;
}

async function createLink(us: LiveDevice, options: LinkOptions): Promise<Link> {
  const { name, inner, allowed, weInitiate, presharedKey } = options;
  const psk = presharedKey === undefined ? {} : { presharedKey };
  const theirPort = 20_000 + (randomBytes(2).readUInt16BE() % 20_000);
  const relay = await startRelay({ seed: seed(), leftPeerPort: us.port, rightPeerPort: theirPort, ...PATH });
  open.push(() => relay.dispose());
  const endpoint = weInitiate ? {} : { endpoint: `127.0.0.1:${relay.rightPort}` };
  const go = await startWireguardGo({
    addresses: [`${inner}/32`],
    listenPort: theirPort,
    peers: [{ publicKey: us.device.publicKey, allowedIps: [`${OURS}/32`], ...endpoint, ...psk }],
  });
  open.push(() => go.dispose());
  const ours = weInitiate ? { endpoint: localEndpoint(relay.leftPort) } : {};
  const peer = us.device.addPeer({ publicKey: go.publicKey, allowedIps: [prefix(allowed)], ...ours, ...psk }, us.now());
  return { name, go, relay, peer, inner, sent: new Map(), answered: 0 };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Echoes to all links for `ms`, each length from 0 to the MTU; counts what comes back, once each. */
async function traffic(us: LiveDevice, links: readonly Link[], ms: number, first: number): Promise<number> {
  const end = performance.now() + ms;
  let number = first;
  const seen = new Set<string>();
  const collect = (): void => {
    for (const packet of us.delivered.splice(0)) {
      const echo = parseEchoReply(packet);
      const from = packet.subarray(12, 16).join(".");
      const link = links.find(({ inner }) => inner === from);
      if (echo === undefined || link === undefined) continue;
      expect(seen.has(`${from} ${echo.sequence}`)).toBe(false); // duplicates on the path are no duplicates inside
      seen.add(`${from} ${echo.sequence}`);
      expect(echo.payload.length).toBe(link.sent.get(echo.sequence));
      link.answered++;
    }
  };
  while (performance.now() < end) {
    number = (number + 1) & 0xffff;
    for (const link of links) {
      const payload = randomBytes(randomBytes(2).readUInt16BE() % 1_393);
      link.sent.set(number, payload.length);
      us.send(echoRequest4(OURS, link.inner, number, payload));
    }
    await pause(GAP_MS);
    collect();
  }
  await pause(500);
  collect();
  return number;
}

describe.skipIf(missing !== undefined)("a soak with wireguard-go", () => {
  test(`${MINUTES} minutes: both roles, loss, preshared keys, overlapping AllowedIPs, a new port in mid-transfer`, async () => {
    const us = await openLiveDevice();
    open.push(() => us.dispose());
    const psk = Uint8Array.from(randomBytes(32));
    const links = [
      await createLink(us, { name: "we initiate", inner: "10.79.0.1", allowed: "10.79.0.0/16", weInitiate: true }),
      // A longer prefix inside the first one's: routed here, and no one else may speak for it.
      await createLink(us, {
        name: "we initiate, preshared key, inside the first's prefix",
        inner: "10.79.7.1",
        allowed: "10.79.7.0/24",
        weInitiate: true,
        presharedKey: psk,
      }),
      await createLink(us, {
        name: "they initiate, preshared key",
        inner: "10.79.8.1",
        allowed: "10.79.8.0/24",
        weInitiate: false,
        presharedKey: psk,
      }),
    ];
    await links[2]!.go.sendUdp(OURS, 9, "hello");
    await eventually("their session", () => links[2]!.peer.stats.handshakesCompleted > 0, 60_000);
    const half = (MINUTES * 60_000) / 2;
    const last = await traffic(us, links, half, 0);
    // In mid-transfer the first link's path moves to other ports on both sides.
    const [mover] = links;
    const other = await startRelay({
      seed: seed() + 1,
      leftPeerPort: us.port,
      rightPeerPort: mover!.go.port,
      ...PATH,
    });
    open.push(() => other.dispose());
    mover!.peer.setEndpoint(localEndpoint(other.leftPort));
    await traffic(us, links, half, last);
    expect(mover!.peer.endpoint?.port).toBe(other.leftPort);
    for (const { name, sent, answered, peer } of links) {
      const { stats } = peer;
      process.stdout.write(
        `${name}: ${answered} of ${sent.size} echoes, ${stats.handshakesCompleted} sessions, ` +
          `${(stats.bytesIn / 1e6).toFixed(1)} MB in, ${stats.handshakesFailed} handshakes failed\n`,
      );
    }
    process.stdout.write(`drops: ${JSON.stringify(us.device.stats.drops)}\n`);
    for (const { sent, answered, peer } of links) {
      // 1 % is lost each way.
      expect(answered / sent.size).toBeGreaterThan(0.95);
      expect(peer.stats.handshakesCompleted).toBeGreaterThanOrEqual(Math.floor((MINUTES * 60) / 126));
      expect(peer.stats.handshakesFailed).toBe(0);
      expect(peer.stats.stagedDropped).toBe(0);
    }
    expect(us.device.stats.drops["tag-mismatch"]).toBe(0);
    expect(us.device.stats.drops["inner-source-not-allowed"]).toBe(0);
    expect(us.device.stats.drops.replayed).toBeGreaterThan(0);
  });
});
