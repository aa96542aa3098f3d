import type { ErrorCode } from "./error-code.ts";

export type PingReply = { readonly sequence: number; readonly rttMs: number } | { readonly error: ErrorCode };
