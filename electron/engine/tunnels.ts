import { isDeepStrictEqual } from "node:util";
import type { Tunnel as TunnelModel } from "../../shared/models.ts";
import type { Disposable } from "../base/dispose.ts";
import { asCulvertError, CulvertError } from "../base/errors.ts";
import { plainName } from "./capture/capture-name.ts";
import type { CarrierChoice } from "./carriers/carrier.ts";
import { Tunnel } from "./tunnel.ts";
import type { TunnelEnvironment } from "./tunnel-environment.ts";
import { labelOf, type TunnelSpec } from "./tunnel-spec.ts";
import type { PowerChange } from "./wake-detector.ts";

/** Why a tunnel is closed, which is what its shells end with: only the first means that it comes back at once. */
export type TunnelEnd = "tunnel-replaced" | "peer-removed" | "cancelled";

interface Entry {
  readonly spec: TunnelSpec;
  readonly opening: Promise<Tunnel>;
  tunnel: Tunnel | undefined;
}

/** The open tunnels, one per account, organization and network. They stay warm between sessions. */
export class Tunnels implements Disposable {
  #environment: TunnelEnvironment;
  readonly #entries = new Map<string, Entry>();
  #disposed = false;

  constructor(environment: TunnelEnvironment) {
    this.#environment = environment;
  }

  /** The tunnel of `spec.id`; one that was opened with another key (the peer was made anew) is replaced. */
  async open(spec: TunnelSpec, signal: AbortSignal): Promise<Tunnel> {
    for (;;) {
      if (this.#disposed || signal.aborted) throw new CulvertError("cancelled");
      const known = this.#entries.get(spec.id);
      if (known !== undefined && !isSamePeer(known.spec, spec)) this.close(spec.id, "tunnel-replaced");
      const entry = this.#entries.get(spec.id) ?? this.#start(spec);
      const tunnel = await entry.opening;
      // It may have been closed while it opened, because its peer was replaced or its account removed.
      if (this.#entries.get(spec.id) === entry && !signal.aborted) return tunnel;
    }
  }

  list(): TunnelModel[] {
    return [...this.#entries.values()].flatMap(({ tunnel }) => (tunnel === undefined ? [] : [tunnel.snapshot()]));
  }

  /** Throws "not-found". */
  get(id: string): Tunnel {
    const tunnel = this.#entries.get(id)?.tunnel;
    if (tunnel === undefined) throw new CulvertError("not-found", "the tunnel is closed");
    return tunnel;
  }

  /**
   * What people call it; with its gateway where several open ones are called the same, or would be in names of files. Throws
   * "not-found".
   */
  labelOf(id: string): string {
    const { spec, gateway } = this.get(id);
    const label = labelOf(spec);
    const plain = plainName(label);
    const alike = [...this.#entries.values()].filter((entry) => plainName(labelOf(entry.spec)) === plain);
    return alike.length > 1 ? `${label} (${gateway})` : label;
  }

  /** Resolves once every capture's file is whole. */
  async endCaptures(): Promise<void> {
    await Promise.all([...this.#entries.values()].map(({ tunnel }) => tunnel?.capture.stop()));
  }

  close(id: string, why: TunnelEnd): void {
    const entry = this.#entries.get(id);
    this.#entries.delete(id);
    entry?.opening.then(
      (tunnel) => {
        this.#environment.note?.(entry.spec, { kind: "tunnel-closed", gateway: tunnel.gateway });
        tunnel.dispose(new CulvertError(why));
      },
      () => undefined,
    );
  }

  /** For the open tunnels and those to come. */
  chooseCarrier(carrier: CarrierChoice): void {
    this.#environment = { ...this.#environment, carrier };
    for (const { opening } of this.#entries.values()) {
      opening.then(
        (tunnel) => tunnel.chooseCarrier(carrier),
        () => undefined,
      );
    }
  }

  power(change: PowerChange): void {
    for (const { tunnel } of this.#entries.values()) tunnel?.power(change);
  }

  hasAccount(accountId: string): boolean {
    return [...this.#entries.values()].some(({ spec }) => spec.accountId === accountId);
  }

  closeAccount(accountId: string, why: TunnelEnd): void {
    for (const { spec } of [...this.#entries.values()]) if (spec.accountId === accountId) this.close(spec.id, why);
  }

  dispose(): void {
    this.#disposed = true;
    for (const id of [...this.#entries.keys()]) this.close(id, "cancelled");
  }

  #start(spec: TunnelSpec): Entry {
    const entry: Entry = { spec, opening: Tunnel.open(spec, this.#environment), tunnel: undefined };
    this.#entries.set(spec.id, entry);
    entry.opening.then(
      (tunnel) => {
        entry.tunnel = tunnel;
        this.#environment.note?.(spec, { kind: "tunnel-opened", gateway: tunnel.gateway });
      },
      (reason: unknown) => {
        const { code, detail } = asCulvertError(reason);
        const gateway = spec.peers.find(({ endpoint }) => endpoint !== undefined)?.endpoint?.host ?? "";
        this.#environment.note?.(spec, { kind: "tunnel-failed", gateway, code, detail: detail?.slice(0, 300) ?? null });
        if (this.#entries.get(spec.id) === entry) this.#entries.delete(spec.id);
      },
    );
    return entry;
  }
}

/** Whether a tunnel of the one serves for the other. */
function isSamePeer(a: TunnelSpec, b: TunnelSpec): boolean {
  return isDeepStrictEqual(inUse(a), inUse(b));
}

function inUse({ privateKey, addresses, dns, searchDomains, mtu, listenPort, peers }: TunnelSpec): unknown {
  return { privateKey, addresses, dns, searchDomains, mtu, listenPort, peers };
}
