import { createHash } from "node:crypto";
import { networkInterfaces } from "node:os";
import { formatHostPort, maskAddress, parseIp } from "../../base/ip-address.ts";
import type { CarrierMemory, CarrierName } from "./carrier.ts";

/** The oldest are forgotten: what is remembered only saves a second and a half. */
const MOST_PLACES = 256;

export interface NetworkMemoryOptions {
  /** The local network as a short text; the computer's own when left out. */
  readonly network?: () => string;
  /** Everything remembered, whenever it changes: hashes only, no address can be read from them. */
  onChange?(known: readonly string[]): void;
}

/** The networks on which UDP to a gateway was not answered while the WebSocket was. */
export class NetworkMemory implements CarrierMemory {
  readonly #network: () => string;
  readonly #onChange: ((known: readonly string[]) => void) | undefined;
  readonly #blocked = new Set<string>();

  constructor({ network = localNetwork, onChange }: NetworkMemoryOptions = {}) {
    this.#network = network;
    this.#onChange = onChange;
  }

  /** What an earlier run told `onChange`. */
  learn(known: readonly string[]): void {
    for (const place of known.slice(-MOST_PLACES)) this.#blocked.add(place);
  }

  isUdpBlocked(gatewayHost: string): boolean {
    return this.#blocked.has(this.#place(gatewayHost));
  }

  remember(gatewayHost: string, winner: CarrierName): void {
    const place = this.#place(gatewayHost);
    const changed = winner === "udp" ? this.#blocked.delete(place) : !this.#blocked.has(place);
    if (!changed) return;
    if (winner === "websocket") this.#blocked.add(place);
    for (const oldest of this.#blocked) {
      if (this.#blocked.size <= MOST_PLACES) break;
      this.#blocked.delete(oldest);
    }
    this.#onChange?.([...this.#blocked]);
  }

  #place(gatewayHost: string): string {
    return createHash("sha256").update(`${gatewayHost}\n${this.#network()}`).digest("hex").slice(0, 16);
  }
}

/** The subnets that the computer is in: they stay when an address is renewed, and change with the network. */
function localNetwork(): string {
  const subnets = new Set<string>();
  for (const addresses of Object.values(networkInterfaces())) {
    for (const { address, cidr, internal } of addresses ?? []) {
      const parsed = parseIp(address);
      const length = Number(cidr?.split("/")[1]);
      if (internal || parsed === undefined || !Number.isInteger(length) || address.startsWith("fe80:")) continue;
      subnets.add(formatHostPort(maskAddress(parsed, length).address.text, length));
    }
  }
  return [...subnets].sort().join(" ");
}
