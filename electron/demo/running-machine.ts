import type { Server } from "node:http";
import type { Duplex } from "node:stream";
import type { Clock } from "../base/clock.ts";
import { type Disposable, DisposableStore, toDisposable } from "../base/dispose.ts";
import type { Log } from "../base/log.ts";
import type { Stack } from "../netstack/stack.ts";
import type { TcpConnection } from "../netstack/tcp/connection.ts";
import { TcpStream } from "../netstack/tcp-stream.ts";
import { keyPairFromSeed } from "../ssh/certificates.ts";
import { createHttpService, HTTP_PORT } from "./http-service.ts";
import { createMachineHost } from "./machine-host.ts";
import type { ShellHost } from "./shell/types.ts";
import { serveSsh } from "./ssh/server.ts";
import type { Machine, Network, World } from "./world.ts";

export interface MachineEnvironment {
  readonly world: World;
  readonly network: Network;
  readonly stack: Stack;
  readonly clock: Clock;
  readonly log: Log;
}

const SSH_PORT = 22;
const MOST_CONNECTIONS = 256;

/** What a started machine listens on. Disposing is stopping it: every connection is cut, its files are forgotten. */
export class RunningMachine implements Disposable {
  readonly #environment: MachineEnvironment;
  readonly #owned = new DisposableStore();
  readonly #host: ShellHost;
  #open = 0;

  constructor(machine: Machine, bootedAt: number, environment: MachineEnvironment) {
    this.#environment = environment;
    const { world, network, clock, log } = environment;
    this.#host = createMachineHost({ world, network, machine, bootedAt, wall: () => clock.wall() });
    const hostKey = keyPairFromSeed(world.hostKeySeed(machine.id));
    const trustedCa = keyPairFromSeed(world.caSeed).publicKey;
    const http: Server = createHttpService(machine, network.orgSlug);
    this.#listen(machine, SSH_PORT, (stream) => serveSsh(stream, { hostKey, trustedCa, host: this.#host, log }));
    this.#listen(machine, HTTP_PORT, (stream) => http.emit("connection", stream));
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #listen(machine: Machine, port: number, serve: (stream: Duplex) => void): void {
    const { stack, clock } = this.#environment;
    const listener = stack.listenTcp({ address: machine.address, port }, (connection, now) => {
      const stream = this.#accept(connection, now);
      if (stream !== undefined) serve(stream);
    });
    this.#owned.add(toDisposable(() => listener.close(clock.now())));
  }

  #accept(connection: TcpConnection, now: number): TcpStream | undefined {
    if (this.#open >= MOST_CONNECTIONS) {
      connection.abort(now);
      return undefined;
    }
    this.#open++;
    const stream = new TcpStream(connection, this.#environment.clock);
    const entry = this.#owned.add(toDisposable(() => stream.destroy()));
    // Whoever serves it may not have a listener yet, or no more.
    stream.on("error", () => stream.destroy());
    stream.once("close", () => {
      this.#open--;
      this.#owned.release(entry);
    });
    return stream;
  }
}
