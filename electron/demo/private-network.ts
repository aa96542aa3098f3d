import type { Clock } from "../base/clock.ts";
import { type Disposable, DisposableStore } from "../base/dispose.ts";
import type { Log } from "../base/log.ts";
import { packetSlots } from "../crypto/aead.ts";
import { Stack } from "../netstack/stack.ts";
import { HEADROOM, TAILROOM } from "../wireguard/seam.ts";
import { serveDns } from "./dns-server.ts";
import { RunningMachine } from "./running-machine.ts";
import type { Machine, Network, World } from "./world.ts";

export interface PrivateNetworkOptions {
  readonly world: World;
  readonly network: Network;
  readonly mtu: number;
  readonly clock: Clock;
  readonly log: Log;
  random(length: number): Uint8Array;
  /** As Stack's. */
  sendPacket(buffer: Uint8Array, offset: number, length: number): void;
  onWake(): void;
}

const HOUR_MS = 3_600_000;

/** One 6PN: an IP stack of its own with the addresses of its DNS server and machines. Nothing leads to another one. */
export class PrivateNetwork implements Disposable {
  readonly stack: Stack;
  readonly #options: PrivateNetworkOptions;
  readonly #owned = new DisposableStore();
  readonly #running = new Map<string, RunningMachine>();

  constructor(options: PrivateNetworkOptions) {
    this.#options = options;
    const { world, network, clock } = options;
    const machines = world.machines.filter((machine) => machine.networkId === network.id);
    this.stack = new Stack({
      addresses: [network.dns, ...machines.map((machine) => machine.address)],
      mtu: options.mtu,
      headroom: HEADROOM,
      tailroom: TAILROOM,
      packets: packetSlots(),
      random: (length) => options.random(length),
      sendPacket: (buffer, offset, length) => options.sendPacket(buffer, offset, length),
      onWake: () => options.onWake(),
    });
    this.#owned.add(this.stack);
    this.#owned.add(serveDns({ world, network, stack: this.stack, clock }));
    for (const machine of machines) {
      // Up for some hours already, each for another while.
      const hours = 3 + (world.derive(`uptime ${machine.id}`, 1)[0]! % 90);
      if (machine.state === "started") this.#start(machine, clock.wall() - hours * HOUR_MS);
    }
    this.#owned.add(
      world.onMachineChanged((machine) => {
        if (machine.networkId !== network.id) return;
        this.#running.get(machine.id)?.dispose();
        this.#running.delete(machine.id);
        if (machine.state === "started") this.#start(machine, clock.wall());
        options.onWake();
      }),
    );
  }

  dispose(): void {
    for (const machine of this.#running.values()) machine.dispose();
    this.#running.clear();
    this.#owned.dispose();
  }

  #start(machine: Machine, bootedAt: number): void {
    const { world, network, clock, log } = this.#options;
    this.#running.set(
      machine.id,
      new RunningMachine(machine, bootedAt, { world, network, stack: this.stack, clock, log }),
    );
  }
}
