import { Command, InvalidArgumentError, Option } from "commander";
import { EXIT_HELP } from "./exit-codes.ts";
import { VERSION } from "./version.ts";

export interface StartOptions {
  /** Sign in to the demo network. */
  readonly demo: boolean;
  /** The same, when no account is set up. */
  readonly demoIfEmpty: boolean;
}

export interface ServeOptions extends StartOptions {
  /** 0 for any free one. */
  readonly port: number;
  readonly open: boolean;
  readonly json: boolean;
}

export interface NcOptions {
  /** Path of a wg-quick file. */
  readonly config: string;
  readonly host: string;
  readonly port: number;
}

/** What each command does; resolves to the exit code. */
export interface Commands {
  desktop(options: StartOptions): Promise<number>;
  serve(options: ServeOptions): Promise<number>;
  demo(options: { json: boolean }): Promise<number>;
  nc(options: NcOptions): Promise<number>;
}

/** The words of the command line. Wrong ones, help and version make `parseAsync` throw a CommanderError. */
export function createProgram(commands: Commands, onExitCode: (code: number) => void): Command {
  const program = new Command("culvert")
    .description("Opens a shell in a private app: WireGuard and TCP/IP inside the app, no root, no system VPN.")
    .version(VERSION, "-V, --version", "print the version")
    .addHelpText("after", EXIT_HELP)
    .helpCommand(true)
    .usage("[options] [command]")
    .enablePositionalOptions()
    .addOption(demoOption())
    .addOption(demoIfEmptyOption())
    // Only a word that is no command gets here: without this it would be called one argument too many.
    .argument("[command]", "", (word: string): never => {
      throw new InvalidArgumentError(`there is no command "${word}".`);
    })
    .action(async (_command: undefined, options: StartOptions) => onExitCode(await commands.desktop(options)));

  program
    .command("serve")
    .description("serve the browser edition on 127.0.0.1")
    .addOption(new Option("--port <number>", "port to listen on; 0 for any free one").argParser(portFrom(0)).default(0))
    .addOption(demoOption())
    .addOption(demoIfEmptyOption())
    .option("--no-open", "do not open a browser")
    .option("--json", "print the address as JSON on the first line", false)
    .action(async (options: ServeOptions) => onExitCode(await commands.serve(options)));

  program
    .command("demo")
    .description("run the demo cloud alone, in the foreground")
    .option("--json", "print its addresses as JSON on the first line", false)
    .action(async (options: { json: boolean }) => onExitCode(await commands.demo(options)));

  program
    .command("nc")
    .description("join standard input and output to a TCP port inside a tunnel")
    .requiredOption("--config <file>", "wg-quick file that describes the tunnel")
    .argument("<host>", "address, or a name that the file's DNS server knows")
    .argument("<port>", "TCP port", portFrom(1))
    .addHelpText("after", "\nFor example: ssh -o ProxyCommand='culvert nc --config wg.conf %h %p' root@app.internal")
    .action(async (host: string, port: number, { config }: { config: string }) =>
      onExitCode(await commands.nc({ config, host, port })),
    );

  for (const command of [program, ...program.commands]) command.exitOverride().showHelpAfterError("(try --help)");
  return program;
}

function demoOption(): Option {
  return new Option("--demo", "sign in to the built-in demo network").default(false);
}

/** For `npm start`: something to click at once on a computer without any account. */
function demoIfEmptyOption(): Option {
  return new Option("--demo-if-empty", "the same, when no account is set up").default(false).hideHelp();
}

function portFrom(lowest: number): (text: string) => number {
  return (text) => {
    const port = Number(text);
    if (!/^\d{1,5}$/.test(text) || port < lowest || port > 65_535)
      throw new InvalidArgumentError(`A port is a number from ${lowest} to 65535.`);
    return port;
  };
}
