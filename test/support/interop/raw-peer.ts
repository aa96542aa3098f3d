/**
 * Raw packets from the kernel's side of wireguard-go: scapy behind the TUN plays a host whose address the kernel does not
 * have, so every packet that our stack gets is the test's own, and every answer is seen. Packets are scapy expressions.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { type LiveStack, openLiveStack } from "./live-stack.ts";
import { startWireguardGo, type WireguardGo, wireguardGoMissing } from "./wireguard-go.ts";

const PYTHON = "/usr/bin/python3";
const SCAPY = "/usr/lib/python3/dist-packages/scapy";
const RAW_PEER = fileURLToPath(new URL("./raw-peer.py", import.meta.url));
const PATIENCE_MS = 20_000;
const FENCE_AGAIN_MS = 2_000;

export const US = { 4: "10.79.0.2", 6: "fd79::2" } as const;
/** The hosts that scapy plays. */
export const THEM = { 4: "10.79.0.102", 6: "fd79::66" } as const;
export const ROUTER = { 4: "10.79.0.99", 6: "fd79::99" } as const;
/** Routed to us, and not ours. */
export const STRANGER = { 4: "10.79.0.3", 6: "fd79::3" } as const;
const KERNEL = { 4: "10.79.0.1", 6: "fd79::1" } as const;

/** Why these tests cannot run here, or undefined when they can. */
export function rawPeerMissing(): string | undefined {
  const missing = wireguardGoMissing();
  if (missing !== undefined || process.env["CI"] === "true") return missing;
  return existsSync(SCAPY) ? undefined : "scapy is not installed (Debian: python3-scapy)";
}

const layer = z.looseObject({ layer: z.string() });
const answerSchema = z.object({ layers: z.array(layer), sound: z.boolean(), bytes: z.string() });

/** One packet of ours as scapy dissects it: a layer's class is its `layer`, byte strings are hex. */
export interface Answer {
  readonly layers: readonly Record<string, unknown>[];
  /** Every checksum is right. */
  readonly sound: boolean;
  readonly bytes: Buffer;
}

/** The first layer of that class, or undefined. */
export function layerOf(answer: Answer | undefined, name: string): Record<string, unknown> | undefined {
  return answer?.layers.find(({ layer: found }) => found === name);
}

/** The classes of a packet's layers: "IPv6/ICMPv6EchoReply". */
export function outline({ layers }: Answer): string {
  return layers.map((found) => String(found["layer"])).join("/");
}

export interface RawPeer {
  readonly us: LiveStack;
  readonly go: WireguardGo;
  /** Sends packets back to back and gives everything that we answer before the next two turns are over. */
  exchange(...packets: readonly string[]): Promise<Answer[]>;
  /** Hands packets to the wire without waiting for what they bring about. */
  send(...packets: readonly string[]): void;
  /** The next packet of ours that no `exchange` has returned. */
  next(): Promise<Answer>;
  dispose(): Promise<void>;
}

export async function startRawPeer(): Promise<RawPeer> {
  const us = await openLiveStack({ privateKey: randomBytes(32), addresses: [US[6], US[4]] });
  const allowedIps = [...[US, STRANGER].flatMap((host) => [`${host[4]}/32`, `${host[6]}/128`]), "ff02::/16"];
  const go = await startWireguardGo({
    addresses: [`${KERNEL[4]}/24`, `${KERNEL[6]}/64`],
    peers: [{ publicKey: us.device.publicKey, endpoint: `127.0.0.1:${us.port}`, allowedIps }],
  });
  // Sources of every kind pass the tunnel here, so that it is the stack that has to judge them.
  us.addPeer({ publicKey: go.publicKey, allowedIps: ["0.0.0.0/0", "::/0"], endpointPort: go.port });
  const [program = "", ...prefix] = go.commandPrefix;
  const hosts = [THEM, ROUTER].flatMap((host) => [host[4], host[6]]);
  const child = spawn(program, [...prefix, PYTHON, RAW_PEER, go.interfaceName, ...hosts], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = new Lines(child);
  const dispose = async (): Promise<void> => {
    child.kill();
    await go.dispose();
    us.dispose();
  };
  try {
    await lines.next();
    return { us, go, ...talk(child, lines), dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

function talk(child: ChildProcess, lines: Lines): Pick<RawPeer, "exchange" | "send" | "next"> {
  let fence = 0;
  const send = (...packets: readonly string[]): void => {
    child.stdin?.write(`${JSON.stringify(packets)}\n`);
  };
  const read = async (): Promise<Answer> => {
    const { bytes, ...rest } = answerSchema.parse(JSON.parse(await lines.next()));
    return { ...rest, bytes: Buffer.from(bytes, "hex") };
  };
  const next = async (): Promise<Answer> => {
    for (;;) {
      const answer = await read();
      if (!answer.bytes.includes("fence")) return answer;
    }
  };
  /** An echo and its reply: what came before it is in `seen`, for the tunnel keeps the order. */
  const passFence = async (seen: Answer[]): Promise<void> => {
    const mark = `fence ${++fence};`;
    const echo = `IPv6(src='${ROUTER[6]}',dst='${US[6]}')/ICMPv6EchoRequest(data=b'${mark}')`;
    send(echo);
    // The queue of a TUN is short: a flood in front of the fence may push it out.
    const again = setInterval(send, FENCE_AGAIN_MS, echo);
    try {
      for (;;) {
        const answer = await read();
        if (answer.bytes.includes(mark)) return;
        if (!answer.bytes.includes("fence")) seen.push(answer);
      }
    } finally {
      clearInterval(again);
    }
  };
  return {
    send,
    next,
    exchange: async (...packets) => {
      const seen: Answer[] = [];
      send(...packets);
      // The first echo is answered within the packets' own turn at the earliest, and TCP speaks at its end.
      await passFence(seen);
      await passFence(seen);
      return seen;
    },
  };
}

/** A child's lines, one by one, with an end to patience. */
class Lines {
  readonly #waiting: string[] = [];
  #taker: ((line: string) => void) | undefined;

  constructor(child: ChildProcess) {
    if (child.stdout === null) throw new Error("the child has no output");
    createInterface({ input: child.stdout }).on("line", (line) => {
      const taker = this.#taker;
      this.#taker = undefined;
      if (taker === undefined) this.#waiting.push(line);
      else taker(line);
    });
  }

  next(): Promise<string> {
    const line = this.#waiting.shift();
    if (line !== undefined) return Promise.resolve(line);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("waited in vain for a packet")), PATIENCE_MS);
      this.#taker = (told) => {
        clearTimeout(timer);
        resolve(told);
      };
    });
  }
}
