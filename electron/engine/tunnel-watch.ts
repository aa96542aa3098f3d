import type { TunnelWatch } from "../../shared/contract.ts";
import type { Tunnel } from "../../shared/models.ts";
import type { Disposable } from "../base/dispose.ts";

const EVERY_MS = 1000;
/** Watched calmly, quiet tunnels are told of after so many looks, then after twice and three times as many. */
const QUIET_LOOKS = 4;
const MOST_QUIET_LOOKS = 12;
/** Bytes in a second that are more than keepalives: something is fetched. */
const BUSY_BYTES = 2048;
/** What an SSH keepalive and its answer are on the wire, acknowledgements included; each connection has its own. */
const KEEPALIVE_BYTES = 512;

/**
 * Tells the tunnels' figures as often as they are looked at. Closely: each second. Calmly, which is the status bar: each second
 * in which a state changed or traffic flowed and the one after it; otherwise after 4, 8 and then every 12 seconds, because each
 * telling costs host and page some 15 ms, and an idle window is to cost nothing.
 */
export class TunnelWatcher implements Disposable {
  readonly #list: () => Tunnel[];
  readonly #tell: (tunnels: Tunnel[]) => void;
  #how: TunnelWatch = "off";
  #timer: NodeJS.Timeout | undefined;
  #states = "";
  /** Of the last look; undefined before the first. */
  #bytes: number | undefined;
  #wasBusy = false;
  #untold = 0;
  /** Looks from one telling to the next, as long as nothing happens. */
  #patience = QUIET_LOOKS;

  constructor(list: () => Tunnel[], tell: (tunnels: Tunnel[]) => void) {
    this.#list = list;
    this.#tell = tell;
  }

  /** Tells at once, unless it is "off". */
  watch(how: TunnelWatch): void {
    this.#how = how;
    clearInterval(this.#timer);
    this.#timer = undefined;
    if (how === "off") return;
    this.#timer = setInterval(() => this.#look(), EVERY_MS);
    this.#untold = MOST_QUIET_LOOKS;
    this.#patience = 0;
    this.#bytes = undefined;
    this.#look();
  }

  dispose(): void {
    this.watch("off");
  }

  #look(): void {
    const tunnels = this.#list();
    const states = statesOf(tunnels);
    const bytes = tunnels.reduce((sum, { bytesIn, bytesOut }) => sum + bytesIn + bytesOut, 0);
    const isBusy = Math.abs(bytes - (this.#bytes ?? bytes)) >= busyFrom(tunnels);
    const isNews = states !== this.#states || isBusy || this.#wasBusy;
    this.#states = states;
    this.#bytes = bytes;
    this.#wasBusy = isBusy;
    this.#untold += 1;
    if (this.#how !== "closely" && !isNews && this.#untold < this.#patience) return;
    this.#patience = isNews ? QUIET_LOOKS : Math.min(MOST_QUIET_LOOKS, this.#patience + QUIET_LOOKS);
    this.#untold = 0;
    this.#tell(tunnels);
  }
}

function busyFrom(tunnels: readonly Tunnel[]): number {
  return tunnels.reduce((sum, { connections }) => sum + connections.length * KEEPALIVE_BYTES, BUSY_BYTES);
}

/** All that a person sees of tunnels without looking at figures. */
function statesOf(tunnels: readonly Tunnel[]): string {
  return JSON.stringify(
    tunnels.map((one) => [
      one.id,
      one.state,
      one.carrier,
      one.gateway,
      one.region,
      one.lastHandshakeAt === null,
      one.error?.code,
      one.capture?.state,
      one.connections.length,
    ]),
  );
}
