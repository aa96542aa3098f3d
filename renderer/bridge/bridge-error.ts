import { type ErrorCode, type ErrorInfo, sentenceFor } from "../../shared/errors.ts";

/** What a failed call rejects with: the host's error as data. */
export class BridgeError extends Error {
  override readonly name = "BridgeError";
  readonly info: ErrorInfo;

  constructor(info: ErrorInfo) {
    super(info.detail === undefined ? sentenceFor(info.code) : `${sentenceFor(info.code)} ${info.detail}`);
    this.info = info;
  }
}

export function bridgeError(code: ErrorCode, detail?: string): BridgeError {
  return new BridgeError(detail === undefined ? { code } : { code, detail });
}

/** Any thrown value as error data, so that views need only one shape. */
export function errorInfoOf(reason: unknown): ErrorInfo {
  if (reason instanceof BridgeError) return reason.info;
  return { code: "internal", detail: reason instanceof Error ? reason.message : String(reason) };
}

/** The link broke before the answer: the host may have done what was asked, or may not have heard of it. */
export function isLinkLost(error: ErrorInfo): boolean {
  return error.code === "link-lost";
}
