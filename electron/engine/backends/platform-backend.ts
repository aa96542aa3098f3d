import type { App, Machine, Organization, Peer, Region } from "../../../shared/models.ts";
import type { Clock } from "../../base/clock.ts";
import { CulvertError } from "../../base/errors.ts";
import type { PlatformClient } from "../../platform/client.ts";
import { peerConfig } from "../../platform/peer-config.ts";
import { formatPublicKey, generateKeyPair } from "../../ssh/certificates.ts";
import { randomBytes } from "../random.ts";
import type { Store } from "../store.ts";
import { DEFAULT_MTU, type TunnelSpec } from "../tunnel-spec.ts";
import type { TunnelEnd } from "../tunnels.ts";
import type { Backend, PeerName, PreparedTunnel, ShellAccess } from "./backend.ts";
import { isNamedByThisComputer, keysOfAllAccounts, PeerKeeper, privateKeyOf, type StoredPeer } from "./peer-keeper.ts";

export interface PlatformBackendOptions {
  readonly accountId: string;
  readonly client: PlatformClient;
  readonly store: Store;
  readonly clock: Clock;
  /** The peer of this tunnel was removed or replaced: what runs over it cannot go on. */
  onPeerGone(tunnelId: string, why: TunnelEnd): void;
}

/** Who one is inside a machine, and the certificate's second principal (fly-platform.md section 6). */
const LOGIN_USER = "root";
const PRINCIPALS = [LOGIN_USER, "fly"];
const CERTIFICATE_HOURS = 1;
const SSH_PORT = 22;

/** An account of the platform (or of the demo, which is one): GraphQL for lists, peers and certificates. */
export class PlatformBackend implements Backend {
  readonly #accountId: string;
  readonly #client: PlatformClient;
  readonly #store: Store;
  readonly #keeper: PeerKeeper;
  readonly #onPeerGone: (tunnelId: string, why: TunnelEnd) => void;
  /** Organizations and apps by name, as last listed: their ids and networks hardly ever change. */
  #organizations = new Map<string, Organization>();
  readonly #apps = new Map<string, App>();

  constructor({ accountId, client, store, clock, onPeerGone }: PlatformBackendOptions) {
    this.#accountId = accountId;
    this.#client = client;
    this.#store = store;
    this.#onPeerGone = onPeerGone;
    this.#keeper = new PeerKeeper({ accountId, client, store, clock });
  }

  async organizations(signal?: AbortSignal): Promise<Organization[]> {
    const organizations = await this.#client.organizations(signal);
    this.#organizations = new Map(organizations.map((organization) => [organization.slug, organization]));
    return organizations;
  }

  async apps(orgSlug: string, signal?: AbortSignal): Promise<App[]> {
    const organization = await this.#organization(orgSlug, signal);
    const apps = await this.#client.apps(organization.id, signal);
    for (const app of apps) this.#apps.set(app.name, app);
    return apps;
  }

  machines(_orgSlug: string, appName: string, signal?: AbortSignal): Promise<Machine[]> {
    return this.#client.machines(appName, signal);
  }

  async prepareTunnel(orgSlug: string, appName: string, signal: AbortSignal): Promise<PreparedTunnel> {
    const organization = await this.#organization(orgSlug, signal);
    const app = this.#apps.get(appName) ?? (await this.#client.app(appName, signal));
    this.#apps.set(appName, app);
    const place = { organizationId: organization.id, orgSlug, network: app.network };
    const { peer, isNew } = await this.#keeper.ensure(place);
    if (signal.aborted) throw new CulvertError("cancelled");
    const detail = `${peer.name} · ${peer.region}${isNew ? " · made just now" : ""}`;
    return { spec: this.#specOf(peer, orgSlug, app.network), detail };
  }

  async access(orgSlug: string, appName: string, machine: Machine, signal: AbortSignal): Promise<ShellAccess> {
    const organization = await this.#organization(orgSlug, signal);
    const pair = generateKeyPair(randomBytes);
    const certificate = await this.#client.issueCertificate(
      {
        organizationId: organization.id,
        appNames: [appName],
        principals: PRINCIPALS,
        publicKey: formatPublicKey(pair.publicKey),
        validHours: CERTIFICATE_HOURS,
      },
      signal,
    );
    return {
      user: LOGIN_USER,
      login: { kind: "certificate", privateKey: pair.privateKey, certificate },
      // The API's address is fresher than DNS, which knows started machines only.
      host: machine.address ?? `${machine.id}.vm.${appName}.internal`,
      port: SSH_PORT,
      hostKeyAlias: `${machine.id}.vm.${appName}.internal`,
    };
  }

  async peers(orgSlug: string): Promise<Peer[]> {
    const peers = await this.#client.peers(orgSlug);
    const networks = new Set(peers.map(({ network }) => network));
    const own = new Set<string>();
    for (const network of networks) {
      const stored = await this.#keeper.stored(orgSlug, network);
      if (stored !== undefined) own.add(stored.name);
    }
    const kept = await keysOfAllAccounts(this.#store);
    return peers.map((peer) => {
      const thisComputer = own.has(peer.name);
      const isInUse = thisComputer || kept.has(peer.publicKey);
      return { ...peer, thisComputer, leftBehind: !isInUse && isNamedByThisComputer(peer.name) };
    });
  }

  async createPeer(orgSlug: string, region: string | undefined): Promise<Peer> {
    const organization = await this.#organization(orgSlug);
    const made = await this.#keeper.replace({ organizationId: organization.id, orgSlug, network: null }, region);
    this.#onPeerGone(this.#tunnelId(orgSlug, null), "tunnel-replaced");
    const peer = (await this.peers(orgSlug)).find(({ name }) => name === made.name);
    if (peer === undefined) throw new CulvertError("peer-rejected", made.name);
    return peer;
  }

  async removePeer(orgSlug: string, name: string): Promise<void> {
    const organization = await this.#organization(orgSlug);
    const listed = (await this.#client.peers(orgSlug)).find((peer) => peer.name === name);
    await this.#client.removePeer({ organizationId: organization.id, name });
    if (listed === undefined) return;
    const stored = await this.#keeper.stored(orgSlug, listed.network);
    if (stored?.name !== name) return;
    await this.#keeper.forget(orgSlug, listed.network);
    this.#onPeerGone(this.#tunnelId(orgSlug, listed.network), "peer-removed");
  }

  nearestRegion(): Promise<Region> {
    return this.#client.nearestRegion();
  }

  onGatewayHeard(orgSlug: string, appName: string, heard: boolean): void {
    this.#keeper.noteAnswer(orgSlug, this.#apps.get(appName)?.network ?? null, heard);
  }

  addHost(): Promise<never> {
    return Promise.reject(new CulvertError("bad-request", "only imported configurations have hosts"));
  }

  readHost(): Promise<never> {
    return this.addHost();
  }

  changeHost(): Promise<never> {
    return this.addHost();
  }

  removeHost(): Promise<never> {
    return this.addHost();
  }

  forget(leave: AbortSignal): Promise<PeerName[]> {
    return this.#keeper.close(leave);
  }

  async #organization(slug: string, signal?: AbortSignal): Promise<Organization> {
    if (!this.#organizations.has(slug)) await this.organizations(signal);
    const organization = this.#organizations.get(slug);
    if (organization === undefined) throw new CulvertError("not-found", `organization ${slug}`);
    return organization;
  }

  #tunnelId(orgSlug: string, network: string | null): string {
    return `${this.#accountId}/${orgSlug}/${network ?? ""}`;
  }

  #specOf(peer: StoredPeer, orgSlug: string, network: string | null): TunnelSpec {
    const { address, allowedIps, dns, endpoint, gatewayPublicKey, persistentKeepaliveSeconds } = peerConfig(peer);
    return {
      id: this.#tunnelId(orgSlug, network),
      accountId: this.#accountId,
      orgSlug,
      network,
      region: peer.region,
      privateKey: privateKeyOf(peer),
      addresses: [address],
      dns: [dns],
      searchDomains: [],
      mtu: DEFAULT_MTU,
      peers: [{ publicKey: gatewayPublicKey, endpoint, allowedIps, persistentKeepaliveSeconds }],
    };
  }
}
