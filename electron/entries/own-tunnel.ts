import { createReadStream } from "node:fs";
import { join } from "node:path";
import { actionFor } from "../../shared/errors.ts";
import { LIMITS } from "../../shared/limits.ts";
import type { Capture } from "../../shared/models.ts";
import { systemClock } from "../base/clock.ts";
import { CulvertError } from "../base/errors.ts";
import { silentLog } from "../base/log.ts";
import { fileFault } from "../engine/new-file.ts";
import type { OwnTunnelOptions } from "../engine/own-tunnel.ts";
import { profilePaths } from "../host/paths.ts";
import { holdKey } from "./key-hold.ts";
import type { TunnelOptions } from "./program.ts";
import { AdvisedError, faultText, say } from "./report.ts";
import { exitCodeOfSignal, untilSignal } from "./signals.ts";

/** How a command's work in its tunnel is ended from outside. */
export interface Ending {
  readonly signal: AbortSignal;
  /** The exit code that a signal asks for; undefined before there was one. */
  readonly code: () => number | undefined;
  /** Nobody reads our output any more (`… | head`): the end of the work, not a failure. */
  readonly readerLeft: () => boolean;
}

export function endedFromOutside(): Ending {
  const ended = new AbortController();
  let code: number | undefined;
  let readerLeft = false;
  void untilSignal().then((signal) => {
    code = exitCodeOfSignal(signal);
    ended.abort();
  });
  process.stdout.on("error", () => {
    readerLeft = true;
    ended.abort();
  });
  return { signal: ended.signal, code: () => code, readerLeft: () => readerLeft };
}

/**
 * Does the work in the tunnel that `--config`, `--carrier` and `--capture` describe. That the gateway is slow to answer is told
 * on a terminal, or where the command `speaksUp`. Rejects with a CulvertError.
 */
export async function inOwnTunnel<T>(
  { config, carrier, capture }: TunnelOptions,
  ending: Ending,
  work: (tunnel: OwnTunnelOptions) => Promise<T>,
  speaksUp = false,
): Promise<T> {
  let isUp = false;
  let isUdpAlone = false;
  try {
    return await work({
      configText: await readConfig(config),
      ...(carrier === undefined ? {} : { carrier }),
      ...(capture === undefined ? {} : { captureFile: capture }),
      captureLimitBytes: LIMITS.captureMost,
      onCaptured: (capture) => say(`culvert: ${captureLine(capture)}`),
      onWaiting: (gateway, ways) => {
        isUdpAlone = ways.join() === "udp";
        if (speaksUp || process.stderr.isTTY) say(`culvert: calling the gateway ${gateway} …`);
      },
      onUp: () => {
        isUp = true;
      },
      holdKey: (privateKey) => {
        const folder = join(profilePaths().config, "commands");
        return holdKey(privateKey, { folder, clock: systemClock, signal: ending.signal });
      },
      signal: ending.signal,
      clock: systemClock,
      log: silentLog,
    });
  } catch (error) {
    if (!isUp && ending.code() !== undefined) say("culvert: ended before the tunnel was up.");
    throw advised(error, config, isUdpAlone);
  }
}

/**
 * Who runs a command corrects its file; there is nothing to import again. And its gateway is asked for a WebSocket only on
 * request: an ordinary WireGuard peer has none, and has done nothing to be called over TCP.
 */
export function advised(error: unknown, config: string, isUdpAlone: boolean): unknown {
  if (!(error instanceof CulvertError)) return error;
  if (error.code === "config-invalid") return new AdvisedError(error, `Correct ${config} and run the command again.`);
  if (error.code === "answer-invalid")
    return new AdvisedError(
      error,
      `Compare PresharedKey and PublicKey in ${config} with the gateway's; a PresharedKey stands on both sides or on neither.`,
    );
  if (error.code === "dns-timeout")
    return new AdvisedError(
      error,
      `Check DNS in ${config}; if it is right, try again: the tunnel may have just come up.`,
    );
  if (error.code !== "gateway-silent" || !isUdpAlone) return error;
  const compare = `Compare Endpoint and PublicKey in ${config} with the gateway's`;
  return new AdvisedError(error, `${compare}, try another network, or try --carrier auto.`);
}

export function flushed(): Promise<void> {
  return new Promise((resolve) => process.stdout.write("", () => resolve()));
}

/** What is in the file of a capture that ended, and why it ended. */
export function captureLine({ path, packets, bytes, dropped, state, error }: Capture): string {
  const lost = dropped === 0 ? "" : `, ${dropped} more were lost because the file could not keep up`;
  const held = `${packets} packets are in ${path}${lost}`;
  if (error === null) return state === "full" ? `${held}; it is full` : held;
  const ended = bytes === 0 ? `there is no ${path}: no packet could be written` : `${held}, and then writing failed`;
  return `${ended}. ${faultText(error)} ${actionFor(error.code)}`;
}

/** Of what is no configuration (a disk's image, /dev/zero) no more is read than it takes to say so. */
export async function readConfig(path: string): Promise<string> {
  const pieces: Buffer[] = [];
  let length = 0;
  try {
    for await (const piece of createReadStream(path, { end: LIMITS.configText }) as AsyncIterable<Buffer>) {
      pieces.push(piece);
      length += piece.length;
    }
  } catch (error) {
    throw new CulvertError("config-missing", `${path}: ${fileFault(error)}`, { cause: error });
  }
  if (length > LIMITS.configText)
    throw new CulvertError("config-invalid", `${path} is longer than ${LIMITS.configText} bytes`);
  return Buffer.concat(pieces, length).toString("utf8");
}
