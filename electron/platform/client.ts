import type { App, Machine, Organization, Region } from "../../shared/models.ts";
import { app, apps } from "./apps.ts";
import { type CertificateInput, issueCertificate } from "./certificates.ts";
import { machines } from "./machines.ts";
import { organizations } from "./organizations.ts";
import type { PeerAnswer } from "./peer-config.ts";
import {
  type AddPeerInput,
  addPeer,
  type PlatformPeer,
  peers,
  type RemovePeerInput,
  removePeer,
  validatePeers,
} from "./peers.ts";
import { nearestRegion, regions } from "./regions.ts";
import { Transport, type TransportOptions } from "./transport.ts";
import { type Viewer, viewer } from "./viewer.ts";

export type PlatformClientOptions = TransportOptions;

/**
 * The platform's API with one token. Every method rejects with a CulvertError: unauthorized, forbidden, not-found,
 * rate-limited, api-unreachable, api-error or cancelled, and the platform's words and request id as detail.
 */
export class PlatformClient {
  readonly #transport: Transport;

  /** Throws `endpoint-invalid` for an address that must not get a token, `unauthorized` for a token that cannot be one. */
  constructor(options: PlatformClientOptions) {
    this.#transport = new Transport(options);
  }

  viewer(signal?: AbortSignal): Promise<Viewer> {
    return viewer(this.#transport, signal);
  }

  organizations(signal?: AbortSignal): Promise<Organization[]> {
    return organizations(this.#transport, signal);
  }

  /** By the organization's id, not its slug. */
  apps(organizationId: string, signal?: AbortSignal): Promise<App[]> {
    return apps(this.#transport, organizationId, signal);
  }

  app(name: string, signal?: AbortSignal): Promise<App> {
    return app(this.#transport, name, signal);
  }

  machines(appName: string, signal?: AbortSignal): Promise<Machine[]> {
    return machines(this.#transport, appName, signal);
  }

  nearestRegion(signal?: AbortSignal): Promise<Region> {
    return nearestRegion(this.#transport, signal);
  }

  regions(signal?: AbortSignal): Promise<Region[]> {
    return regions(this.#transport, signal);
  }

  peers(orgSlug: string, signal?: AbortSignal): Promise<PlatformPeer[]> {
    return peers(this.#transport, orgSlug, signal);
  }

  /** Rejects with `peer-rejected` too; `peerConfig` makes a tunnel's configuration of the answer. */
  addPeer(input: AddPeerInput, signal?: AbortSignal): Promise<PeerAnswer> {
    return addPeer(this.#transport, input, signal);
  }

  removePeer(input: RemovePeerInput, signal?: AbortSignal): Promise<void> {
    return removePeer(this.#transport, input, signal);
  }

  validatePeers(ips: readonly string[], signal?: AbortSignal): Promise<{ valid: string[]; invalid: string[] }> {
    return validatePeers(this.#transport, ips, signal);
  }

  /** One authorized_keys line. */
  issueCertificate(input: CertificateInput, signal?: AbortSignal): Promise<string> {
    return issueCertificate(this.#transport, input, signal);
  }
}
