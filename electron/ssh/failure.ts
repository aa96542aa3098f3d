import { CulvertError } from "../base/errors.ts";

/** Socket errors as libuv and our own stack name them. */
const SOCKET_CODES = new Map<
  string,
  "connection-refused" | "connection-reset" | "connection-timeout" | "host-unreachable"
>([
  ["ECONNREFUSED", "connection-refused"],
  ["ECONNRESET", "connection-reset"],
  ["EPIPE", "connection-reset"],
  ["ETIMEDOUT", "connection-timeout"],
  ["EHOSTUNREACH", "host-unreachable"],
  ["ENETUNREACH", "host-unreachable"],
]);

/** A text that a server chose, fit for a message: one line, printable, at most 300 characters. */
export function remoteText(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ").trim();
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}

/** An error event of ssh2 or of the transport under it, as a coded error. ssh2 tells them apart by `level`. */
export function sshFailure(error: unknown): CulvertError {
  if (error instanceof CulvertError) return error;
  if (!(error instanceof Error)) return new CulvertError("ssh-failed", remoteText(String(error)));
  const level: unknown = Reflect.get(error, "level");
  const code: unknown = Reflect.get(error, "code");
  const detail = remoteText(error.message);
  if (level === "client-timeout") return new CulvertError("connection-timeout", detail, { cause: error });
  const socketCode = typeof code === "string" ? SOCKET_CODES.get(code) : undefined;
  if (socketCode !== undefined) return new CulvertError(socketCode, detail, { cause: error });
  if (level === "client-socket") return new CulvertError("connection-reset", detail, { cause: error });
  return new CulvertError("ssh-failed", detail, { cause: error });
}
