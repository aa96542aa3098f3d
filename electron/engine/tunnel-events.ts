import type { EventFacts } from "../../shared/network-events.ts";
import { parseIp } from "../base/ip-address.ts";
import type { DeviceEvent, Peer } from "../wireguard/device.ts";
import { type Endpoint, placeText } from "../wireguard/seam.ts";
import type { CarrierName } from "./carriers/carrier.ts";
import { shownKey } from "./device-events.ts";

/** From what the device and the carriers tell to what people are told: pure, one for each tunnel. */
export class TunnelEvents {
  readonly #note: (facts: EventFacts) => void;
  readonly #silentAfter: number;
  /** Peers that packets pass to and from, as far as people were told. */
  readonly #up = new Set<Peer>();
  readonly #carriers = new Map<Peer, CarrierName>();

  /** `silentAfter`: how many initiations in a row make a silence. */
  constructor(silentAfter: number, note: (facts: EventFacts) => void) {
    this.#silentAfter = silentAfter;
    this.#note = note;
  }

  /** `roamed`: an endpoint-changed event is about a place that nobody named to us. */
  device(event: DeviceEvent, carrier: CarrierName, roamed: boolean): void {
    const facts = this.#factsOf(event, carrier, roamed);
    if (facts !== undefined) this.#note(facts);
  }

  /** A carrier won for this peer's gateway; the first one is told by the handshake that made it win. */
  carrier(carrier: CarrierName, gateway: string, peer: Peer): void {
    const before = this.#carriers.get(peer);
    this.#carriers.set(peer, carrier);
    if (before !== undefined && before !== carrier) this.#note({ kind: "carrier-changed", carrier, gateway });
  }

  /** Where a gateway's name leads; an address leads where it always did, and is not told. */
  lookedUp(host: string, found: Endpoint | undefined, moved: boolean): void {
    if (parseIp(host) !== undefined) return;
    this.#note({ kind: "name-looked-up", host, address: found === undefined ? null : placeText(found), moved });
  }

  #factsOf(event: DeviceEvent, carrier: CarrierName, roamed: boolean): EventFacts | undefined {
    if (event.kind === "load-changed") return undefined;
    const peer = shownKey(event.peer);
    switch (event.kind) {
      case "handshake-sent":
        if (event.attempt !== this.#silentAfter) return undefined;
        this.#up.delete(event.peer);
        return { kind: "gateway-silent", peer, attempts: event.attempt };
      case "handshake-complete": {
        const kind = this.#up.has(event.peer) ? "handshake" : "tunnel-up";
        this.#up.add(event.peer);
        return { kind, peer, carrier, rttMs: event.rttMs ?? null };
      }
      case "handshake-gave-up":
        this.#up.delete(event.peer);
        return { kind: "gateway-gave-up", peer, attempts: event.attempts };
      case "handshake-refused":
        return { kind: "handshake-refused", peer, reason: event.reason };
      case "session-expired":
        this.#up.delete(event.peer);
        return { kind: "keys-erased", peer, cause: event.cause };
      case "endpoint-changed":
        return roamed ? { kind: "roamed", peer, endpoint: placeText(event.endpoint) } : undefined;
      case "cookie-received":
        return { kind: "cookie-asked", peer };
    }
  }
}
