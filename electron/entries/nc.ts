import { runNc } from "../engine/nc.ts";
import { EXIT } from "./exit-codes.ts";
import { endedFromOutside, flushed, inOwnTunnel } from "./own-tunnel.ts";
import type { NcOptions } from "./program.ts";
import { say } from "./report.ts";

/** `culvert nc`: standard input and output through a tunnel. Returns the exit code, or rejects with a CulvertError. */
export async function nc(options: NcOptions): Promise<number> {
  const ending = endedFromOutside();
  const { host, port } = options;
  try {
    await inOwnTunnel(options, ending, (tunnel) =>
      runNc({ ...tunnel, host, port, input: process.stdin, output: process.stdout, onSilence: silenceTeller() }),
    );
    await flushed();
  } catch (error) {
    if (!ending.signal.aborted) throw error;
  }
  return ending.code() ?? EXIT.ok;
}

/** A stream that stands still looks the same whoever is to blame: one line when it is the gateway, and one at its return. */
function silenceTeller(): (gateway: string | undefined) => void {
  let silent = "";
  return (gateway) => {
    if (gateway !== undefined) say(`culvert: the gateway ${gateway} is silent; it is being called.`);
    else say(`culvert: the gateway ${silent} answers again.`);
    silent = gateway ?? "";
  };
}
