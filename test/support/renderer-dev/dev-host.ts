import type { Capture, Session, StageName, Tunnel } from "../../../shared/models.ts";
import {
  app,
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

/** A host for looking at screens: scenes are first-run, demo, several, many, silent and lost. */
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
      return {};
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
  setInterval(() => playTunnels(host, cloud), 1000);
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

function playTunnels(host: ScriptedHost, cloud: ReturnType<typeof smallCloud>): void {
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
    connections: cloud.sessions
      .filter(({ state }) => state === "open")
      .map(({ id, createdAt }, index) => ({
        id,
        local: `[fdaa:0:1da8:a7b:1::2]:${49152 + index}`,
        remote: `[fdaa:0:1da8:a7b:${61 + index}::2]:22`,
        state: "established",
        rttMs: 30.4 + index,
        rttVarMs: 2.1,
        minRttMs: 29.8,
        timeoutMs: 240,
        congestionWindow: 14_600,
        sendWindow: 262_144,
        receiveWindow: 1_048_576,
        bytesInFlight: 0,
        segmentsIn: 120,
        segmentsOut: 96,
        retransmits: index,
        timeouts: 0,
        outOfOrder: index,
        duplicateAcks: index,
        bytesIn: 84_210 + index * 1000,
        bytesOut: 4_120,
        openedAt: createdAt,
      })),
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
