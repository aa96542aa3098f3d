#!/usr/bin/env node
import { EXIT, exitCodeFor } from "./entries/exit-codes.ts";
import { endOnFault } from "./entries/faults.ts";
import { createProgram } from "./entries/program.ts";
import { reportError, say } from "./entries/report.ts";

/** The command line. Each command loads what it needs only when it runs, so that `culvert nc` starts fast. */

let exitCode: number = EXIT.ok;
const json = process.argv.includes("--json");

const program = createProgram(
  {
    desktop: async (options) => {
      const { runDesktop } = await import("./entries/desktop.ts");
      const outcome = await runDesktop(options);
      if (outcome.kind === "ran") return outcome.exitCode;
      say(`The desktop edition cannot run here (${outcome.reason}); this is the browser edition instead.`);
      const { serve } = await import("./serve.ts");
      return serve({ ...options, port: 0, open: true, json: false });
    },
    serve: async (options) => (await import("./serve.ts")).serve(options),
    demo: async (options) => (await import("./entries/demo.ts")).demo(options),
    nc: async (options) => (await import("./entries/nc.ts")).nc(options),
    ping: async (options) => (await import("./entries/ping.ts")).ping(options),
    dig: async (options) => (await import("./entries/dig.ts")).dig(options),
  },
  (code) => {
    exitCode = code;
  },
  json,
);

endOnFault(json);
try {
  await program.parseAsync();
} catch (error) {
  reportError(error, json);
  exitCode = exitCodeFor(error);
}
// Standard input may still be open, and nothing else is left to do.
process.exit(exitCode);
