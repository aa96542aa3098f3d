import type { Settings } from "../../shared/settings.ts";
import { plural } from "./plural.ts";

const carrierChoices: Record<Settings["carrier"], string> = {
  auto: "Automatic: whichever answers",
  udp: "Always UDP",
  websocket: "Always WebSocket",
};

/** The bar at the window's foot, and what is said of tunnels to those who do not see it. */
export const statusWords = {
  statusBar: {
    label: "Tunnel",
    noTunnel: "No tunnel yet",
    noTunnelTo: (network: string) => `No tunnel to ${network}`,
    /** Of a tunnel that is not the one of the shell in front. */
    otherTrouble: (name: string, state: string) => `${name}: ${state}`,
    showOther: (name: string, state: string) => `${name}: ${state}. Show that tunnel here`,
    connecting: (stage: string | null) => (stage === null ? "Connecting…" : `Connecting… ${stage}`),
    chooseTunnel: (name: string, state: string) => `${name}: ${state}. Choose the tunnel that is shown`,
    tunnels: "Tunnel that is shown",
    follow: "That of the shell in front",
    carrier: "Carrier",
    /** `forced`: a person chose it. */
    carrierName: (name: string, forced: boolean) => (forced ? `${name} only` : name),
    chooseCarrier: (now: string) => `Carrier: ${now}. Choose another`,
    carriers: "What carries tunnels",
    carrierChoices,
    carrierNote: "For every tunnel whose gateway speaks both. Imported files use UDP.",
    noCarrier: "No answer yet",
    gateway: "Gateway",
    gatewayIn: (region: string) => `gateway ${region}`,
    rtt: "RTT",
    loss: "loss",
    down: "Down",
    up: "Up",
    rates: "Rates of the last 48 seconds",
    handshake: "handshake",
    ago: (age: string) => `${age} ago`,
    shells: (count: number) => plural(count, "shell", "shells"),
    capturing: "Capturing",
    capturingHint: (network: string, size: string) => `Packets of ${network} are written to a file: ${size} so far`,
  },
  announceTunnel: {
    up: (name: string) => `Tunnel up: ${name}`,
    silent: (name: string) => `The gateway does not answer: ${name}`,
    failed: (name: string, reason: string) => `Tunnel failed: ${name}. ${reason}`,
    closed: (name: string) => `Tunnel closed: ${name}`,
    captureStarted: (name: string) => `Packet capture started: ${name}`,
    captureStopped: (name: string) => `Packet capture stopped: ${name}`,
    captureFailed: (name: string) => `Packet capture failed: ${name}`,
    more: (count: number) => `and ${plural(count, "more message", "more messages")}`,
  },
} as const;
