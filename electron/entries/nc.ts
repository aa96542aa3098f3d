import { runNc } from "../engine/nc.ts";
import { EXIT } from "./exit-codes.ts";
import { endedFromOutside, flushed, inOwnTunnel } from "./own-tunnel.ts";
import type { NcOptions } from "./program.ts";

/** `culvert nc`: standard input and output through a tunnel. Returns the exit code, or rejects with a CulvertError. */
export async function nc(options: NcOptions): Promise<number> {
  const ending = endedFromOutside();
  const { host, port } = options;
  try {
    await inOwnTunnel(options, ending, (tunnel) =>
      runNc({ ...tunnel, host, port, input: process.stdin, output: process.stdout }),
    );
    await flushed();
  } catch (error) {
    if (!ending.signal.aborted) throw error;
  }
  return ending.code() ?? EXIT.ok;
}
