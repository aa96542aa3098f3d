import type { IpAddress } from "../../base/ip-address.ts";
import type { TcpHost } from "./host.ts";
import type { Tcb } from "./tcb.ts";
import { FIRST_EPHEMERAL_PORT, LAST_EPHEMERAL_PORT } from "./tuning.ts";

/** Connections by their four-tuple: a map by the pair of ports, and a chain of those that share it. */
export class ConnectionTable {
  readonly #buckets = new Map<number, Tcb>();
  readonly #all = new Set<Tcb>();

  get size(): number {
    return this.#all.size;
  }

  [Symbol.iterator](): Iterator<Tcb> {
    return this.#all.values();
  }

  find(local: IpAddress, localPort: number, remote: IpAddress, remotePort: number): Tcb | undefined {
    for (let tcb = this.#buckets.get(localPort * 65_536 + remotePort); tcb !== undefined; tcb = tcb.nextInBucket) {
      if (isSame(tcb.remote, remote) && isSame(tcb.local, local)) return tcb;
    }
    return undefined;
  }

  add(tcb: Tcb): void {
    const key = tcb.localPort * 65_536 + tcb.remotePort;
    tcb.nextInBucket = this.#buckets.get(key);
    this.#buckets.set(key, tcb);
    this.#all.add(tcb);
  }

  remove(tcb: Tcb): void {
    if (!this.#all.delete(tcb)) return;
    const key = tcb.localPort * 65_536 + tcb.remotePort;
    const first = this.#buckets.get(key);
    if (first === tcb) {
      if (tcb.nextInBucket === undefined) this.#buckets.delete(key);
      else this.#buckets.set(key, tcb.nextInBucket);
      return;
    }
    for (let before = first; before !== undefined; before = before.nextInBucket) {
      if (before.nextInBucket === tcb) before.nextInBucket = tcb.nextInBucket;
    }
  }

  /** RFC 6056 section 3.3.1: a random port that no connection to the same place uses, those in TIME-WAIT counted. */
  freePort(local: IpAddress, remote: IpAddress, remotePort: number, host: TcpHost): number | undefined {
    const span = LAST_EPHEMERAL_PORT - FIRST_EPHEMERAL_PORT + 1;
    const random = host.random(4);
    const first = (random[0]! | (random[1]! << 8) | (random[2]! << 16)) % span;
    for (let i = 0; i < span; i++) {
      const port = FIRST_EPHEMERAL_PORT + ((first + i) % span);
      if (this.find(local, port, remote, remotePort) === undefined) return port;
    }
    return undefined;
  }
}

function isSame(a: IpAddress, b: IpAddress): boolean {
  return a === b || a.text === b.text;
}
