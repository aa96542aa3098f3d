import { MOST_EVENTS } from "./constants.ts";
import type { DeviceEvent } from "./types.ts";

/**
 * Events that wait for the end of the turn. Beyond MOST_EVENTS they are lost, but for those that others act on: of each kind
 * of them the latest of each peer is kept.
 */
export class EventQueue {
  readonly #events: DeviceEvent[] = [];
  /** Behind all of `#events`, and once it holds something everything new is judged as it was. */
  readonly #late: DeviceEvent[] = [];

  get first(): DeviceEvent | undefined {
    return this.#events[0] ?? this.#late[0];
  }

  push(event: DeviceEvent): void {
    if (this.#late.length === 0 && this.#events.length < MOST_EVENTS) {
      this.#events.push(event);
      return;
    }
    if (!isActedOn(event)) return;
    const earlier = this.#late.findIndex(
      (other) => isActedOn(other) && other.kind === event.kind && other.peer === event.peer,
    );
    if (earlier >= 0) this.#late.splice(earlier, 1);
    this.#late.push(event);
  }

  shift(): DeviceEvent | undefined {
    return this.#events.shift() ?? this.#late.shift();
  }

  clear(): void {
    this.#events.length = 0;
    this.#late.length = 0;
  }
}

type ActedOn = DeviceEvent & { readonly kind: "endpoint-changed" | "handshake-complete" | "handshake-gave-up" };

function isActedOn(event: DeviceEvent): event is ActedOn {
  return event.kind === "endpoint-changed" || event.kind === "handshake-complete" || event.kind === "handshake-gave-up";
}
