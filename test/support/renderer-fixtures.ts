import type { SavedLayout } from "../../shared/layout.ts";
import type {
  Account,
  App,
  ConnectionStats,
  Machine,
  Organization,
  Peer,
  Session,
  Stage,
  StageName,
  Tunnel,
  TunnelPeer,
} from "../../shared/models.ts";
import { DEFAULT_SETTINGS, type Settings } from "../../shared/settings.ts";
import { ScriptedError, ScriptedHost } from "./renderer-scripted-host.ts";

/** What a made-up private cloud looks like to the window. */

export const DEMO: Account = {
  id: "demo",
  kind: "demo",
  label: "Demo network",
  viewer: "demo@culvert.example",
  endpoint: null,
  error: null,
};
export const PLATFORM: Account = {
  id: "fly",
  kind: "platform",
  label: "Fly.io",
  viewer: "ada@lighthouse.example",
  endpoint: null,
  error: null,
};
export const OFFICE: Account = {
  id: "office",
  kind: "config",
  label: "Office network",
  viewer: null,
  endpoint: null,
  error: null,
};

export function org(slug: string, name: string, kind: Organization["kind"] = "shared"): Organization {
  return { id: `org-${slug}`, slug, name, kind };
}

export function app(name: string, orgSlug: string, status: App["status"] = "running"): App {
  return { id: `app-${name}`, name, orgSlug, status, network: null };
}

export function machine(id: string, region: string, status: Machine["status"] = "running", name = id): Machine {
  const address = status === "stopped" ? null : `fdaa:0:1da8:a7b:${region.charCodeAt(0).toString(16)}::2`;
  return { id, name, region, state: status === "running" ? "started" : status, status, address };
}

export const STAGES: readonly StageName[] = ["machine", "peer", "tunnel", "address", "connection", "login", "shell"];

/** The stages up to and without `running` are done, it runs, the rest waits. */
export function stages(running: StageName | null, failed = false): Stage[] {
  const at = running === null ? STAGES.length : STAGES.indexOf(running);
  return STAGES.map((name, index) => ({
    name,
    state: index < at ? "done" : index > at ? "waiting" : failed ? "failed" : "running",
    durationMs: index < at ? [4.2, 31, 12.4, 3.1, 9.8, 58, 6][index]! : failed && index === at ? 5021 : null,
    detail: name === "tunnel" && index < at ? "gateway ams1, answered in 12 ms" : null,
  }));
}

export function session(id: string, appName: string, of: Machine, change: Partial<Session> = {}): Session {
  return {
    id,
    target: {
      accountId: "demo",
      orgSlug: "harbor",
      appName,
      machineId: of.id,
      machineName: of.name,
      region: of.region,
    },
    state: "open",
    stages: stages(null),
    exit: null,
    error: null,
    hostKeyChange: null,
    remoteTitle: null,
    createdAt: 1_700_000_000_000,
    readyMs: 128,
    restored: null,
    ...change,
  };
}

export function tunnelPeer(change: Partial<TunnelPeer> = {}): TunnelPeer {
  return {
    publicKey: "h2O1mX0Zg7m0dZl8oQw3v7kq5m8yH1i0Zb6vV5f9c3s=",
    endpoint: "127.0.0.1:51820",
    carrier: "udp",
    sessionSince: Date.now() - 48_000,
    lastHandshakeAt: Date.now() - 48_000,
    handshakeRttMs: 12.4,
    lastReceivedAt: Date.now() - 1_000,
    handshakesSent: 1,
    handshakesReceived: 1,
    handshakesCompleted: 1,
    handshakesFailed: 0,
    bytesIn: 1_284_220,
    bytesOut: 84_100,
    packetsIn: 1204,
    packetsOut: 803,
    keepalivesIn: 3,
    keepalivesOut: 4,
    waitingDropped: 0,
    ...change,
  };
}

export function connection(change: Partial<ConnectionStats> = {}): ConnectionStats {
  return {
    id: "49152-fdaa::3-22",
    local: "[fdaa::2]:49152",
    remote: "[fdaa::3]:22",
    state: "established",
    rttMs: 31,
    rttVarMs: 2,
    minRttMs: 29,
    timeoutMs: 240,
    congestionWindow: 14_600,
    sendWindow: 262_144,
    receiveWindow: 1_048_576,
    bytesInFlight: 0,
    segmentsIn: 120,
    segmentsOut: 96,
    retransmits: 0,
    timeouts: 0,
    outOfOrder: 0,
    duplicateAcks: 0,
    bytesIn: 84_210,
    bytesOut: 4_120,
    openedAt: 1_700_000_000_000,
    ...change,
  };
}

export function tunnel(change: Partial<Tunnel> = {}): Tunnel {
  return {
    id: "tunnel-1",
    accountId: "demo",
    orgSlug: "harbor",
    network: null,
    state: "up",
    carrier: "udp",
    gateway: "127.0.0.1:51820",
    region: "ams",
    address: "fdaa:0:1da8:a7b:1::2",
    mtu: 1420,
    createdAt: Date.now() - 95_000,
    lastHandshakeAt: Date.now() - 48_000,
    handshakeRttMs: 12.4,
    rttMs: 31.2,
    bytesIn: 1_284_220,
    bytesOut: 84_100,
    packetsIn: 1204,
    packetsOut: 803,
    keepalivesIn: 3,
    keepalivesOut: 4,
    handshakesSent: 1,
    handshakesReceived: 1,
    handshakesCompleted: 1,
    handshakesFailed: 0,
    cookiesSent: 0,
    cookiesReceived: 0,
    retransmits: 2,
    drops: {},
    wire: { datagramsIn: 1_260, datagramsOut: 811, receiveErrors: 0, refusedBursts: 0 },
    peers: [tunnelPeer()],
    connections: [],
    capture: null,
    error: null,
    ...change,
  };
}

export function peer(name: string, region: string, thisComputer = false): Peer {
  return {
    id: `peer-${name}`,
    name,
    region,
    address: "fdaa:0:1da8:a7b:8cfe:0:a:2",
    publicKey: "h2O1mX0Zg7m0dZl8oQw3v7kq5m8yH1i0Zb6vV5f9c3s=",
    network: null,
    thisComputer,
    leftBehind: false,
  };
}

export interface Cloud {
  accounts: Account[];
  settings: Settings;
  sessions: Session[];
  tunnels: Tunnel[];
  organizations: Record<string, Organization[]>;
  apps: Record<string, App[]>;
  machines: Record<string, Machine[]>;
  peers: Peer[];
  layout: SavedLayout | null;
  /** Another one: the engine was started again. */
  run: string;
}

export function smallCloud(): Cloud {
  return {
    accounts: [DEMO],
    settings: { ...DEFAULT_SETTINGS },
    sessions: [],
    tunnels: [],
    organizations: { demo: [org("harbor", "Harbor Lights"), org("ada", "Ada", "personal")] },
    apps: { harbor: [app("web", "harbor"), app("jobs", "harbor", "stopped")], ada: [app("notes", "ada")] },
    machines: {
      web: [machine("m-web-1", "ams"), machine("m-web-2", "fra"), machine("m-web-3", "nrt", "stopped")],
      jobs: [machine("m-jobs-1", "ams", "stopped")],
      notes: [machine("m-notes-1", "lhr")],
    },
    peers: [peer("ada-laptop", "ams", true), peer("build-server", "fra")],
    layout: null,
    run: "run-1",
  };
}

/** A host that answers every listing from this cloud, which tests may change while it runs. */
export function hostOf(cloud: Cloud, linkState?: "open" | "lost"): ScriptedHost {
  const host = new ScriptedHost(linkState);
  const found = (id: string): Session => {
    const one = cloud.sessions.find((candidate) => candidate.id === id);
    if (one === undefined) throw new ScriptedError({ code: "not-found" });
    return one;
  };
  return host
    .handle("app.info", () => ({ version: "0.1.0", edition: "browser", platform: "linux", demoRunning: true }))
    .handle("security.report", () => ({ secrets: "file", folder: "/profile", captures: "/profile/captures" }))
    .handle("hostKeys.list", () => [])
    .handle("links.take", () => null)
    .handle("accounts.checkConfig", () => ({ faults: [] }))
    .handle("settings.get", () => cloud.settings)
    .handle("settings.set", (change) => {
      for (const [key, value] of Object.entries(change))
        if (value !== undefined) Object.assign(cloud.settings, { [key]: value });
      return cloud.settings;
    })
    .handle("accounts.list", () => cloud.accounts)
    .handle("organizations.list", ({ accountId }) => cloud.organizations[accountId] ?? [])
    .handle("apps.list", ({ orgSlug }) => cloud.apps[orgSlug] ?? [])
    .handle("machines.list", ({ appName }) => cloud.machines[appName] ?? [])
    .handle("layout.get", () => ({ layout: cloud.layout, run: cloud.run, restore: cloud.settings.restore }))
    .handle("layout.set", ({ layout }) => {
      cloud.layout = layout;
      return {};
    })
    .handle("sessions.list", () => cloud.sessions)
    .handle("sessions.close", ({ sessionId }) => {
      cloud.sessions = cloud.sessions.filter(({ id }) => id !== sessionId);
      host.emit("session.closed", { sessionId });
      return {};
    })
    .handle("sessions.reopen", ({ sessionId }) => found(sessionId))
    .handle("sessions.resize", () => ({}))
    .handle("tunnels.list", () => cloud.tunnels)
    .handle("tunnels.watch", () => ({}))
    .handle("tunnels.events", () => [])
    .handle("peers.list", () => cloud.peers)
    .handle("peers.left", () => [])
    .handle("regions.nearest", () => ({ code: "ams", name: "Amsterdam" }));
}
