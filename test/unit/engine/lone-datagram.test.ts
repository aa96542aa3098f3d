import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ManualClock } from "../../../electron/base/clock.ts";
import { silentLog } from "../../../electron/base/log.ts";
import { keyPairOf } from "../../../electron/crypto/x25519.ts";
import { randomBytes } from "../../../electron/engine/random.ts";
import { Tunnel } from "../../../electron/engine/tunnel.ts";
import { UdpBind, type UdpBindOptions, udpEndpoint } from "../../../electron/engine/udp-bind.ts";
import { Stack } from "../../../electron/netstack/stack.ts";
import { TcpStream } from "../../../electron/netstack/tcp-stream.ts";
import { Device } from "../../../electron/wireguard/device.ts";
import { HEADROOM, TAILROOM } from "../../../electron/wireguard/seam.ts";
import { ip } from "../../support/netstack-pair.ts";
import { prefixOf } from "../../support/wireguard-pair.ts";

// A whole tunnel without a socket: the test is the system that hands datagrams over and says whether more wait.

const PLACE = udpEndpoint("127.0.0.1", 9) ?? expect.fail("no endpoint");
const key = (fill: number): Uint8Array => new Uint8Array(32).fill(fill);
const US = key(1);
const THEM = key(2);
const { signal } = new AbortController();

const clock = new ManualClock(1_000);
/** What the tunnel has sent and the other side has not got yet. */
let sent: Uint8Array[] = [];
let system: UdpBindOptions;
let tunnel: Tunnel;
let far: Far;

/** The gateway and the host behind it, which answers every turn at once. */
class Far {
  readonly #out: Uint8Array[] = [];
  readonly #device: Device;
  readonly #stack: Stack;
  readonly #us;

  constructor() {
    this.#device = new Device({
      privateKey: THEM,
      mtu: 1420,
      random: randomBytes,
      wall: () => clock.wall(),
      sink: { sendDatagram: (datagram) => void this.#out.push(Uint8Array.from(datagram)) },
      deliver: (buffer, offset, length, _peer, now) => this.#stack.receive(buffer, offset, length, now),
    });
    this.#us = udpEndpoint("127.0.0.1", 8) ?? expect.fail("no endpoint");
    this.#device.addPeer({ publicKey: keyPairOf(US).publicKey, allowedIps: [prefixOf("fd00::a/128")] }, clock.now());
    this.#stack = new Stack({
      addresses: [ip("fd00::b")],
      mtu: 1420,
      random: randomBytes,
      headroom: HEADROOM,
      tailroom: TAILROOM,
      sendPacket: (buffer, offset, length) => this.#device.encapsulate(buffer, offset, length, clock.now()),
      onWake: () => undefined,
    });
    this.#stack.listenTcp({ port: 7 }, (connection) => {
      this.stream = new TcpStream(connection, clock).on("error", () => undefined);
    });
  }

  stream: TcpStream | undefined;

  /** Takes what the tunnel has sent; answers what comes back for it. */
  turn(): Uint8Array[] {
    for (const datagram of sent.splice(0)) this.#device.receive(datagram, this.#us, clock.now());
    this.#stack.endTurn(clock.now());
    this.#device.endTurn(clock.now());
    return this.#out.splice(0);
  }
}

/** As the socket does it: each datagram, then the word that it was alone, if it was. */
function arrive(datagrams: readonly Uint8Array[]): void {
  for (const datagram of datagrams) system.onDatagram(datagram, PLACE);
  if (datagrams.length === 1) system.onAlone?.();
}

const pollOver = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

beforeEach(async () => {
  sent = [];
  vi.spyOn(UdpBind, "open").mockImplementation((options) => {
    system = options;
    const bind = Object.create(UdpBind.prototype) as UdpBind;
    return Promise.resolve(
      Object.assign(bind, {
        sendDatagram: (datagram: Uint8Array) => void sent.push(Uint8Array.from(datagram)),
        sendErrors: 0,
        unanswerable: 0,
        refusalTo: () => undefined,
        dispose: () => undefined,
      }),
    );
  });
  far = new Far();
  tunnel = await Tunnel.open(
    {
      id: "t",
      accountId: "t",
      orgSlug: "t",
      network: null,
      region: null,
      privateKey: US,
      addresses: [ip("fd00::a")],
      dns: [],
      searchDomains: [],
      mtu: 1420,
      peers: [
        {
          publicKey: keyPairOf(THEM).publicKey,
          endpoint: { host: "127.0.0.1", port: 9 },
          allowedIps: [prefixOf("::/0")],
        },
      ],
    },
    { clock, log: silentLog, interfaces: () => ({}) },
  );
});

afterEach(() => {
  tunnel.dispose();
  vi.restoreAllMocks();
});

/** A stream to the other side's, both silent; nothing is under way. */
async function connected(): Promise<TcpStream> {
  let isOpen = false;
  const opening = tunnel.connect([ip("fd00::b")], 7, signal).finally(() => {
    isOpen = true;
  });
  while (!isOpen || far.stream === undefined || sent.length > 0) {
    await pollOver();
    arrive(far.turn());
  }
  await pollOver();
  return (await opening).on("error", () => undefined);
}

/** Node calls a new reader from the next tick on. */
function reading(stream: TcpStream, reader: (data: Uint8Array) => void): Promise<void> {
  stream.on("data", reader);
  return pollOver();
}

/** What the other side says, as datagrams. */
function said(...texts: readonly string[]): Uint8Array[] {
  return texts.flatMap((text) => {
    far.stream?.write(text);
    return far.turn();
  });
}

test("the answer to a datagram that is alone leaves before the event loop goes on", async () => {
  const stream = await connected();
  await reading(stream, (data) => stream.write(data));
  const datagrams = said("x");
  expect(datagrams).toHaveLength(1);
  arrive(datagrams);
  expect(sent).toHaveLength(1);
  far.turn();
  expect(String(far.stream?.read())).toBe("x");
  await pollOver();
  expect(sent).toHaveLength(0);
});

test("those of a burst share one turn, after the poll: one answer for all", async () => {
  const stream = await connected();
  let heard = "";
  await reading(stream, (data) => {
    heard += String(data);
    stream.write(data);
  });
  const datagrams = said("a", "b", "c");
  expect(datagrams).toHaveLength(3);
  arrive(datagrams);
  expect([heard, sent.length]).toEqual(["", 0]);
  await pollOver();
  expect([heard, sent.length]).toEqual(["abc", 1]);
});

test("a reader that throws: the next datagram is heard, and the tunnel goes on", async () => {
  const stream = await connected();
  let heard = "";
  await reading(stream, (data) => {
    heard += String(data);
    if (heard === "x") throw new Error("a reader's");
    stream.write(data);
  });
  const [first, second] = [said("x"), said("y")];
  expect(() => arrive(first)).toThrow("a reader's");
  arrive(second);
  expect(sent).toHaveLength(1);
  far.turn();
  expect(String(far.stream?.read())).toBe("y");
});

test("a reader that closes the tunnel: its connections are reset, and nothing is left to run", async () => {
  const stream = await connected();
  await reading(stream, () => tunnel.dispose());
  arrive(said("x"));
  far.turn();
  const { length } = sent;
  arrive(said("y"));
  await pollOver();
  expect([length, sent.length]).toEqual([0, 0]);
  expect(far.stream?.connection.state).toBe("closed");
});

test("W37 handshakes are rationed by turns: with one, lone or not, the turn ends after the poll, whatever comes behind it", async () => {
  const stream = await connected();
  await reading(stream, (data) => stream.write(data));
  const data = said("x");
  arrive([new Uint8Array(148).fill(1, 0, 1)]);
  arrive(data);
  expect(sent).toHaveLength(0);
  await pollOver();
  expect(sent).toHaveLength(1);
  far.turn();
  sent.length = 0;
  arrive(said("y"));
  expect(sent).toHaveLength(1);
});
