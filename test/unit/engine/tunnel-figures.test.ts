import { afterEach, expect, test, vi } from "vitest";
import { systemClock } from "../../../electron/base/clock.ts";
import type * as aead from "../../../electron/crypto/aead.ts";
import { type DemoCloud, startDemoCloud } from "../../../electron/demo/cloud.ts";
import { PlatformBackend } from "../../../electron/engine/backends/platform-backend.ts";
import { eventFields } from "../../../electron/engine/device-events.ts";
import { Tunnel } from "../../../electron/engine/tunnel.ts";
import type { TunnelSpec } from "../../../electron/engine/tunnel-spec.ts";
import { PlatformClient } from "../../../electron/platform/client.ts";
import { tunnel as tunnelModel } from "../../../shared/models.ts";
import { MemoryLog } from "../../support/host-memory-log.ts";
import { MemoryStore } from "../../support/memory-store.ts";
import { connect, createPair } from "../../support/wireguard-pair.ts";

/** Transport keys as they are made: none may ever be told. */
const secrets = vi.hoisted((): Uint8Array[] => []);
vi.mock("../../../electron/crypto/aead.ts", async (original) => {
  const actual = await original<typeof aead>();
  return {
    ...actual,
    createTransportCipher: (key: Uint8Array) => {
      secrets.push(Uint8Array.from(key));
      return actual.createTransportCipher(key);
    },
  };
});

const never = new AbortController().signal;
const close: (() => void | Promise<void>)[] = [];

afterEach(async () => {
  for (const each of close.splice(0).reverse()) await each();
});

async function createCloud(): Promise<{ cloud: DemoCloud; spec: TunnelSpec }> {
  const cloud = await startDemoCloud({ seed: new Uint8Array(32).fill(8) });
  close.push(() => cloud.dispose());
  const client = new PlatformClient({ endpoint: cloud.api, token: cloud.token, version: "test" });
  const shared = { accountId: "demo", store: new MemoryStore(), clock: systemClock, onPeerGone: () => undefined };
  const backend = new PlatformBackend({ ...shared, client });
  const app = cloud.apps.find(({ network }) => network === null)!;
  return { cloud, spec: (await backend.prepareTunnel(app.organization, app.name, never)).spec };
}

test.each(["udp", "websocket"] as const)("figures of a tunnel and its peer, over %s", async (carrier) => {
  const { spec } = await createCloud();
  const before = Date.now();
  const [peer] = spec.peers;
  const withPort = {
    ...spec,
    // Another port is told for UDP, so that it shows which of the two stands in the figures.
    peers: [{ ...peer!, endpoint: { ...peer!.endpoint!, port: carrier === "udp" ? peer!.endpoint!.port : 9 } }],
  };
  const tunnel = await Tunnel.open(withPort, { clock: systemClock, log: new MemoryLog(), carrier });
  close.push(() => tunnel.dispose());
  await tunnel.handshake(never);
  const model = tunnelModel.parse(tunnel.snapshot());
  const { host, port, websocketPort } = peer!.endpoint!;
  expect(model).toMatchObject({ carrier, state: "up", gateway: `${host}:${carrier === "udp" ? port : websocketPort}` });
  expect(model.peers).toHaveLength(1);
  const [figures] = model.peers;
  expect(figures).toMatchObject({
    publicKey: Buffer.from(peer!.publicKey).toString("base64"),
    carrier,
    endpoint: `${host}:${carrier === "udp" ? port : websocketPort}`,
    handshakesReceived: 1,
    handshakesCompleted: 1,
    handshakesFailed: 0,
    keepalivesOut: 1,
    packetsOut: 0,
    waitingDropped: 0,
  });
  expect(figures!.handshakesSent).toBeGreaterThan(0);
  expect(figures!.handshakeRttMs).toBeGreaterThan(0);
  expect(figures!.bytesIn).toBeGreaterThanOrEqual(92);
  for (const at of [figures!.lastHandshakeAt, figures!.sessionSince, figures!.lastReceivedAt])
    expect(at).toBeGreaterThanOrEqual(before);
  // All that was authentic came and went outside; of nothing else is there any.
  expect(model.wire).toMatchObject({ receiveErrors: 0, refusedBursts: 0 });
  expect(model.wire.datagramsOut).toBe(figures!.handshakesSent + figures!.keepalivesOut);
  expect(model.wire.datagramsIn).toBeGreaterThanOrEqual(1);
  // The tunnel's own figures are its peers' together.
  for (const name of ["handshakesCompleted", "keepalivesOut", "bytesIn", "bytesOut", "handshakesSent"] as const)
    expect(model[name]).toBe(figures![name]);
});

test("the log tells of each event with its peer, place and figures, and nothing told holds a key", async () => {
  const { cloud, spec } = await createCloud();
  const log = new MemoryLog();
  cloud.gatewayControl.set({ underLoad: true });
  const tunnel = await Tunnel.open(spec, { clock: systemClock, log });
  await tunnel.handshake(never);
  const told = JSON.stringify([log.lines, tunnel.snapshot()]);
  tunnel.dispose();
  const events = log.lines.filter(({ event }) => event.startsWith("wireguard "));
  const peer = Buffer.from(spec.peers[0]!.publicKey).toString("base64").slice(0, 8);
  const of = (kind: string) => events.find(({ event }) => event === `wireguard ${kind}`)?.fields;
  expect(of("handshake-sent")).toMatchObject({
    peer,
    attempt: 1,
    endpoint: expect.stringMatching(/^udp 127\.0\.0\.1:\d+$/),
  });
  expect(of("cookie-received")).toMatchObject({ peer });
  expect(of("handshake-complete")).toMatchObject({ peer, role: "initiator", rttMs: expect.any(Number) });
  const keys = [spec.privateKey, ...secrets, ...spec.peers.flatMap(({ presharedKey }) => presharedKey ?? [])];
  expect(keys.length).toBeGreaterThanOrEqual(3);
  for (const key of keys.map((bytes) => Buffer.from(bytes))) {
    for (const text of [key.toString("base64"), key.toString("base64url"), key.toString("hex"), [...key].join()])
      expect(told).not.toContain(text.slice(0, 20));
  }
});

test("each kind of event says what it is about", () => {
  const pair = createPair();
  connect(pair);
  const peer = pair.peerB;
  const now = 5;
  const who = { peer: Buffer.from(peer.publicKey).toString("base64").slice(0, 8), endpoint: pair.b.endpoint.key };
  expect(eventFields({ kind: "handshake-gave-up", peer, now, attempts: 20 })).toEqual({ ...who, attempts: 20 });
  expect(eventFields({ kind: "handshake-refused", peer, now, reason: "handshake-flood" })).toEqual({
    ...who,
    reason: "handshake-flood",
  });
  expect(eventFields({ kind: "session-expired", peer, now, cause: "age" })).toEqual({ ...who, cause: "age" });
  expect(eventFields({ kind: "endpoint-changed", peer, now, endpoint: pair.a.endpoint })).toEqual({
    ...who,
    endpoint: pair.a.endpoint.key,
  });
  expect(eventFields({ kind: "load-changed", now, underLoad: true })).toEqual({ underLoad: true });
  expect(eventFields({ kind: "handshake-complete", peer, now, role: "responder", rttMs: undefined })).toEqual({
    ...who,
    role: "responder",
    rttMs: null,
  });
});
