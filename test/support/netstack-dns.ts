import {
  DnsClient,
  type DnsClientOptions,
  type DnsLookup,
  type DnsResult,
} from "../../electron/netstack/dns/client.ts";
import {
  type DnsAnswer,
  type DnsQuery,
  type DnsRecord,
  type DnsType,
  decodeQuery,
  encodeAnswer,
} from "../../electron/netstack/dns/message.ts";
import type { TcpConnection } from "../../electron/netstack/tcp/connection.ts";
import type { UdpSocket } from "../../electron/netstack/udp-socket.ts";
import { ip, type PairOptions, StackPair } from "./netstack-pair.ts";
import { seededRandom } from "./netstack-random.ts";

/** What a server does with a query: an answer, bytes as they are, or silence. */
export type Zone = (
  query: DnsQuery,
  via: { readonly transport: "udp" | "tcp"; readonly server: string; readonly now: number },
) => DnsAnswer | Uint8Array | undefined;

export interface Asked {
  readonly name: string;
  readonly type: DnsType | undefined;
  readonly id: number;
  readonly port: number;
  readonly transport: "udp" | "tcp";
  readonly server: string;
  readonly at: number;
  readonly edns: boolean;
}

export const NOTHING: DnsAnswer = { rcode: "NXDOMAIN", records: [] };

/** A client on one side of a pair and name servers on the other. */
export class DnsWorld {
  readonly pair: StackPair;
  readonly client: DnsClient;
  readonly asked: Asked[] = [];
  zone: Zone;
  /** What TCP carries for an answer, and how many bytes of it every millisecond. */
  frame = (answer: Uint8Array): Uint8Array => Uint8Array.from([answer.length >> 8, answer.length & 255, ...answer]);
  bytesPerMs = 65_537;
  readonly #sockets = new Map<string, UdpSocket>();
  #later: { at: number; send: () => void }[] = [];

  constructor(zone: Zone, options: Partial<DnsClientOptions> & { pair?: PairOptions; tcp?: boolean } = {}) {
    const { pair, tcp, ...rest } = options;
    this.zone = zone;
    const addresses = { a: ["fd00::a", "10.0.0.1"], b: ["fd00::b", "fd00::c", "10.0.0.2"] };
    this.pair = new StackPair({ addresses, ...pair });
    const client = { stack: this.pair.a, servers: [ip("fd00::b")], random: seededRandom(3), ...rest };
    this.client = new DnsClient(client);
    this.pair.attach(this.client);
    this.pair.attach({
      endTurn: () => undefined,
      tick: (now) => {
        const due = this.#later.filter((l) => l.at <= now);
        this.#later = this.#later.filter((l) => l.at > now);
        for (const { send } of due) send();
      },
      nextDeadline: () => Math.min(...this.#later.map((l) => l.at)),
    });
    this.#serveUdp();
    if (tcp === true) this.#serveTcp();
  }

  resolve(name: string, type: DnsType = "AAAA", limitMs = 20_000): DnsResult {
    let result: DnsResult | undefined;
    this.client.resolve(name, type, this.pair.now, (r) => {
      if (result !== undefined) throw new Error("answered twice");
      result = r;
    });
    this.pair.runUntil(() => result !== undefined, limitMs);
    return result!;
  }

  lookup(name: string): DnsLookup {
    let result: DnsLookup | undefined;
    this.client.lookup(name, this.pair.now, (r) => {
      if (result !== undefined) throw new Error("answered twice");
      result = r;
    });
    this.pair.runUntil(() => result !== undefined);
    return result!;
  }

  /** Answers the last query once more, `ms` later. */
  sendLater(query: DnsQuery, server: string, answer: DnsAnswer, ms: number): void {
    const port = this.asked.at(-1)!.port;
    const send = (): void => {
      const to = { address: ip("fd00::a"), port };
      this.#sockets.get(server)?.send(encodeAnswer(query, answer, "udp"), to, this.pair.now);
    };
    this.#later.push({ at: this.pair.now + ms, send });
  }

  /** Answers the last query from another place. */
  sendFrom(server: string, port: number, query: DnsQuery, answer: DnsAnswer): void {
    const to = { address: ip("fd00::a"), port: this.asked.at(-1)!.port };
    const socket =
      port === 53
        ? this.#sockets.get(server)
        : this.pair.b.openUdp({ address: ip(server), port: port + this.asked.length }, () => undefined);
    socket?.send(encodeAnswer(query, answer, "udp"), to, this.pair.now);
  }

  /** Stops listening at an address; says how many sockets that were. */
  closeUdp(server: string): number {
    this.#sockets.get(server)?.dispose();
    return this.#sockets.delete(server) ? 1 : 0;
  }

  #answer(message: Uint8Array, transport: "udp" | "tcp", server: string, port: number): Uint8Array | undefined {
    const query = decodeQuery(message);
    if (query === undefined) throw new Error("the client sent no proper query");
    const { id, name, type, edns } = query;
    this.asked.push({ id, name, type, edns, port, transport, server, at: this.pair.now });
    const answer = this.zone(query, { transport, server, now: this.pair.now });
    return answer === undefined || answer instanceof Uint8Array ? answer : encodeAnswer(query, answer, transport);
  }

  #trickle(connection: TcpConnection, bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += this.bytesPerMs) {
      const part = bytes.subarray(at, at + this.bytesPerMs);
      this.#later.push({ at: this.pair.now + at / this.bytesPerMs, send: () => connection.write(part, this.pair.now) });
    }
  }

  #serveUdp(): void {
    // Answers leave from the address that was asked: a socket for each.
    for (const address of this.pair.b.addresses) {
      const own = this.pair.b.openUdp({ address, port: 53 }, (payload, from, to, now) => {
        const answer = this.#answer(payload, "udp", to.text, from.port);
        if (answer !== undefined) own.send(answer, from, now);
      });
      this.#sockets.set(address.text, own);
    }
  }

  #serveTcp(): void {
    this.pair.b.listenTcp({ port: 53 }, (connection) => {
      let received = new Uint8Array(0);
      connection.handler = {
        onEstablished: () => undefined,
        onReadable: (now) => {
          for (let part = connection.read(65_536, now); part !== undefined; part = connection.read(65_536, now))
            received = Uint8Array.from([...received, ...part]);
          const length = received.length < 2 ? Number.POSITIVE_INFINITY : (received[0]! << 8) | received[1]!;
          if (received.length < 2 + length) return;
          const answer = this.#answer(
            received.subarray(2, 2 + length),
            "tcp",
            connection.local.address.text,
            connection.remote.port,
          );
          if (answer === undefined) connection.abort(now);
          else this.#trickle(connection, this.frame(answer));
        },
        onWritable: () => undefined,
        onEnd: (now) => connection.close(now),
        onClosed: () => undefined,
      };
    });
  }
}

export function aaaa(name: string, address: string, ttl = 60): DnsRecord {
  return { type: "AAAA", name, ttl, address: ip(address) };
}

export function a(name: string, address: string, ttl = 60): DnsRecord {
  return { type: "A", name, ttl, address: ip(address) };
}

export function cname(name: string, target: string, ttl = 60): DnsRecord {
  return { type: "CNAME", name, ttl, target };
}

export function found(...records: DnsRecord[]): DnsAnswer {
  return { rcode: "NOERROR", records };
}
