import { CALLS, type CallInput, type CallName, type HostMessage, isCallName, request } from "../../shared/contract.ts";
import { LIMITS } from "../../shared/limits.ts";
import { asCulvertError, CulvertError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";

/** A call whose input has passed its schema. */
export type CheckedCall = { [N in CallName]: { name: N; input: CallInput<N> } }[CallName];

/** Does one call. What it resolves to is checked against the contract before it leaves. */
export type Invoke = (call: CheckedCall) => Promise<unknown>;

export interface RouterOptions {
  readonly invoke: Invoke;
  readonly log: Log;
  send(message: HostMessage): void;
}

/** The id of an answer to a message that had none of its own. */
const NO_ID = -1;
/** Calls under way per window: far above what a page needs, far below what would hurt. */
const MOST_CALLS_UNDER_WAY = 256;
/** Answered at once, and never refused: what an engine that hangs does not answer has taken all the room. */
const RESTART: CallName = "engine.restart";

/**
 * One per link: turns the window's text messages into calls. Whatever does not fit the contract is answered with
 * bad-request and has no other effect; an answer that does not fit is our bug and is answered with internal.
 */
export class Router {
  readonly #options: RouterOptions;
  #underWay = 0;

  constructor(options: RouterOptions) {
    this.#options = options;
  }

  /** Resolves once the answer was sent; never rejects. */
  async handle(text: string): Promise<void> {
    const message = parseText(text);
    const parsed = request.safeParse(message);
    if (!parsed.success) return this.#fail(idOf(message), new CulvertError("bad-request", "not a request"));
    const { id, call, input } = parsed.data;
    if (!isCallName(call)) return this.#fail(id, new CulvertError("bad-request", "unknown call"));
    if (this.#underWay >= MOST_CALLS_UNDER_WAY && call !== RESTART)
      return this.#fail(id, new CulvertError("bad-request", "too many calls at once"));
    this.#underWay++;
    try {
      const output = await this.#run(call, input);
      this.#options.send({ id, ok: output });
    } catch (error) {
      this.#fail(id, asCulvertError(error), call);
    } finally {
      this.#underWay--;
    }
  }

  async #run(name: CallName, input: unknown): Promise<unknown> {
    const checked = CALLS[name].input.safeParse(input);
    // Paths only: the values may be secrets.
    if (!checked.success) throw new CulvertError("bad-request", `${name}: ${faultsOf(checked.error.issues)}`);
    // The schema of `name` has just said that the data is its input; the compiler cannot follow that through the table.
    const output = await this.#options.invoke({ name, input: checked.data } as CheckedCall);
    const answer = CALLS[name].output.safeParse(output);
    if (!answer.success) throw new CulvertError("internal", `answer of ${name}: ${faultsOf(answer.error.issues)}`);
    return answer.data;
  }

  #fail(id: number, error: CulvertError, call?: string): void {
    const fields = { call, code: error.code, detail: error.detail };
    if (error.code === "internal") this.#options.log.error("call failed", fields);
    else this.#options.log.debug("call refused", fields);
    this.#options.send({ id, error: error.toInfo() });
  }
}

function parseText(text: string): unknown {
  // A UTF-16 unit is at most three bytes of UTF-8: most messages need no count.
  if (text.length * 3 > LIMITS.controlMessage && Buffer.byteLength(text) > LIMITS.controlMessage) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function idOf(message: unknown): number {
  if (typeof message !== "object" || message === null || !("id" in message)) return NO_ID;
  const { id } = message;
  return typeof id === "number" && Number.isSafeInteger(id) && id >= 0 ? id : NO_ID;
}

/** "path: code" of the first few issues of a zod error. */
export function faultsOf(issues: readonly { path: PropertyKey[]; code?: string | undefined }[]): string {
  return issues
    .slice(0, 3)
    .map((issue) => `${issue.path.map(String).join(".").slice(0, 80) || "input"} ${issue.code ?? "invalid"}`)
    .join(", ");
}
