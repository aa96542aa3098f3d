import { type ErrorCode, type ErrorInfo, sentenceFor } from "../../shared/errors.ts";

/** The one error class that crosses rooms: a code of the closed list, what was being done, and facts a user can act on. */
export class CulvertError extends Error {
  override readonly name = "CulvertError";
  readonly code: ErrorCode;
  /** Facts of this case, for example a host name or a reason in the remote's words. Shown to the user; never a secret. */
  readonly detail: string | undefined;
  /** For config-invalid: what is wrong, by line. */
  readonly lines: ErrorInfo["lines"];

  constructor(code: ErrorCode, detail?: string, options?: { cause?: unknown; lines?: ErrorInfo["lines"] }) {
    super(detail === undefined ? sentenceFor(code) : `${sentenceFor(code)} (${detail})`, options);
    this.code = code;
    this.detail = detail;
    this.lines = options?.lines;
  }

  toInfo(): ErrorInfo {
    const info: ErrorInfo = { code: this.code };
    if (this.detail !== undefined) info.detail = this.detail;
    if (this.lines !== undefined) info.lines = this.lines;
    return info;
  }
}

/** Any thrown value as a coded error; what has no code is a bug of ours and says so. */
export function asCulvertError(value: unknown): CulvertError {
  if (value instanceof CulvertError) return value;
  if (value instanceof Error && value.name === "AbortError")
    return new CulvertError("cancelled", undefined, { cause: value });
  return new CulvertError("internal", value instanceof Error ? value.message : String(value), { cause: value });
}
