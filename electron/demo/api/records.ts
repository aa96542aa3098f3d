import type { App, Machine, Organization, Peer, World } from "../world.ts";
import { found } from "./api-error.ts";
import { caLine } from "./certificates.ts";
import { connectionOf, type PageArguments } from "./connection.ts";
import type { ApiContext } from "./context.ts";

/**
 * The world's records as the API's types. Fields that lead to other records are functions, which graphql-js calls only
 * when they are asked for.
 */

/** The demo has no history: everything was made on one morning. */
const MADE_AT = "2026-03-02T09:14:00Z";
const MACHINE_PREFIX_BITS = 112;

export function viewerRecord(world: World) {
  return { __typename: "User", ...world.viewer };
}

export function organizationRecord(context: ApiContext, organization: Organization) {
  const { world, mostPerPage } = context;
  const { id, slug, rawSlug, name, kind, numericId } = organization;
  const none = (page: PageArguments) => connectionOf([], () => "", page, mostPerPage);
  const peerRecords = () => world.peersOf(slug).map((peer) => peerRecord(context, peer));
  return {
    id,
    slug,
    rawSlug,
    name,
    internalNumericId: numericId,
    type: kind === "personal" ? "PERSONAL" : "SHARED",
    viewerRole: "admin",
    billable: false,
    paidPlan: false,
    sshCertificate: () => caLine(context),
    remoteBuilderApp: null,
    remoteBuilderImage: "",
    apps: (page: PageArguments) => appConnection(context, world.appsOf(slug), page),
    members: (page: PageArguments) => {
      const members = connectionOf([viewerRecord(world)], (member) => member.id, page, mostPerPage);
      return { ...members, edges: members.edges.map((edge) => ({ ...edge, joinedAt: MADE_AT, role: "ADMIN" })) };
    },
    loggedCertificates: (page: PageArguments) => {
      return connectionOf([{ root: true, cert: caLine(context) }], (item) => item.cert, page, mostPerPage);
    },
    delegatedWireGuardTokens: none,
    wireGuardPeer: (wanted: { name: string }) => {
      return found(
        peerRecords().find((peer) => peer.name === wanted.name),
        "WireGuardPeer",
      );
    },
    wireGuardPeers: (page: PageArguments) => connectionOf(peerRecords(), (peer) => peer.id, page, mostPerPage),
  };
}

export function appConnection(context: ApiContext, apps: readonly App[], page: PageArguments) {
  const records = apps.map((app) => appRecord(context, app));
  return connectionOf(records, (app) => app.id, page, context.mostPerPage);
}

export function appRecord(context: ApiContext, app: App) {
  const { world, mostPerPage } = context;
  const runs = world.machinesOf(app.name).some((machine) => machine.state === "started");
  const machine = (wanted: { id: string }) => {
    return machineRecord(
      context,
      found(
        world.machinesOf(app.name).find((candidate) => candidate.id === wanted.id),
        "Machine",
      ),
    );
  };
  return {
    id: app.id,
    internalNumericId: String(2_000_000 + world.apps.indexOf(app)),
    name: app.name,
    hostname: `${app.name}.culvert.example`,
    appUrl: null,
    status: runs ? "deployed" : "suspended",
    state: runs ? "DEPLOYED" : "SUSPENDED",
    deployed: true,
    version: 1,
    platformVersion: "machines",
    network: networkName(world, app.networkId),
    networkId: app.networkId,
    organization: () => organizationRecord(context, found(world.organization(app.orgSlug), "Organization")),
    role: null,
    currentRelease: null,
    ipAddresses: (page: PageArguments) => connectionOf([], () => "", page, mostPerPage),
    machine,
    machines: (page: PageArguments) => {
      const records = world.machinesOf(app.name).map((candidate) => machineRecord(context, candidate));
      return connectionOf(records, (record) => record.id, page, mostPerPage);
    },
  };
}

export function machineRecord(context: ApiContext, machine: Machine) {
  const ips = [
    // What the machine sees of its host; a client must not take it for the private network's.
    { family: "v4", kind: "private", ip: "172.19.0.2", maskSize: 29 },
    { family: "v6", kind: "privatenet", ip: machine.address.text, maskSize: MACHINE_PREFIX_BITS },
  ];
  return {
    id: machine.id,
    name: machine.name,
    region: machine.region,
    state: machine.state,
    instanceId: machine.instanceId,
    config: {
      image: machine.image,
      guest: { cpu_kind: "shared", cpus: 1, memory_mb: 256 },
      metadata: { fly_process_group: machine.processGroup, fly_platform_version: "v2" },
    },
    createdAt: MADE_AT,
    updatedAt: MADE_AT,
    app: () => appRecord(context, found(context.world.app(machine.appName), "App")),
    ips: (page: PageArguments) => connectionOf(ips, (ip) => ip.ip, page, context.mostPerPage),
  };
}

function peerRecord(context: ApiContext, peer: Peer) {
  return {
    id: peer.id,
    name: peer.name,
    region: peer.region,
    pubkey: Buffer.from(peer.publicKey).toString("base64"),
    peerip: peer.address.text,
    network: networkName(context.world, peer.networkId),
  };
}

export function networkName(world: World, networkId: number): string | null {
  return world.network(networkId)?.name ?? null;
}
