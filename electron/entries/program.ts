import { Command, InvalidArgumentError, Option } from "commander";
import { DNS_TYPES, type DnsType } from "../../shared/dns-types.ts";
import { LIMITS } from "../../shared/limits.ts";
import { EXIT_HELP } from "./exit-codes.ts";
import { type DemoOptions, withGatewayOptions } from "./gateway-options.ts";
import { nameFrom, refuseForeign } from "./name-argument.ts";
import { suggestion } from "./suggestion.ts";
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

export interface TunnelOptions {
  /** Path of a wg-quick file. */
  readonly config: string;
  /** As the file's gateways are known to speak when left out: UDP, and WebSocket beside it with the platform's. */
  readonly carrier?: "udp" | "websocket" | "auto" | undefined;
  /** Path of a file for a packet capture. */
  readonly capture?: string | undefined;
}

export interface PingOptions extends TunnelOptions {
  readonly host: string;
  /** Infinity when not said. */
  readonly count: number;
  /** Seconds, also `timeout`. */
  readonly interval: number;
  readonly timeout: number;
  /** Bytes of data. */
  readonly size: number;
  readonly ipv4: boolean;
  readonly ipv6: boolean;
  readonly json: boolean;
}

export interface DigOptions extends TunnelOptions {
  readonly name: string;
  readonly type?: DnsType | undefined;
  readonly json: boolean;
}

export interface NcOptions extends TunnelOptions {
  readonly host: string;
  readonly port: number;
}

/** What each command does; resolves to the exit code. */
export interface Commands {
  desktop(options: StartOptions): Promise<number>;
  serve(options: ServeOptions): Promise<number>;
  demo(options: DemoOptions): Promise<number>;
  nc(options: NcOptions): Promise<number>;
  ping(options: PingOptions): Promise<number>;
  dig(options: DigOptions): Promise<number>;
}

/** The words of the command line. Wrong ones, help and version make `parseAsync` throw a CommanderError; with `json` no more. */
export function createProgram(commands: Commands, onExitCode: (code: number) => void, json = false): Command {
  const program = new Command("culvert")
    .description("Opens a shell in a private app: WireGuard and TCP/IP inside the app, no root, no system VPN.")
    .version(VERSION, "-V, --version", "print the version")
    .addHelpText("after", EXIT_HELP)
    .helpCommand(true)
    .usage("[options] [command]")
    .enablePositionalOptions()
    .addOption(demoOption())
    .addOption(demoIfEmptyOption())
    // One word before every message, whoever it is from.
    .configureOutput({
      outputError: (text, write) => write(text.replace(/^error: /, "culvert: ")),
      ...(json ? { writeErr: () => undefined } : {}),
    })
    // What is no command gets here with all that follows it: the command is what is wrong, not its options.
    .argument("[words...]")
    .allowUnknownOption()
    .action(async (words: readonly string[], options: StartOptions) => {
      if (words[0] !== undefined) refuse(program, words[0]);
      onExitCode(await commands.desktop(options));
    });

  program
    .command("serve")
    .description("serve the browser edition on 127.0.0.1")
    .addOption(new Option("--port <number>", "port to listen on; 0 for any free one").argParser(portFrom(0)).default(0))
    .addOption(demoOption())
    .addOption(demoIfEmptyOption())
    .option("--no-open", "do not open a browser")
    .option("--json", "print the address as JSON on the first line", false)
    .action(async (options: ServeOptions) => onExitCode(await commands.serve(options)));

  withGatewayOptions(
    program
      .command("demo")
      .description("run the demo cloud alone, in the foreground; its gateway can be told to misbehave")
      .option("--json", "print its addresses as JSON on the first line", false)
      .addOption(
        new Option(
          "--write-config <file>",
          "make a peer and write its wg-quick file, for nc, ping and dig; removed at the end",
        ).argParser(fileName),
      ),
  ).action(async (options: DemoOptions) => onExitCode(await commands.demo(options)));

  tunnelCommand(program, "nc", "join standard input and output to a TCP port inside a tunnel")
    .argument("<host>", "address, or a name that the file's DNS server knows", nameFrom)
    .argument("<port>", "TCP port", portFrom(1))
    .addHelpText("after", "\nFor example: ssh -o ProxyCommand='culvert nc --config wg.conf %h %p' root@app.internal")
    .action(async (host: string, port: number, options: TunnelOptions) =>
      onExitCode(await commands.nc({ ...options, host, port })),
    );

  tunnelCommand(program, "ping", "send ICMP echo requests inside a tunnel; Ctrl+C shows the statistics")
    .addOption(
      new Option("-c, --count <number>", "requests to send")
        .argParser(numberFrom(1, 1_000_000))
        .default(Number.POSITIVE_INFINITY, "no end"),
    )
    .addOption(
      new Option("-i, --interval <seconds>", "from one request to the next")
        .argParser(numberFrom(0.01, 3600))
        .default(1),
    )
    .addOption(
      new Option("-s, --size <bytes>", "data in each request").argParser(numberFrom(0, LIMITS.pingBytes)).default(56),
    )
    .addOption(
      new Option("-W, --timeout <seconds>", "how long to wait for an answer").argParser(numberFrom(0.1, 60)).default(5),
    )
    .addOption(new Option("-4, --ipv4", "IPv4 only").default(false).conflicts("ipv6"))
    .addOption(new Option("-6, --ipv6", "IPv6 only").default(false))
    .option("--json", "print each answer, and then the statistics, as a line of JSON", false)
    .argument("<host>", "address, or a name that the file's DNS server knows", nameFrom)
    .action(async (host: string, options: Omit<PingOptions, "host">) =>
      onExitCode(await commands.ping({ ...options, host })),
    );

  tunnelCommand(program, "dig", "ask the DNS server of a tunnel, past every cache")
    .option("--json", "print each answer as a line of JSON", false)
    .argument("<name>", "name, as it is; or an address, whose name is asked for", nameFrom)
    .argument("[type]", `${DNS_TYPES.join(", ")}; AAAA and A when left out`, typeFrom)
    .action(async (name: string, type: DnsType | undefined, options: Omit<DigOptions, "name" | "type">) =>
      onExitCode(await commands.dig({ ...options, name, type })),
    );

  for (const command of [program, ...program.commands]) command.exitOverride().showHelpAfterError("(try --help)");
  return program;
}

/** Ends with wrong use: a word or an option at the first place that means nothing there. */
function refuse(program: Command, word: string): never {
  const isOption = word.startsWith("-");
  const known = isOption
    ? program
        .createHelp()
        .visibleOptions(program)
        .flatMap(({ long }) => long ?? [])
    : program
        .createHelp()
        .visibleCommands(program)
        .map((command) => command.name());
  const meant = suggestion(word, known);
  const fault = `There is no ${isOption ? "option" : "command"} ${word}.${meant === undefined ? "" : ` Did you mean ${meant}?`}`;
  return program.error(`error: ${fault}`, { code: isOption ? "commander.unknownOption" : "commander.unknownCommand" });
}

/** A command with a tunnel of its own. */
function tunnelCommand(program: Command, name: string, description: string): Command {
  return (
    program
      .command(name)
      .description(description)
      .addOption(new Option("--config <file>", "wg-quick file that describes the tunnel; required").argParser(fileName))
      // Not commander's own mandatory: that is checked before unknown options, and would hide what --conifg was meant to be.
      .hook("preAction", (_program, command) => {
        if (command.opts()["config"] !== undefined) return;
        command.error("error: required option '--config <file>' not specified", {
          code: "commander.missingMandatoryOptionValue",
        });
      })
      // Not auto by itself: an ordinary WireGuard peer has no WebSocket, and a stranger's TCP port is not to be knocked at.
      .addOption(
        new Option(
          "--carrier <carrier>",
          "udp, websocket, or auto: whichever answers first. A gateway other than the platform's is asked for a WebSocket on its own port. Left out: auto with the platform's gateways, udp with others.",
        ).choices(["udp", "websocket", "auto"]),
      )
      .addOption(
        new Option("--capture <file>", "write what passes inside the tunnel to a new pcapng file").argParser(fileName),
      )
  );
}

function demoOption(): Option {
  return new Option("--demo", "sign in to the built-in demo network").default(false);
}

/** For `npm start`: something to click at once on a computer without any account. */
function demoIfEmptyOption(): Option {
  return new Option("--demo-if-empty", "the same, when no account is set up").default(false).hideHelp();
}

function numberFrom(lowest: number, highest: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    const isWhole = Number.isInteger(lowest);
    if (!/^\d+(\.\d+)?$/.test(text) || number < lowest || number > highest || (isWhole && !Number.isInteger(number)))
      throw new InvalidArgumentError(`A number from ${lowest} to ${highest} is needed.`);
    return number;
  };
}

function fileName(text: string): string {
  if (text === "") throw new InvalidArgumentError("There is no file name.");
  return text;
}

function typeFrom(text: string): DnsType {
  refuseForeign(text);
  const type = DNS_TYPES.find((one) => one === text.toUpperCase());
  if (type === undefined) throw new InvalidArgumentError(`One of ${DNS_TYPES.join(", ")} is needed.`);
  return type;
}

function portFrom(lowest: number): (text: string) => number {
  return (text) => {
    const port = Number(text);
    if (!/^\d{1,5}$/.test(text) || port < lowest || port > 65_535)
      throw new InvalidArgumentError(`A port is a number from ${lowest} to 65535.`);
    return port;
  };
}
