import type {
  App,
  HostChange,
  HostInput,
  Machine,
  Organization,
  Peer,
  Region,
  ShownHost,
} from "../../../shared/models.ts";
import type { SshLogin } from "../../ssh/client.ts";
import type { TunnelSpec } from "../tunnel-spec.ts";

/** How to get into one machine, once its tunnel is up. */
export interface ShellAccess {
  readonly user: string;
  readonly login: SshLogin;
  /** A name that the tunnel's DNS knows, or an address. */
  readonly host: string;
  readonly port: number;
  /** Under which name its host key is pinned: the machine, not its address, which may move. */
  readonly hostKeyAlias: string;
}

export interface PreparedTunnel {
  readonly spec: TunnelSpec;
  /** In words, for the stage: "peer culvert-laptop-7f3a, made just now". */
  readonly detail: string;
}

export interface PeerName {
  readonly orgSlug: string;
  readonly name: string;
}

/** What an account gives access to. Every rejection is a CulvertError. */
export interface Backend {
  organizations(signal?: AbortSignal): Promise<Organization[]>;
  apps(orgSlug: string, signal?: AbortSignal): Promise<App[]>;
  machines(orgSlug: string, appName: string, signal?: AbortSignal): Promise<Machine[]>;
  /** The tunnel that reaches the app; makes or repairs this computer's peer where the platform has peers. */
  prepareTunnel(orgSlug: string, appName: string, signal: AbortSignal): Promise<PreparedTunnel>;
  /** Whether the gateway answered: one that stays silent may no longer know this computer's peer. */
  onGatewayHeard(orgSlug: string, appName: string, heard: boolean): void;
  access(orgSlug: string, appName: string, machine: Machine, signal: AbortSignal): Promise<ShellAccess>;
  peers(orgSlug: string): Promise<Peer[]>;
  createPeer(orgSlug: string, region: string | undefined): Promise<Peer>;
  removePeer(orgSlug: string, name: string): Promise<void>;
  nearestRegion(): Promise<Region>;
  addHost(host: HostInput): Promise<App>;
  readHost(appName: string): Promise<ShownHost>;
  changeHost(appName: string, host: HostChange): Promise<App>;
  removeHost(appName: string): Promise<void>;
  /**
   * The account goes: forget its secrets, and remove this computer's peers where possible, until `leave` is aborted. Those that
   * stayed there, or may have, are the answer.
   */
  forget(leave: AbortSignal): Promise<PeerName[]>;
}
