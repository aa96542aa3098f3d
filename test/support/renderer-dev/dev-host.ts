import type { Capture, ConnectionStats, Session, StageName, Tunnel } from "../../../shared/models.ts";
import type { EventFacts, NetworkEvent } from "../../../shared/network-events.ts";
import {
  app,
  connection,
  DEMO,
  hostOf,
  machine,
  OFFICE,
  org,
  PLATFORM,
  peer,
  STAGES,
  session,
  smallCloud,
  stages,
  tunnel,
} from "../renderer-fixtures.ts";
import { ScriptedError, type ScriptedHost } from "../renderer-scripted-host.ts";
import { DevShell } from "./dev-shell.ts";

const MS: Record<StageName, number> = {
  machine: 60,
  peer: 240,
  tunnel: 180,
  address: 60,
  connection: 90,
  login: 260,
  shell: 40,
};

/** A host for looking at screens: scenes are first-run, demo, several, many, silent, crowd and lost. */
export function devHost(scene: string): ScriptedHost {
  const cloud = richCloud();
  if (scene === "first-run") cloud.accounts = [];
  if (scene === "several") cloud.accounts = [DEMO, PLATFORM, OFFICE];
  if (scene === "many") {
    cloud.apps["harbor"] = Array.from({ length: 400 }, (_, i) =>
      app(`service-${String(i).padStart(3, "0")}`, "harbor"),
    );
  }
  const host = hostOf(cloud);
  const shells = new Map<string, DevShell>();
  let nextSession = 1;
  let nextChannel = 1;

  function change(id: string, next: Partial<Session>): void {
    cloud.sessions = cloud.sessions.map((one) => (one.id === id ? { ...one, ...next } : one));
    const now = cloud.sessions.find((one) => one.id === id);
    if (now !== undefined) host.emit("session.changed", now);
  }

  async function connect(id: string): Promise<void> {
    const opened = cloud.sessions.find((one) => one.id === id);
    if (opened === undefined) return;
    const fails = FAILS[opened.target.appName];
    for (const name of STAGES) {
      change(id, { state: "connecting", stages: stages(name), error: null, exit: null });
      await new Promise((resolve) => setTimeout(resolve, MS[name] * (scene === "slow" ? 12 : 1)));
      if (fails?.at === name) {
        change(id, { state: "failed", stages: stages(name, true), ...fails.with });
        return;
      }
    }
    if (cloud.tunnels.length === 0) cloud.tunnels = [tunnel({ createdAt: Date.now(), lastHandshakeAt: Date.now() })];
    if (scene === "silent") cloud.tunnels = cloud.tunnels.map(silent);
    if (scene === "several" && cloud.tunnels.length === 1) {
      const second = { orgSlug: "lighthouse", network: "staging", accountId: "fly", state: "silent" } as const;
      cloud.tunnels = [...cloud.tunnels, tunnel({ ...second, id: "tunnel-2", region: "fra" })];
    }
    change(id, { state: "open", stages: stages(null), readyMs: 412 });
    shells.get(id)?.start();
  }

  host
    .handle("accounts.startDemo", async () => {
      await new Promise((resolve) => setTimeout(resolve, 400));
      cloud.accounts = [...cloud.accounts, DEMO];
      host.emit("accounts.changed", cloud.accounts);
      return DEMO;
    })
    .handle("accounts.signIn", async () => {
      await new Promise((resolve) => setTimeout(resolve, 400));
      throw new ScriptedError({ code: "unauthorized", detail: "viewer: Not authenticated" });
    })
    .handle("accounts.importConfig", ({ label }) => {
      throw new ScriptedError({
        code: "config-invalid",
        detail: label,
        lines: [
          { line: 2, message: "PrivateKey is not 32 bytes in base64." },
          { line: 8, message: "AllowedIPs: 10.0.0.0/40 has a prefix longer than 32." },
        ],
      });
    })
    .handle("accounts.remove", ({ accountId }) => {
      cloud.accounts = cloud.accounts.filter(({ id }) => id !== accountId);
      host.emit("accounts.changed", cloud.accounts);
      return { peersLeft: [] };
    })
    .handle("hosts.add", ({ host: added }) => {
      const made = app(added.name, "office");
      cloud.apps["office"]?.push(made);
      return made;
    })
    .handle("peers.create", ({ region }) => {
      const made = peer(`ada-laptop-${cloud.peers.length}`, region ?? "ams", true);
      cloud.peers = [made, ...cloud.peers.map((one) => ({ ...one, thisComputer: false }))];
      return made;
    })
    .handle("peers.remove", ({ name }) => {
      cloud.peers = cloud.peers.filter((one) => one.name !== name);
      return {};
    })
    .handle("sessions.open", ({ appName, machineId, accountId, orgSlug }) => {
      const list = cloud.machines[appName] ?? [machine("6e82dd11c26e18", "ams")];
      const chosen =
        machineId === undefined
          ? list.find(({ status }) => status === "running")
          : list.find(({ id }) => id === machineId);
      if (chosen === undefined)
        throw new ScriptedError({ code: "no-machines", detail: `app ${appName}, 1 machine, all stopped` });
      if (chosen.status === "stopped") {
        throw new ScriptedError({
          code: "machine-stopped",
          detail: `machine ${chosen.id} in ${chosen.region}: state "stopped"`,
        });
      }
      const id = `session-${nextSession++}`;
      const made = session(id, appName, chosen, {
        state: "connecting",
        stages: stages("machine"),
        readyMs: null,
        createdAt: Date.now(),
      });
      made.target.accountId = accountId;
      made.target.orgSlug = orgSlug;
      cloud.sessions = [...cloud.sessions, made];
      shells.set(id, new DevShell(made.target, (code) => change(id, { state: "ended", exit: { code, signal: null } })));
      void connect(id);
      return made;
    })
    .handle("sessions.reopen", ({ sessionId }) => {
      void connect(sessionId);
      return cloud.sessions.find(({ id }) => id === sessionId)!;
    })
    .handle("tunnels.startCapture", () => {
      const capture: Capture = { ...CAPTURE, startedAt: Date.now() };
      cloud.tunnels = cloud.tunnels.map((one) => ({ ...one, capture }));
      return capture;
    })
    .handle("tunnels.stopCapture", () => {
      const capture: Capture = { ...(cloud.tunnels[0]?.capture ?? CAPTURE), state: "stopped" };
      cloud.tunnels = cloud.tunnels.map((one) => ({ ...one, capture }));
      return capture;
    })
    .handle("tunnels.events", () => madeUpEvents())
    .handle("tunnels.retry", async () => {
      await new Promise((resolve) => setTimeout(resolve, 4000));
      throw new ScriptedError({ code: "gateway-silent", detail: "127.0.0.1:51820, nothing heard over UDP for 15 s" });
    })
    .handle("sessions.acceptHostKey", () => ({}))
    .handle("sessions.attach", ({ sessionId }) => {
      const channel = nextChannel++;
      setTimeout(() => shells.get(sessionId)?.attach((kind, bytes) => host.sendFrame(kind, channel, bytes)));
      byChannel.set(channel, sessionId);
      return { channel };
    });
  const byChannel = new Map<number, string>();
  host.onFrame = ({ kind, channel, payload }) => {
    const shell = shells.get(byChannel.get(channel) ?? "");
    if (kind === "input") shell?.input(new TextDecoder().decode(payload));
    if (kind === "drawn") shell?.drawn(new DataView(payload.buffer, payload.byteOffset, 4).getUint32(0));
  };
  setInterval(() => playTunnels(host, cloud, scene), 1000);
  if (scene === "lost") setTimeout(() => host.setLink("lost"), 2500);
  return host;
}

/** A gateway that never answered: what we sent were initiations. */
function silent(one: Tunnel): Tunnel {
  const figures = {
    lastHandshakeAt: null,
    handshakeRttMs: null,
    handshakesSent: 18,
    handshakesReceived: 0,
    handshakesCompleted: 0,
    bytesIn: 0,
    bytesOut: 2664,
    packetsIn: 0,
    packetsOut: 0,
    keepalivesIn: 0,
    keepalivesOut: 0,
  };
  const peers = one.peers.map((peer) => ({ ...peer, ...figures, lastReceivedAt: null, sessionSince: null }));
  const error = { code: "gateway-silent", detail: one.gateway } as const;
  return { ...one, ...figures, state: "silent", rttMs: null, peers, error };
}

const CAPTURE: Capture = {
  state: "running",
  path: "/home/ada/.config/culvert/captures/culvert-harbor-20260301-120000.pcapng",
  startedAt: 0,
  packets: 116,
  dropped: 0,
  bytes: 144_000,
  limitBytes: 1_000_000_000,
  error: null,
};

const FAILS: Record<string, { at: StageName; with: Partial<Session> } | undefined> = {
  billing: {
    at: "tunnel",
    with: {
      error: { code: "gateway-silent", detail: "gateway ams1.example:51820 sent nothing in 5 s after 3 initiations" },
    },
  },
  vault: {
    at: "login",
    with: {
      error: { code: "host-key-changed", detail: "pinned as harbor/vault" },
      hostKeyChange: {
        alias: "harbor/vault/m-vault-1",
        knownFingerprint: "SHA256:tqk2Y0bJ7ZP3S9a1rW8nC6vX5mE4uD0oK2hF1gL7iQs",
        offeredFingerprint: "SHA256:Zr8pN1cM4vB6xL0kJ9hG3fD7sA2qW5eR8tY1uI6oP0z",
      },
    },
  },
};

function madeUpEvents(): NetworkEvent[] {
  const shell = { app: "web", machine: "6e82dd11c26e18", region: "ams" };
  const facts: EventFacts[] = [
    { kind: "tunnel-opened", gateway: "ams1.gateway.example:51820" },
    { kind: "tunnel-up", peer: "h2O1mX0Z", carrier: "udp", rttMs: 12.4 },
    { kind: "shell-opened", ...shell, readyMs: 412 },
    { kind: "handshake", peer: "h2O1mX0Z", carrier: "udp", rttMs: 11.9 },
    { kind: "network-changed" },
    { kind: "name-looked-up", host: "ams1.gateway.example", address: "192.0.2.14:51820", moved: true },
    { kind: "gateway-silent", peer: "h2O1mX0Z", attempts: 3 },
    { kind: "carrier-changed", carrier: "websocket", gateway: "ams1.gateway.example:443" },
    { kind: "tunnel-up", peer: "h2O1mX0Z", carrier: "websocket", rttMs: 48 },
    { kind: "capture-started" },
    { kind: "capture-ended", state: "full", packets: 81_204 },
    { kind: "shell-lost", ...shell, code: "connection-reset" },
  ];
  const start = Date.now() - 200_000;
  return facts.map((fact, index) => ({
    id: index + 1,
    at: start + index * 16_000,
    lastAt: start + index * 16_000,
    times: fact.kind === "handshake" ? 14 : 1,
    accountId: "demo",
    orgSlug: "harbor",
    tunnelId: fact.kind.startsWith("shell") ? null : "tunnel-1",
    facts: fact,
  }));
}

/** Many connections at once, as a forward for a busy database makes them. */
function crowd({ createdAt }: Tunnel, count: number): ConnectionStats[] {
  return Array.from({ length: count }, (_, i) =>
    connection({
      id: `crowd-${i}`,
      local: `[fdaa:0:1da8:a7b:1::2]:${20_000 + i}`,
      remote: `[fdaa:0:1da8:a7b:f00::${i.toString(16)}]:5432`,
      rttMs: 20 + (i % 37),
      bytesIn: (i * 7919) % 900_000,
      retransmits: i % 5,
      openedAt: createdAt + i,
    }),
  );
}

function playTunnels(host: ScriptedHost, cloud: ReturnType<typeof smallCloud>, scene: string): void {
  if (cloud.tunnels[0]?.state === "silent") {
    host.emit("tunnels.changed", cloud.tunnels);
    return;
  }
  const wave = (Math.sin(Date.now() / 9000) + 1.2) * 180_000 * (0.6 + Math.random() * 0.6);
  cloud.tunnels = cloud.tunnels.map((one) => ({
    ...one,
    bytesIn: one.bytesIn + Math.round(wave),
    bytesOut: one.bytesOut + Math.round(wave * 0.12),
    packetsIn: one.packetsIn + Math.round(wave / 1300),
    packetsOut: one.packetsOut + Math.round(wave / 2100),
    rttMs: 30 + Math.random() * 4 + (Math.random() > 0.92 ? 18 : 0),
    lastHandshakeAt: Date.now() - (one.lastHandshakeAt ?? 0) > 120_000 ? Date.now() : one.lastHandshakeAt,
    drops: { replayed: 2, "bad checksum": 1 },
    connections: [
      ...cloud.sessions
        .filter(({ state }) => state === "open")
        .map(({ id, createdAt }, index) =>
          connection({
            id,
            local: `[fdaa:0:1da8:a7b:1::2]:${49152 + index}`,
            remote: `[fdaa:0:1da8:a7b:${61 + index}::2]:22`,
            rttMs: 30.4 + index,
            retransmits: index + Math.floor(Date.now() / 9000) - Math.floor(createdAt / 9000),
            segmentsOut: 96 + Math.round((Date.now() - createdAt) / 20),
            outOfOrder: index,
            openedAt: createdAt,
          }),
        ),
      ...crowd(one, scene === "crowd" ? 1000 : 0),
    ],
  }));
  if (cloud.tunnels.length > 0) host.emit("tunnels.changed", cloud.tunnels);
}

function richCloud(): ReturnType<typeof smallCloud> {
  const cloud = smallCloud();
  cloud.organizations = {
    demo: [org("harbor", "Harbor Lights"), org("ada", "Ada Lovelace", "personal")],
    fly: [org("lighthouse", "Lighthouse Keepers of the Northern Coast and Islands")],
    office: [org("office", "Office network", "config")],
  };
  cloud.apps = {
    harbor: [
      app("web", "harbor"),
      app("api", "harbor"),
      app("worker", "harbor", "starting"),
      app("billing", "harbor", "trouble"),
      app("vault", "harbor"),
      app("nightly-report", "harbor", "stopped"),
    ],
    ada: [app("notes", "ada")],
    lighthouse: [app("a-very-long-application-name-that-does-not-fit", "lighthouse"), app("beacon", "lighthouse")],
    office: [app("git", "office"), app("printer", "office")],
  };
  cloud.machines = {
    web: [
      machine("6e82dd11c26e18", "ams"),
      machine("91857b2fa03d41", "fra"),
      machine("3d8d9ee4c0a178", "ord"),
      machine("e28650a9b4d5c3", "nrt", "stopped"),
    ],
    api: [machine("4d891e2fb17508", "ams"), machine("5683d4c1b9e038", "ams")],
    worker: [machine("d8d3911fe04a67", "ord", "starting")],
    billing: [machine("148e21a6c4d089", "fra")],
    vault: [machine("m-vault-1", "ams")],
    "nightly-report": [machine("2865e60c1d5298", "syd", "stopped")],
    notes: [machine("7843d9b1a62e58", "lhr")],
    git: [machine("git", "10.8.0.4")],
    printer: [machine("printer", "10.8.0.9")],
  };
  cloud.peers = [
    peer("ada-laptop", "ams", true),
    peer("ada-desktop-at-home-with-a-rather-long-name", "fra"),
    peer("build-server", "ord"),
  ];
  return cloud;
}
