/**
 * One question put to the servers until one answers: RFC 1035 section 4.2.1, RFC 5452 (which answers count), RFC 6891
 * section 6.2.2 (servers without EDNS), RFC 7766 (TCP when the answer was cut short).
 */
import { asCulvertError } from "../../base/errors.ts";
import type { IpAddress } from "../../base/ip-address.ts";
import type { Stack } from "../stack.ts";
import type { UdpSocket } from "../udp-socket.ts";
import { type DnsResponse, type DnsType, decodeResponse, encodeQuestion, RCODES } from "./message.ts";
import { isAnswerTo } from "./question.ts";
import { DNS_PORT, TcpQuery } from "./tcp-query.ts";

export interface ExchangeOptions {
  readonly stack: Stack;
  readonly servers: readonly IpAddress[];
  readonly tcpOnly: boolean;
  /** As `normalizeName` made it. */
  readonly name: string;
  readonly type: DnsType;
  /** When to give up, where that is before the question's own time is over. */
  readonly endsAt?: number;
  random(length: number): Uint8Array;
  /** Called once, from `tick` or from the stack's input, never from the constructor. */
  onDone(result: ExchangeResult, now: number): void;
}

/** What a server said. */
export interface Answered {
  readonly response: DnsResponse;
  readonly server: IpAddress;
  readonly transport: "udp" | "tcp";
}

export type ExchangeResult =
  | (Answered & { readonly kind: "answer" })
  /** `refusal` is the last answer with an error, when there was one. */
  | {
      readonly kind: "failed";
      readonly code: "dns-timeout" | "dns-failed";
      readonly detail: string;
      readonly refusal: Answered | undefined;
    };

/** How long the first, second and third try at a server are waited for. */
const TRY_MS = [1_000, 2_000, 4_000] as const;
const TCP_TRY_MS = 5_000;
/** The most that a question is waited for, and the aliases that it leads to with it. */
export const TOTAL_MS = 10_000;

interface Server {
  readonly address: IpAddress;
  tries: number;
  edns: boolean;
  /** Why it is not asked any more. */
  failure: string | undefined;
}

export class Exchange {
  readonly #options: ExchangeOptions;
  readonly #servers: Server[];
  readonly #endsAt: number;
  /** One per try: an answer that comes late still counts. */
  readonly #sockets: UdpSocket[] = [];
  #tcp: TcpQuery | undefined;
  #current: Server | undefined;
  #refusal: Answered | undefined;
  #nextTryAt: number;
  #done = false;

  /** The first question leaves with the first `tick`, which is due at once. */
  constructor(options: ExchangeOptions, now: number) {
    this.#options = options;
    this.#servers = options.servers.map((address) => ({ address, tries: 0, edns: true, failure: undefined }));
    this.#nextTryAt = now;
    this.#endsAt = Math.min(now + TOTAL_MS, options.endsAt ?? Number.POSITIVE_INFINITY);
  }

  tick(now: number): void {
    if (this.#done || now < this.nextDeadline()) return;
    if (now >= this.#endsAt) this.#timeOut(now);
    else this.#tryNext(now);
  }

  nextDeadline(): number {
    return this.#done ? Number.POSITIVE_INFINITY : Math.min(this.#nextTryAt, this.#endsAt);
  }

  dispose(now: number): void {
    if (this.#done) return;
    this.#done = true;
    this.#close(now);
  }

  /** The server asked least, in the order given; the ones that failed are left out. */
  #tryNext(now: number): void {
    this.#tcp?.dispose(now);
    this.#tcp = undefined;
    const willing = this.#servers.filter((server) => server.failure === undefined);
    const server = willing.reduce<Server | undefined>(
      (a, b) => (a === undefined || b.tries < a.tries ? b : a),
      undefined,
    );
    if (server === undefined) {
      const detail = this.#servers.map((s) => `${s.address.text}: ${s.failure}`).join("; ");
      this.#fail("dns-failed", detail || "no DNS server is configured", now);
    } else if (server.tries >= TRY_MS.length) {
      this.#timeOut(now);
    } else {
      this.#ask(server, this.#options.tcpOnly ? "tcp" : "udp", now);
    }
  }

  #ask(server: Server, transport: "udp" | "tcp", now: number): void {
    this.#current = server;
    server.tries++;
    try {
      if (transport === "tcp") this.#askOverTcp(server, now);
      else this.#askOverUdp(server, now);
    } catch (error) {
      this.#giveUpOn(server, asCulvertError(error).message, now);
    }
  }

  #askOverUdp(server: Server, now: number): void {
    const { stack } = this.#options;
    this.#nextTryAt = now + TRY_MS[Math.min(server.tries, TRY_MS.length) - 1]!;
    const query = this.#encodeQuery(server);
    const socket = stack.openUdp(
      {},
      (payload, from, _to, at) => {
        if (from.address.text === server.address.text && from.port === DNS_PORT)
          this.#consider(payload, query, server, "udp", at);
      },
      (code, _peer, at) => this.#giveUpOn(server, code, at),
    );
    this.#sockets.push(socket);
    socket.send(query, { address: server.address, port: DNS_PORT }, now);
  }

  #askOverTcp(server: Server, now: number): void {
    this.#nextTryAt = now + TCP_TRY_MS;
    const query = this.#encodeQuery(server);
    this.#tcp?.dispose(now);
    this.#tcp = new TcpQuery(this.#options.stack, server.address, query, now, {
      onMessage: (message, at) => this.#consider(message, query, server, "tcp", at),
      onFail: (detail, at) => {
        this.#tcp = undefined;
        this.#giveUpOn(server, detail, at);
      },
    });
  }

  /**
   * True when the message was the answer, whatever it says. Everything that is not is ignored (RFC 5452 section 9.1), and
   * mostly without being read: anybody may send it.
   */
  #consider(message: Uint8Array, query: Uint8Array, server: Server, transport: "udp" | "tcp", now: number): boolean {
    if (this.#done || !isAnswerTo(query, message)) return false;
    const response = decodeResponse(message);
    if (response === undefined) return false;
    const { rcode } = response;
    if ((rcode === RCODES.FORMERR || rcode === RCODES.NOTIMP) && server.edns) {
      // RFC 6891 section 7: a server from before EDNS says that it does not understand.
      server.edns = false;
      server.tries--;
      this.#ask(server, transport, now);
    } else if (rcode !== RCODES.NOERROR && rcode !== RCODES.NXDOMAIN) {
      this.#refusal = { response, server: server.address, transport };
      this.#giveUpOn(server, `answered with error ${rcode}`, now);
    } else if (response.truncated) {
      this.#followTruncation(server, now);
    } else {
      this.#finish({ kind: "answer", response, server: server.address, transport }, now);
    }
    return true;
  }

  #followTruncation(server: Server, now: number): void {
    // A second answer cut short, while its TCP query runs or over TCP itself, brings nothing new.
    if (this.#tcp !== undefined) return;
    this.#current = server;
    try {
      this.#askOverTcp(server, now);
    } catch (error) {
      this.#giveUpOn(server, asCulvertError(error).message, now);
    }
  }

  #giveUpOn(server: Server, failure: string, now: number): void {
    if (this.#done || server.failure !== undefined) return;
    server.failure = failure;
    if (server === this.#current) this.#tryNext(now);
  }

  /** With a new id. */
  #encodeQuery(server: Server): Uint8Array {
    const drawn = this.#options.random(2);
    const id = (drawn[0]! << 8) | drawn[1]!;
    return encodeQuestion(id, this.#options.name, this.#options.type, server.edns);
  }

  #timeOut(now: number): void {
    this.#fail("dns-timeout", `no answer from ${this.#servers.map((s) => s.address.text).join(", ")}`, now);
  }

  #fail(code: "dns-timeout" | "dns-failed", detail: string, now: number): void {
    this.#finish({ kind: "failed", code, detail, refusal: this.#refusal }, now);
  }

  #finish(result: ExchangeResult, now: number): void {
    if (this.#done) return;
    this.#done = true;
    this.#close(now);
    this.#options.onDone(result, now);
  }

  #close(now: number): void {
    for (const socket of this.#sockets) socket.dispose();
    this.#tcp?.dispose(now);
    this.#tcp = undefined;
  }
}
