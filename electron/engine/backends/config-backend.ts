import { type ConfigLine, configLines, entryValue, isKeptToken, SECRET_KEYS } from "../../../shared/config-lines.ts";
import type { ErrorInfo } from "../../../shared/errors.ts";
import { bareHost } from "../../../shared/host-name.ts";
import {
  type App,
  CONFIG_ORG,
  type HostChange,
  type HostInput,
  type Machine,
  type Organization,
  type Peer,
  type Region,
  type ShownHost,
} from "../../../shared/models.ts";
import { CulvertError } from "../../base/errors.ts";
import { formatHostPort, parseIp, prefixContains } from "../../base/ip-address.ts";
import type { Log } from "../../base/log.ts";
import { hostAlias } from "../../ssh/host-keys.ts";
import { parseConfigFile, type WgConfig } from "../../wireguard/config-file.ts";
import type { Store } from "../store.ts";
import { DEFAULT_MTU, type PeerSpec, type TunnelSpec } from "../tunnel-spec.ts";
import type { Backend, PreparedTunnel, ShellAccess } from "./backend.ts";
import { ConfigHosts } from "./config-hosts.ts";

export interface ConfigBackendOptions {
  readonly accountId: string;
  /** As it is now: a person may change it. */
  readonly label: () => Promise<string>;
  /** The wg-quick file as it is kept now; it was checked when it was imported or changed. */
  readonly text: () => Promise<string>;
  readonly store: Store;
  readonly log: Log;
}

/** A network described by a wg-quick file: the hosts that the user named are its apps, one machine each. */
export class ConfigBackend implements Backend {
  readonly #options: ConfigBackendOptions;
  readonly #hosts: ConfigHosts;

  constructor(options: ConfigBackendOptions) {
    this.#options = options;
    this.#hosts = new ConfigHosts(options);
  }

  async organizations(): Promise<Organization[]> {
    const { accountId, label } = this.#options;
    return [{ id: accountId, slug: CONFIG_ORG, name: await label(), kind: "config" }];
  }

  async apps(): Promise<App[]> {
    return (await this.#hosts.list()).map(appOf);
  }

  async machines(_orgSlug: string, appName: string): Promise<Machine[]> {
    const { name, host, port } = await this.#hosts.get(appName);
    return [
      {
        id: name,
        name: port === 22 ? host : formatHostPort(host, port),
        region: "",
        state: "",
        status: "unknown",
        address: parseIp(host)?.text ?? null,
      },
    ];
  }

  async prepareTunnel(): Promise<PreparedTunnel> {
    const { accountId, text } = this.#options;
    const label = await this.#options.label();
    // The slug is every imported configuration's.
    const spec = tunnelSpecOf(parseConfig(await text()), { id: accountId, accountId, orgSlug: CONFIG_ORG, label });
    return { spec, detail: label };
  }

  onGatewayHeard(): void {
    // A file has no platform behind it to ask.
  }

  async access(_orgSlug: string, appName: string): Promise<ShellAccess> {
    const { host, port, user, login } = await this.#hosts.access(appName);
    return {
      user,
      login,
      host,
      port,
      // Two imported networks may both have a 10.0.0.5.
      hostKeyAlias: hostAlias(`${this.#options.accountId.slice(0, 8)}.${host}`, port),
    };
  }

  async peers(): Promise<Peer[]> {
    const config = parseConfig(await this.#options.text());
    return config.peers.map((peer, index) => ({
      id: String(index),
      name: peer.endpoint === undefined ? `peer ${index + 1}` : formatHostPort(peer.endpoint.host, peer.endpoint.port),
      region: "",
      address: peer.allowedIps.map(({ address, length }) => `${address.text}/${length}`).join(", "),
      publicKey: Buffer.from(peer.publicKey).toString("base64"),
      network: null,
      thisComputer: false,
      leftBehind: false,
    }));
  }

  createPeer(): Promise<Peer> {
    return Promise.reject(new CulvertError("bad-request", "the peers of an imported configuration are in its file"));
  }

  removePeer(): Promise<void> {
    return Promise.reject(new CulvertError("bad-request", "the peers of an imported configuration are in its file"));
  }

  nearestRegion(): Promise<Region> {
    return Promise.reject(new CulvertError("bad-request", "an imported configuration has no regions"));
  }

  async addHost(input: HostInput): Promise<App> {
    await this.#checkReach(input.host);
    return appOf(await this.#hosts.add(input));
  }

  readHost(appName: string): Promise<ShownHost> {
    return this.#hosts.read(appName);
  }

  async changeHost(appName: string, input: HostChange): Promise<App> {
    const before = await this.#hosts.get(appName);
    // A new name is no matter of the AllowedIPs, which may have changed since.
    if (bareHost(input.host) !== before.host) await this.#checkReach(input.host);
    return appOf(await this.#hosts.change(appName, input));
  }

  removeHost(appName: string): Promise<void> {
    return this.#hosts.remove(appName);
  }

  async forget(): Promise<[]> {
    await this.#hosts.forget();
    return [];
  }

  /** Throws not-allowed for an address that no peer's AllowedIPs hold; of a name only the tunnel's DNS can tell. */
  async #checkReach(host: string): Promise<void> {
    const address = parseIp(bareHost(host));
    const parsed = parseConfigFile(await this.#options.text());
    if (address === undefined || !parsed.ok) return;
    const allowed = parsed.config.peers.flatMap(({ allowedIps }) => allowedIps);
    if (allowed.length > 0 && !allowed.some((prefix) => prefixContains(prefix, address)))
      throw new CulvertError("not-allowed", address.text);
  }
}

function appOf({ name }: { readonly name: string }): App {
  return { id: name, name, orgSlug: CONFIG_ORG, status: "unknown", network: null };
}

type LineFault = NonNullable<ErrorInfo["lines"]>[number];

/** Throws config-invalid with every line at fault. */
export function parseConfig(text: string): WgConfig {
  const parsed = parseConfigFile(text);
  if (parsed.ok) return parsed.config;
  const { faults, more } = told(text, parsed.errors);
  throw new CulvertError("config-invalid", more === undefined ? undefined : `${more} more`, { lines: faults });
}

/** The lines at fault; none for a text that would be taken. `more` counts those beyond the first hundred. */
export function faultsOfConfig(text: string): Faults {
  const parsed = parseConfigFile(text);
  return parsed.ok ? { faults: [] } : told(text, parsed.errors);
}

/** Of a text that is no configuration every line is at fault: nobody reads so many, and the answer would be megabytes. */
const MOST_FAULTS = 100;

export interface Faults {
  readonly faults: LineFault[];
  readonly more?: number;
}

function told(text: string, errors: readonly LineFault[]): Faults {
  const lines = configLines(text);
  const faults = errors.slice(0, MOST_FAULTS).map((error) => asFault(error, lines[error.line - 1]));
  return errors.length > MOST_FAULTS ? { faults, more: errors.length - MOST_FAULTS } : { faults };
}

/** A placeholder that is still there stands for no key (see KeptKeys): to be told of 32 bytes would not help. */
function asFault({ line, message }: LineFault, said: ConfigLine | undefined): LineFault {
  const value = said?.kind === "entry" && SECRET_KEYS.has(said.name) ? entryValue(said) : "";
  return { line, message: isKeptToken(value) ? `${value} names no kept key` : message };
}

/** The platform's gateways, of which it also gives out files, speak WireGuard over WebSocket; of others nothing is known. */
const PLATFORM_GATEWAY = /\.gateway\.6pn\.dev\.?$/i;
const PLATFORM_WEBSOCKET_PORT = 443;

function withWebsocket(peer: WgConfig["peers"][number]): PeerSpec {
  const { endpoint, ...rest } = peer;
  if (endpoint === undefined) return rest;
  const websocketPort = PLATFORM_GATEWAY.test(endpoint.host) ? { websocketPort: PLATFORM_WEBSOCKET_PORT } : {};
  return { ...rest, endpoint: { ...endpoint, ...websocketPort } };
}

/** The tunnel of a wg-quick file. */
export function tunnelSpecOf(
  config: WgConfig,
  owner: Pick<TunnelSpec, "id" | "accountId" | "orgSlug" | "label">,
): TunnelSpec {
  const { privateKey, addresses, dns, searchDomains, mtu, listenPort } = config.interface;
  return {
    ...owner,
    network: null,
    region: null,
    privateKey,
    addresses: addresses.map(({ address }) => address),
    dns,
    searchDomains,
    mtu: mtu ?? DEFAULT_MTU,
    ...(listenPort === undefined ? {} : { listenPort }),
    peers: config.peers.map(withWebsocket),
  };
}
