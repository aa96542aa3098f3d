import { networkInterfaces } from "node:os";
import type { Clock } from "../base/clock.ts";
import type { Disposable } from "../base/dispose.ts";

/**
 * Notices that the machine slept or moved to another network. Node's monotonic clock stops while Linux and macOS sleep, so
 * keys look younger than they are; the wall clock goes on. Elsewhere the monotonic clock goes on, and a timer comes late.
 */

export interface Wake {
  readonly kind: "resumed" | "network-changed";
}

/** What the desktop edition is told by the system (Electron's powerMonitor). */
export type PowerChange = "suspend" | "resume";

/** As `os.networkInterfaces()` gives it; only what identifies the network is read. */
export type Interfaces = Readonly<
  Record<string, readonly { readonly address: string; readonly internal: boolean }[] | undefined>
>;

export interface WakeDetectorOptions {
  readonly clock: Clock;
  /** The system's when left out. */
  readonly interfaces?: () => Interfaces;
  /** At most one for each look; a resume outranks a change of network, which it calls for the same remedies. */
  onWake(wake: Wake): void;
}

export const WAKE_POLL_MS = 5_000;
/** The wall clock ran this much further than the monotonic one: sleep, or a step by a time server, which costs a handshake. */
const WAKE_DRIFT_MS = 5_000;
/** A timer that came this late: the process stood still although its clock did not. */
const WAKE_LATE_MS = 30_000;

/** The pure core: what two looks at the clocks and interfaces, `WAKE_POLL_MS` apart, say together. */
export class WakeWatch {
  #now: number;
  #wall: number;
  #network: string;

  constructor(now: number, wall: number, interfaces: Interfaces) {
    this.#now = now;
    this.#wall = wall;
    this.#network = networkSignature(interfaces);
  }

  look(now: number, wall: number, interfaces: Interfaces): Wake | undefined {
    const passed = now - this.#now;
    // A clock set back is no sleep: keys are judged on the monotonic one, and labels never fall (W44).
    const slept = wall - this.#wall - passed > WAKE_DRIFT_MS || passed - WAKE_POLL_MS > WAKE_LATE_MS;
    const network = networkSignature(interfaces);
    const moved = network !== this.#network;
    this.#now = now;
    this.#wall = wall;
    this.#network = network;
    if (slept) return { kind: "resumed" };
    return moved ? { kind: "network-changed" } : undefined;
  }
}

/**
 * Equal as long as the same addresses stand on the same interfaces. Loopback and link-local addresses are left out: they
 * carry no way out, and come and go with containers and virtual machines.
 */
export function networkSignature(interfaces: Interfaces): string {
  const places: string[] = [];
  for (const [name, addresses] of Object.entries(interfaces)) {
    for (const { address, internal } of addresses ?? []) {
      if (!internal && !isLinkLocal(address)) places.push(`${name} ${address}`);
    }
  }
  return places.sort().join("\n");
}

function isLinkLocal(address: string): boolean {
  return /^fe[89ab]/i.test(address) || address.startsWith("169.254.");
}

/** Looks every `WAKE_POLL_MS`; does not keep the process alive. */
export class WakeDetector implements Disposable {
  readonly #timer: NodeJS.Timeout;
  readonly #look: () => void;

  constructor({ clock, interfaces = readInterfaces, onWake }: WakeDetectorOptions) {
    const watch = new WakeWatch(clock.now(), clock.wall(), interfaces());
    this.#look = () => {
      const wake = watch.look(clock.now(), clock.wall(), interfaces());
      if (wake !== undefined) onWake(wake);
    };
    this.#timer = setInterval(this.#look, WAKE_POLL_MS);
    this.#timer.unref();
  }

  /** Somebody knows that the machine woke up: no need to wait for the next look. */
  lookNow(): void {
    this.#look();
  }

  dispose(): void {
    clearInterval(this.#timer);
  }
}

/** Some sandboxes forbid the question; nothing is known then and nothing ever changes. */
function readInterfaces(): Interfaces {
  try {
    return networkInterfaces();
  } catch {
    return {};
  }
}
