import type { Duplex } from "node:stream";
import type { ServerChannel, Session } from "ssh2";
import { runPlainCommand, runPlainShell } from "../shell/plain-shell.ts";
import { TerminalShell } from "../shell/terminal-shell.ts";
import type { ShellHost, TerminalSize } from "../shell/types.ts";
import { ChannelSink, ChannelSource } from "./channel-io.ts";

export interface SessionContext {
  readonly host: ShellHost;
  /** The connection below, whose back-pressure ssh2 does not pass on. */
  readonly transport: Duplex;
  /** The certificate's permit-pty. */
  readonly mayHavePty: boolean;
  /** Aborts when the connection is gone. */
  readonly signal: AbortSignal;
  onError(error: unknown): void;
}

const MOST_VARIABLES = 64;
const MOST_VARIABLE_LENGTH = 4096;
/** Names that a client may not set: the machine's own, and those that would change how the sandbox runs. */
const OWN_VARIABLE =
  /^(HOME|USER|LOGNAME|SHELL|PATH|PWD|OLDPWD|IFS|SHELLOPTS|BASHOPTS|HOSTNAME|FLY_(?!SSH_).*|BASH_.*)$/;
const CTRL_C = 0x03;

/** One "session" channel (RFC 4254 section 6): what the client asks for before it starts, then a shell or a command. */
export function serveSession(session: Session, context: SessionContext): void {
  const env: Record<string, string> = {};
  let size: TerminalSize | undefined;
  let shell: TerminalShell | undefined;

  session.on("env", (accept, reject, { key, val }) => {
    const isFine =
      /^[A-Za-z_]\w*$/.test(key) &&
      !OWN_VARIABLE.test(key) &&
      val.length <= MOST_VARIABLE_LENGTH &&
      !val.includes("\0");
    if (!isFine || Object.keys(env).length >= MOST_VARIABLES) return reject?.();
    env[key] = val;
    accept?.();
  });
  session.on("pty", (accept, reject, info) => {
    if (!context.mayHavePty) return reject?.();
    size = sizeOf(info);
    // @types/ssh2 and RFC 4254 agree on a text; a client may still send none.
    env["TERM"] = typeof info.term === "string" && /^[\w.+-]{1,64}$/.test(info.term) ? info.term : "xterm";
    accept?.();
  });
  session.on("window-change", (accept, _reject, info) => {
    size = sizeOf(info);
    shell?.resize(size);
    accept?.();
  });
  session.on("signal", (accept, reject, { name }) => {
    if (shell === undefined) return reject?.();
    if (name === "INT") shell.input(Uint8Array.of(CTRL_C));
    else if (name === "HUP" || name === "TERM" || name === "KILL") shell.hangUp();
    accept?.();
  });
  const start = (accept: () => ServerChannel, command: string | undefined): void => {
    const channel = accept();
    if (size !== undefined) {
      shell = serveTerminal(channel, command, size, env, context);
      return;
    }
    servePlain(channel, command, env, context);
  };
  session.on("shell", (accept) => start(accept, undefined));
  session.on("exec", (accept, _reject, { command }) => start(accept, command));
}

function serveTerminal(
  channel: ServerChannel,
  command: string | undefined,
  size: TerminalSize,
  env: Readonly<Record<string, string>>,
  context: SessionContext,
): TerminalShell {
  const sink = new ChannelSink(channel, context.transport);
  const shell = new TerminalShell({
    host: context.host,
    sink: sink.stdout,
    size,
    env,
    flow: (on) => (on ? channel.resume() : channel.pause()),
  });
  channel.on("data", (chunk: Uint8Array) => shell.input(chunk));
  channel.on("end", () => shell.inputEnded());
  const status = command === undefined ? shell.interact() : shell.runCommand(command);
  finishWith(channel, sink, status, context, () => shell.hangUp());
  return shell;
}

function servePlain(
  channel: ServerChannel,
  command: string | undefined,
  env: Readonly<Record<string, string>>,
  context: SessionContext,
): void {
  const sink = new ChannelSink(channel, context.transport);
  const stdin = new ChannelSource(channel);
  const gone = new AbortController();
  const options = {
    host: context.host,
    env,
    stdin,
    out: (data: Uint8Array) => sink.stdout.write(data),
    err: (data: Uint8Array) => sink.stderr.write(data),
    signal: gone.signal,
  };
  const status = command === undefined ? runPlainShell(options) : runPlainCommand(command, options);
  finishWith(channel, sink, status, context, () => {
    gone.abort();
    stdin.close();
  });
}

/** Sends the status and closes; the other way round, ends what runs when the channel or the connection goes first. */
function finishWith(
  channel: ServerChannel,
  sink: ChannelSink,
  status: Promise<number>,
  context: SessionContext,
  hangUp: () => void,
): void {
  const gone = (): void => {
    sink.close();
    hangUp();
  };
  channel.once("close", gone);
  // A write that met the client's close.
  channel.on("error", () => undefined);
  channel.stderr.on("error", () => undefined);
  context.signal.addEventListener("abort", gone, { once: true });
  if (context.signal.aborted) gone();
  status
    .catch((error: unknown) => {
      context.onError(error);
      return 255;
    })
    .then((code) => {
      context.signal.removeEventListener("abort", gone);
      if (context.signal.aborted) return;
      channel.exit(code & 0xff);
      channel.end();
    })
    .catch((error: unknown) => context.onError(error));
}

/** A client may send zero for "unknown" (RFC 4254 section 6.2), or more than any screen has. */
function sizeOf(info: { readonly cols: number; readonly rows: number }): TerminalSize {
  const within = (count: number, fallback: number): number => (count > 0 ? Math.min(count, 10_000) : fallback);
  return { columns: within(info.cols, 80), rows: within(info.rows, 24) };
}
