import type { EventFacts } from "../../shared/network-events.ts";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { CarrierChoice, CarrierMemory } from "./carriers/carrier.ts";
import type { Timestamps } from "./timestamp-keeper.ts";
import type { TunnelSpec } from "./tunnel-spec.ts";
import type { Interfaces } from "./wake-detector.ts";

/** What a tunnel has from outside; tunnels share it. */
export interface TunnelEnvironment {
  readonly clock: Clock;
  readonly log: Log;
  /** "auto" when left out: UDP and WebSocket are raced where a gateway speaks both. */
  readonly carrier?: CarrierChoice;
  /** Where UDP is known to be blocked; tunnels that share it learn from each other. */
  readonly carrierMemory?: CarrierMemory;
  /** Without it a wall clock set back between two runs locks us out (W44). */
  readonly timestamps?: Timestamps;
  /** Network interfaces; the system's when left out. */
  readonly interfaces?: () => Interfaces;
  /** Told of what people may want to know of this tunnel. */
  readonly note?: (spec: TunnelSpec, facts: EventFacts) => void;
}
