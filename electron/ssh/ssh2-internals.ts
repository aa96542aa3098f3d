/**
 * The one place that touches private members of ssh2 (1.17.0), and why each is needed:
 * - `authPK`, `_kex.sessionID`, `_packetRW.write`, `_cipher`, `_kexinit`, `_queue`, `_authsQueue`: certificates;
 * - `parse`: a version line that arrives in three or more pieces (ssh2 forgets all but the first), and bounds on a server
 *   that ignores flow control;
 * - `session`, `channelWindowAdjust`, `incoming`, `outgoing`: a receive window that follows what the reader has taken;
 * - `ping`, `_callbacks`: keepalives that count silence, not replies.
 * Another version that lacks one of them is refused at the first connection, by name.
 */
import type { Client, ClientChannel } from "ssh2";
import { CulvertError } from "../base/errors.ts";

export interface ProtocolInternals {
  authPK(user: string, key: unknown, algorithm?: unknown, sign?: unknown): void;
  parse(chunk: Buffer, at: number, length: number): void;
  session(channel: number, window: number, maxPacket: number): void;
  channelWindowAdjust(channel: number, amount: number): void;
  ping(): void;
  _kex: { sessionID?: Uint8Array } | undefined;
  _kexinit: unknown;
  _queue: Uint8Array[] | undefined;
  _authsQueue: string[];
  _cipher: { encrypt(packet: Uint8Array): void };
  _packetRW: {
    write: { allocStart: number; alloc(length: number): Uint8Array; finalize(packet: Uint8Array): Uint8Array };
  };
}

export interface ClientInternals {
  _protocol: ProtocolInternals;
  _callbacks: unknown[];
  _chanMgr: { _channels: Record<number, unknown> };
}

export interface ChannelInternals {
  incoming: { window: number; state: string };
  outgoing: { id: number; window: number; packetSize: number; state: string };
}

/** The private side of a client; call it after connect(), which makes the protocol object. */
export function clientInternals(client: Client): ClientInternals {
  const inner: object = client;
  if (!isClientInternals(inner)) throw unsupported("the client");
  return inner;
}

/** The protocol object of either role; a server's connection has one too. */
export function protocolInternals(owner: object): ProtocolInternals {
  const protocol = member(owner, "_protocol");
  if (!isProtocolInternals(protocol)) throw unsupported("the protocol");
  return protocol;
}

export function channelInternals(channel: ClientChannel): ChannelInternals {
  const inner: object = channel;
  if (!isChannelInternals(inner)) throw unsupported("the channel");
  return inner;
}

/** Sends one payload as a packet, behind a running key exchange if there is one (what ssh2's own sendPacket does). */
export function sendPayload(protocol: ProtocolInternals, payload: Uint8Array): void {
  const { write } = protocol._packetRW;
  const packet = write.alloc(payload.length);
  packet.set(payload, write.allocStart);
  const finished = write.finalize(packet);
  if (protocol._kexinit === undefined) {
    protocol._cipher.encrypt(finished);
    return;
  }
  protocol._queue ??= [];
  protocol._queue.push(finished);
}

function unsupported(what: string): CulvertError {
  return new CulvertError(
    "internal",
    `this version of the ssh2 package is not supported: ${what} looks different inside`,
  );
}

function isClientInternals(value: object): value is ClientInternals {
  return (
    isProtocolInternals(member(value, "_protocol")) &&
    Array.isArray(member(value, "_callbacks")) &&
    isObject(member(member(value, "_chanMgr"), "_channels"))
  );
}

function isProtocolInternals(protocol: unknown): protocol is ProtocolInternals {
  const writer = member(member(protocol, "_packetRW"), "write");
  return (
    isObject(protocol) &&
    allFunctions(protocol, ["authPK", "parse", "session", "channelWindowAdjust", "ping"]) &&
    allFunctions(member(protocol, "_cipher"), ["encrypt"]) &&
    allFunctions(writer, ["alloc", "finalize"]) &&
    typeof member(writer, "allocStart") === "number" &&
    "_kex" in protocol &&
    "_kexinit" in protocol &&
    "_queue" in protocol &&
    Array.isArray(member(protocol, "_authsQueue"))
  );
}

function isChannelInternals(value: object): value is ChannelInternals {
  const incoming = member(value, "incoming");
  const outgoing = member(value, "outgoing");
  return (
    typeof member(incoming, "window") === "number" &&
    typeof member(incoming, "state") === "string" &&
    typeof member(outgoing, "id") === "number" &&
    typeof member(outgoing, "window") === "number" &&
    typeof member(outgoing, "packetSize") === "number" &&
    typeof member(outgoing, "state") === "string"
  );
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function member(value: unknown, name: string): unknown {
  return isObject(value) ? Reflect.get(value, name) : undefined;
}

function allFunctions(value: unknown, names: readonly string[]): boolean {
  return names.every((name) => typeof member(value, name) === "function");
}
