import { type Command, InvalidArgumentError, Option } from "commander";
import type { GatewayModes } from "../demo/gateway-modes.ts";

/** How the gateway of `culvert demo` misbehaves, so that a person can watch a client cope. */
export interface GatewayOptions {
  /** Seconds. */
  readonly latePeer?: number | undefined;
  readonly callBack: boolean;
  /** Seconds. */
  readonly lookup?: number | undefined;
  readonly dropInitiations?: number | undefined;
  readonly unknownPeers: boolean;
  readonly underLoad: boolean;
  readonly udpBlocked: boolean;
}

export interface FaultOptions extends GatewayOptions {
  /** Seconds. */
  readonly evictEvery?: number | undefined;
}

export interface DemoOptions extends FaultOptions {
  readonly json: boolean;
  /** A new file for a peer's configuration. */
  readonly writeConfig?: string | undefined;
}

const LONGEST_SECONDS = 3_600;

export function withGatewayOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--late-peer <seconds>", "the gateway learns of a new peer only after so long").argParser(seconds),
    )
    .option("--call-back", "the gateway leaves a new peer's first call unanswered and calls it back", false)
    .addOption(
      new Option("--lookup <seconds>", "how long the gateway takes to look up an unknown caller").argParser(seconds),
    )
    .addOption(
      new Option("--drop-initiations <number>", "the first so many handshake initiations are lost").argParser(whole),
    )
    .addOption(new Option("--evict-every <seconds>", "the gateway forgets all peers this often").argParser(someSeconds))
    .option("--unknown-peers", "the gateway knows nobody and stays silent", false)
    .option("--under-load", "every handshake must prove its address with a cookie", false)
    .option("--udp-blocked", "nothing passes over UDP; the WebSocket works", false);
}

export function modesOf(options: GatewayOptions): GatewayModes {
  const { latePeer = 0, callBack, lookup = 0, dropInitiations = 0, unknownPeers, underLoad, udpBlocked } = options;
  const latePeerMs = latePeer * 1_000;
  return { latePeerMs, callBack, lookupMs: lookup * 1_000, dropInitiations, unknownPeers, underLoad, udpBlocked };
}

/** A line for each thing that the gateway does wrong. */
export function faultsOf(options: FaultOptions): string[] {
  const { latePeer = 0, callBack, lookup = 0, dropInitiations = 0, evictEvery, ...rest } = options;
  const { unknownPeers, underLoad, udpBlocked } = rest;
  return [
    ...(latePeer > 0 ? [`a new peer is known only after ${latePeer} s`] : []),
    ...(callBack ? ["a new peer's first call is not answered; the gateway calls back"] : []),
    ...(lookup > 0 ? [`an unknown caller is looked up for ${lookup} s`] : []),
    ...(dropInitiations > 0 ? [`handshake initiations that are lost at first: ${dropInitiations}`] : []),
    ...(evictEvery === undefined ? [] : [`all peers are forgotten every ${evictEvery} s`]),
    ...(unknownPeers ? ["no peer is known"] : []),
    ...(underLoad ? ["every handshake needs a cookie"] : []),
    ...(udpBlocked ? ["nothing passes over UDP"] : []),
  ];
}

function seconds(text: string): number {
  const number = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || number > LONGEST_SECONDS)
    throw new InvalidArgumentError(`A number of seconds from 0 to ${LONGEST_SECONDS} is needed.`);
  return number;
}

function someSeconds(text: string): number {
  const number = seconds(text);
  if (number === 0) throw new InvalidArgumentError("More than 0 seconds are needed.");
  return number;
}

function whole(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError("A number from 0 to 999999 is needed.");
  return Number(text);
}
