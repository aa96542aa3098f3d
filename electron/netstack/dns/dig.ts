/** One question and everything that the server said, past the cache: what dig(1) shows. A core beside the stack. */
import { parseIp } from "../../base/ip-address.ts";
import { type Answered, Exchange, type ExchangeOptions, type ExchangeResult } from "./exchange.ts";
import type { DnsType } from "./message.ts";
import { normalizeName, reverseName } from "./names.ts";
import type { DnsFailure } from "./result.ts";

export interface DigQuestion {
  readonly name: string;
  readonly type: DnsType;
}

/** `timeMs` from the first try to the answer. A refusal (SERVFAIL, REFUSED …) of the last server is an answer here. */
export type DigResult = (Answered & DigQuestion & { readonly ok: true; readonly timeMs: number }) | DnsFailure;

/** The name as it is, without search domains; an address asked for PTR by its reverse name. Undefined for what is no name. */
export function digQuestion(text: string, type: DnsType): DigQuestion | undefined {
  const address = parseIp(text);
  const name = address !== undefined && type === "PTR" ? reverseName(address) : normalizeName(text);
  return name === undefined ? undefined : { name, type };
}

export class Dig {
  readonly #exchange: Exchange;

  /** The question leaves with the first `tick`, which is due at once; `done` is called once, later, unless `cancel` comes first. */
  constructor(
    options: Omit<ExchangeOptions, "onDone" | "name" | "type">,
    question: DigQuestion,
    now: number,
    done: (result: DigResult) => void,
  ) {
    const onDone = (result: ExchangeResult, at: number): void => {
      const answered = result.kind === "answer" ? result : result.refusal;
      if (answered === undefined && result.kind === "failed")
        done({ ok: false, code: result.code, detail: `${question.name}: ${result.detail}` });
      else if (answered !== undefined) {
        const { response, server, transport } = answered;
        done({ ok: true, ...question, response, server, transport, timeMs: at - now });
      }
    };
    this.#exchange = new Exchange({ ...options, ...question, onDone }, now);
  }

  endTurn(_now: number): void {}

  tick(now: number): void {
    this.#exchange.tick(now);
  }

  nextDeadline(): number {
    return this.#exchange.nextDeadline();
  }

  cancel(now: number): void {
    this.#exchange.dispose(now);
  }
}
