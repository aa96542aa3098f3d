#!/usr/bin/env node
import { Command, InvalidArgumentError, Option } from "commander";
import { EXIT, EXIT_HELP, exitCodeFor } from "./entries/exit-codes.ts";
import { reportError, say } from "./entries/report.ts";
import { VERSION } from "./entries/version.ts";
import type { ServeOptions } from "./serve.ts";

/** The command line. Each command loads what it needs only when it runs, so that `culvert nc` starts fast. */

let exitCode: number = EXIT.ok;

const program = new Command("culvert")
  .description("Opens a shell in a private app: WireGuard and TCP/IP inside the app, no root, no system VPN.")
  .version(VERSION, "-V, --version", "print the version")
  .addHelpText("after", EXIT_HELP)
  .enablePositionalOptions()
  .addOption(demoOption())
  .addOption(demoIfEmptyOption())
  .action(async ({ demo, demoIfEmpty }: { demo: boolean; demoIfEmpty: boolean }) => {
    const { runDesktop } = await import("./entries/desktop.ts");
    const args = [...(demo ? ["--demo"] : []), ...(demoIfEmpty ? ["--demo-if-empty"] : [])];
    const outcome = await runDesktop(args);
    if (outcome.kind === "ran") {
      exitCode = outcome.exitCode;
      return;
    }
    say(`The desktop edition cannot run here (${outcome.reason}); this is the browser edition instead.`);
    const { serve } = await import("./serve.ts");
    await serve({ port: 0, demo, demoIfEmpty, open: true, json: false });
  });

program
  .command("serve")
  .description("serve the browser edition on 127.0.0.1")
  .addOption(new Option("--port <number>", "port to listen on; 0 for any free one").argParser(parsePort(0)).default(0))
  .addOption(demoOption())
  .addOption(demoIfEmptyOption())
  .option("--no-open", "do not open a browser")
  .option("--json", "print the address as JSON on the first line", false)
  .action(async (options: ServeOptions) => {
    const { serve } = await import("./serve.ts");
    await serve(options);
  });

program
  .command("demo")
  .description("run the demo cloud alone, in the foreground")
  .option("--json", "print its addresses as JSON on the first line", false)
  .action(async ({ json }: { json: boolean }) => {
    const { demo } = await import("./entries/demo.ts");
    await demo(json);
  });

program
  .command("nc")
  .description("join standard input and output to a TCP port inside a tunnel")
  .requiredOption("--config <file>", "wg-quick file that describes the tunnel")
  .argument("<host>", "address, or a name that the file's DNS server knows")
  .argument("<port>", "TCP port", parsePort(1))
  .addHelpText("after", "\nFor example: ssh -o ProxyCommand='culvert nc --config wg.conf %h %p' root@app.internal")
  .action(async (host: string, port: number, { config }: { config: string }) => {
    const { nc } = await import("./entries/nc.ts");
    exitCode = await nc({ config, host, port });
  });

for (const command of [program, ...program.commands]) command.exitOverride().showHelpAfterError("(try --help)");

function demoOption(): Option {
  return new Option("--demo", "sign in to the built-in demo network").default(false);
}

/** For `npm start`: something to click at once on a computer without any account. */
function demoIfEmptyOption(): Option {
  return new Option("--demo-if-empty", "the same, when no account is set up").default(false).hideHelp();
}

function parsePort(lowest: number): (text: string) => number {
  return (text) => {
    const port = Number(text);
    if (!/^\d{1,5}$/.test(text) || port < lowest || port > 65_535)
      throw new InvalidArgumentError(`a port is a number from ${lowest} to 65535.`);
    return port;
  };
}

try {
  await program.parseAsync();
} catch (error) {
  reportError(error, process.argv.includes("--json"));
  exitCode = exitCodeFor(error);
}
// Standard input may still be open, and nothing else is left to do.
process.exit(exitCode);
