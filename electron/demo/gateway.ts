import { randomBytes } from "node:crypto";
import type { Clock } from "../base/clock.ts";
import { type Disposable, DisposableStore } from "../base/dispose.ts";
import { CulvertError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { CoreLoop } from "../engine/core-loop.ts";
import { UdpBind } from "../engine/udp-bind.ts";
import type { DatagramSink, Endpoint } from "../wireguard/seam.ts";
import { GatewayCore } from "./gateway-core.ts";
import type { GatewayControl, GatewayModes } from "./gateway-modes.ts";
import { PrivateNetwork } from "./private-network.ts";
import { WebsocketFront } from "./websocket-front.ts";
import type { Peer, World } from "./world.ts";

export interface GatewayOptions {
  readonly world: World;
  readonly clock: Clock;
  readonly log: Log;
  /** UDP port on 127.0.0.1, and TCP port of the WebSocket; any when left out. */
  readonly port?: number;
}

const MTU = 1420;
/** How many free UDP ports are tried whose TCP twin may be taken. */
const MOST_PORT_TRIES = 8;

/**
 * The WireGuard gateway: our device as the responder for every peer of the world, and behind it one stack for each private
 * network. A peer's packets go to the stack of its own network only, whatever their destination.
 */
export class Gateway implements Disposable, GatewayControl {
  readonly #clock: Clock;
  readonly #core: GatewayCore<PrivateNetwork>;
  readonly #networks = new Map<number, PrivateNetwork>();
  readonly #loop: CoreLoop;
  readonly #owned = new DisposableStore();
  #bind: UdpBind | undefined;
  #front: WebsocketFront | undefined;

  /** Rejects with `udp-failed` or `port-in-use` when the port is taken. */
  static async open(options: GatewayOptions): Promise<Gateway> {
    const gateway = new Gateway(options);
    try {
      await gateway.#openBind(options.port ?? 0);
    } catch (error) {
      gateway.dispose();
      throw error;
    }
    return gateway;
  }

  private constructor({ world, clock, log }: GatewayOptions) {
    this.#clock = clock;
    const random = (length: number): Uint8Array => randomBytes(length);
    const sink: DatagramSink = { sendDatagram: (datagram, to) => this.#carrierOf(to)?.sendDatagram(datagram, to) };
    this.#core = new GatewayCore<PrivateNetwork>({
      privateKey: world.gatewayPrivateKey,
      mtu: MTU,
      random,
      wall: () => clock.wall(),
      sink,
      deliver: (buffer, offset, length, network, now) => network.stack.receive(buffer, offset, length, now),
    });
    for (const network of world.networks) {
      const made = new PrivateNetwork({
        world,
        network,
        mtu: MTU,
        clock,
        log,
        random,
        sendPacket: (buffer, offset, length) => this.#core.encapsulate(buffer, offset, length, this.#loop.now()),
        onWake: () => this.#loop.wake(),
      });
      this.#networks.set(network.id, made);
    }
    this.#loop = new CoreLoop(clock, [...[...this.#networks.values()].map(({ stack }) => stack), this.#core]);
    for (const peer of world.peers) this.#admit(peer);
    this.#owned.add(
      world.onPeersChanged(({ kind, peer }) => (kind === "added" ? this.#admit(peer) : this.#expel(peer))),
    );
  }

  /** "127.0.0.1:PORT" */
  get endpoint(): string {
    return `127.0.0.1:${this.#bind?.localPort ?? 0}`;
  }

  get modes(): GatewayModes {
    return this.#core.modes;
  }

  set(modes: Partial<GatewayModes>): void {
    this.#core.set(modes, this.#clock.now());
    this.#loop.wake();
  }

  evict(publicKey?: Uint8Array): void {
    this.#core.evict(publicKey);
  }

  dispose(): void {
    this.#owned.dispose();
    for (const network of this.#networks.values()) network.dispose();
    this.#loop.dispose();
    this.#bind?.dispose();
    this.#front?.dispose();
    this.#core.dispose();
  }

  /** UDP and the WebSocket on ports of the same number: the API has room for one only. */
  async #openBind(port: number): Promise<void> {
    const onDatagram = (datagram: Uint8Array, from: Endpoint): void => {
      this.#core.receive(datagram, from, this.#loop.now());
      this.#loop.wake();
    };
    const host = "127.0.0.1";
    for (let tries = 1; this.#front === undefined; tries++) {
      const bind = await UdpBind.open({ family: 4, host, port, onDatagram });
      try {
        this.#front = await WebsocketFront.open({ host, port: bind.localPort, onDatagram });
        this.#bind = bind;
      } catch (error) {
        bind.dispose();
        if (port !== 0 || tries >= MOST_PORT_TRIES)
          throw new CulvertError("port-in-use", `${host}:${bind.localPort} (TCP)`, { cause: error });
      }
    }
  }

  #carrierOf(to: Endpoint): DatagramSink | undefined {
    switch (to.carrier) {
      case "udp":
        return this.#bind;
      case "websocket":
        return this.#front;
    }
  }

  #admit(peer: Peer): void {
    const network = this.#networks.get(peer.networkId);
    if (network === undefined) return;
    // The whole /120 is the peer's: flyctl speaks from its base address (fly-platform.md section 3).
    this.#core.admit({ publicKey: peer.publicKey, allowedIps: [peer.block] }, network, this.#clock.now());
    this.#loop.wake();
  }

  #expel(peer: Peer): void {
    this.#core.expel(peer.publicKey);
  }
}
