import { randomBytes } from "node:crypto";
import { systemClock } from "../../electron/base/clock.ts";
import { type IpAddress, ipFromBytes, maskAddress, parseIp } from "../../electron/base/ip-address.ts";
import { publicKeyOf } from "../../electron/crypto/x25519.ts";
import type { DemoCloud } from "../../electron/demo/cloud.ts";
import { CoreLoop } from "../../electron/engine/core-loop.ts";
import { UdpBind, udpEndpoint } from "../../electron/engine/udp-bind.ts";
import { DnsClient, type DnsResult } from "../../electron/netstack/dns/client.ts";
import type { DnsType } from "../../electron/netstack/dns/message.ts";
import type { PingReply } from "../../electron/netstack/ping.ts";
import { Stack } from "../../electron/netstack/stack.ts";
import { connectStream, type TcpStream } from "../../electron/netstack/tcp-stream.ts";
import { Device } from "../../electron/wireguard/device.ts";
import { HEADROOM, TAILROOM } from "../../electron/wireguard/seam.ts";

type Json = Record<string, unknown>;

/** A platform client of a few lines: what it says is checked by the API's own tests. */
export async function callApi(cloud: DemoCloud, query: string, input: Json): Promise<Json> {
  const response = await fetch(cloud.api, {
    method: "POST",
    headers: { authorization: `Bearer ${cloud.token}`, "content-type": "application/json" },
    body: JSON.stringify({ query, variables: { input } }),
  });
  const answer: unknown = await response.json();
  const data: unknown = Reflect.get(Object(answer), "data");
  if (typeof data !== "object" || data === null) throw new Error(JSON.stringify(answer));
  return Object.fromEntries(Object.entries(data));
}

export interface JoinOptions {
  readonly slug: string;
  readonly network?: string | null;
  /** The peer's name. */
  readonly name?: string;
}

/** Our WireGuard and TCP/IP as a user's computer: a peer of the demo cloud over real UDP. */
export class DemoPeer {
  readonly address: IpAddress;
  readonly dns: DnsClient;
  readonly device: Device;
  readonly stack: Stack;
  readonly #loop: CoreLoop;
  readonly #bind: UdpBind;

  private constructor(parts: {
    address: IpAddress;
    dns: DnsClient;
    device: Device;
    stack: Stack;
    loop: CoreLoop;
    bind: UdpBind;
  }) {
    this.address = parts.address;
    this.device = parts.device;
    this.stack = parts.stack;
    this.#loop = parts.loop;
    this.#bind = parts.bind;
    this.dns = parts.dns;
  }

  static async join(cloud: DemoCloud, { slug, network = null, name = "laptop" }: JoinOptions): Promise<DemoPeer> {
    const privateKey = new Uint8Array(randomBytes(32));
    const organizations = await callApi(cloud, "query { organizations { nodes { id slug } } }", {});
    const nodes: unknown = Reflect.get(Object(organizations["organizations"]), "nodes");
    const organization = Array.isArray(nodes) ? nodes.find((node) => Reflect.get(Object(node), "slug") === slug) : null;
    const added = await callApi(
      cloud,
      "mutation ($input: AddWireGuardPeerInput!) { addWireGuardPeer(input: $input) { peerip endpointip pubkey } }",
      {
        organizationId: Reflect.get(Object(organization), "id"),
        name,
        pubkey: Buffer.from(publicKeyOf(privateKey)).toString("base64"),
        network,
      },
    );
    const field = (key: string): string => String(Reflect.get(Object(added["addWireGuardPeer"]), key));
    return DemoPeer.#open(privateKey, field("peerip"), field("endpointip"), field("pubkey"));
  }

  static async #open(privateKey: Uint8Array, peerip: string, endpoint: string, pubkey: string): Promise<DemoPeer> {
    const address = parseIp(peerip)!;
    const random = (length: number): Uint8Array => randomBytes(length);
    let loop: CoreLoop | undefined;
    const bind = await UdpBind.open({
      family: 4,
      onDatagram: (datagram, from) => {
        device.receive(datagram, from, systemClock.now());
        loop?.wake();
      },
    });
    const device = new Device({
      privateKey,
      mtu: 1420,
      random,
      wall: () => Date.now(),
      sink: bind,
      deliver: (buffer, offset, length, _peer, now) => stack.receive(buffer, offset, length, now),
    });
    const stack = new Stack({
      addresses: [address],
      mtu: 1420,
      headroom: HEADROOM,
      tailroom: TAILROOM,
      random,
      sendPacket: (buffer, offset, length) => void device.encapsulate(buffer, offset, length, systemClock.now()),
      onWake: () => loop?.wake(),
    });
    const dns = new DnsClient({ stack, servers: [dnsOf(address)], random });
    loop = new CoreLoop(systemClock, [dns, stack, device]);
    const [host = "", port = ""] = endpoint.split(":");
    const to = udpEndpoint(host, Number(port))!;
    const allowedIps = [maskAddress(address, 16)];
    device.addPeer({ publicKey: Buffer.from(pubkey, "base64"), endpoint: to, allowedIps }, systemClock.now());
    return new DemoPeer({ address, dns, device, stack, loop, bind });
  }

  async connect(address: string, port: number, timeoutMs = 5000): Promise<TcpStream> {
    const stream = await connectStream(this.stack, systemClock, { remote: parseIp(address)!, port, timeoutMs });
    // A test that ends first cuts its connections.
    stream.on("error", () => undefined);
    return stream;
  }

  resolve(name: string, type: DnsType): Promise<DnsResult> {
    return new Promise((done) => {
      this.dns.resolve(name, type, systemClock.now(), done);
      this.#loop.wake();
    });
  }

  ping(address: string, timeoutMs = 2000): Promise<PingReply> {
    return new Promise((done) => this.stack.ping(parseIp(address)!, 32, systemClock.now(), done, { timeoutMs }));
  }

  dispose(): void {
    this.dns.dispose();
    this.stack.dispose();
    this.#loop.dispose();
    this.#bind.dispose();
    this.device.dispose();
  }
}

/** `<prefix>::3` of the peer's network (fly-platform.md section 3). */
function dnsOf(address: IpAddress): IpAddress {
  const bytes = Uint8Array.from(maskAddress(address, 48).address.bytes);
  bytes[15] = 3;
  return ipFromBytes(bytes);
}
