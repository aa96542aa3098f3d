import { CommanderError } from "commander";
import type { ErrorCode } from "../../shared/errors.ts";
import { asCulvertError } from "../base/errors.ts";

/** What the program ends with, after sysexits(3) where that has a number. Written down in the README and in the help. */
export const EXIT = {
  ok: 0,
  refused: 1,
  usage: 64,
  badText: 65,
  unavailable: 69,
  bug: 70,
  tryAgain: 75,
  notAuthorized: 77,
  configuration: 78,
  interrupted: 130,
  terminated: 143,
} as const;

const BY_CODE: Record<ErrorCode, number> = {
  "bad-request": EXIT.usage,
  "endpoint-invalid": EXIT.usage,
  "config-invalid": EXIT.badText,
  "config-changed": EXIT.tryAgain,
  "config-in-use": EXIT.tryAgain,
  "config-missing": EXIT.configuration,
  "host-exists": EXIT.refused,
  "login-needed": EXIT.refused,
  "not-found": EXIT.refused,
  cancelled: EXIT.interrupted,
  unauthorized: EXIT.notAuthorized,
  forbidden: EXIT.notAuthorized,
  "api-unreachable": EXIT.unavailable,
  "api-error": EXIT.unavailable,
  "rate-limited": EXIT.tryAgain,
  "peer-rejected": EXIT.unavailable,
  "gateway-unresolved": EXIT.unavailable,
  "gateway-silent": EXIT.unavailable,
  "tunnel-replaced": EXIT.tryAgain,
  "peer-removed": EXIT.tryAgain,
  "answer-invalid": EXIT.configuration,
  "udp-failed": EXIT.unavailable,
  "not-allowed": EXIT.configuration,
  "name-not-found": EXIT.refused,
  "dns-timeout": EXIT.tryAgain,
  "dns-failed": EXIT.tryAgain,
  "dns-refused": EXIT.refused,
  "connection-refused": EXIT.refused,
  "connection-reset": EXIT.refused,
  "connection-timeout": EXIT.refused,
  "host-unreachable": EXIT.refused,
  "too-many-pings": EXIT.tryAgain,
  "too-many-lookups": EXIT.tryAgain,
  "ssh-failed": EXIT.refused,
  "ssh-auth-failed": EXIT.notAuthorized,
  "host-key-changed": EXIT.refused,
  "shell-refused": EXIT.refused,
  "key-invalid": EXIT.configuration,
  "machine-stopped": EXIT.refused,
  "machine-gone": EXIT.refused,
  "no-machines": EXIT.refused,
  "too-many-shells": EXIT.tryAgain,
  storage: EXIT.configuration,
  "file-exists": EXIT.configuration,
  "file-unwritable": EXIT.configuration,
  "disk-full": EXIT.configuration,
  "captures-full": EXIT.configuration,
  "already-running": EXIT.tryAgain,
  "port-in-use": EXIT.unavailable,
  "engine-stopped": EXIT.bug,
  "link-lost": EXIT.bug,
  internal: EXIT.bug,
};

/** The exit code for anything that was thrown. Commander throws for help and version too, with 0. */
export function exitCodeFor(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  return BY_CODE[asCulvertError(error).code];
}

export const EXIT_HELP = `
Exit codes:
  0    done
  1    refused, not found or out of reach on the other side
  64   wrong use of the command line
  65   the WireGuard configuration has errors
  69   the tunnel, the platform or the port is not available
  70   a fault in Culvert
  75   try again
  77   not authorized
  78   configuration: a file, a folder or AllowedIPs
  130  interrupted (143: terminated)`;
