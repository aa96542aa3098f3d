/** The private DNS server at `<prefix>::3`, port 53, over UDP and TCP (RFC 1035 section 4.2). */
import type { Clock } from "../base/clock.ts";
import { type Disposable, DisposableStore, toDisposable } from "../base/dispose.ts";
import type { IpAddress } from "../base/ip-address.ts";
import { prefixContains } from "../base/ip-address.ts";
import { decodeQuery, encodeAnswer } from "../netstack/dns/message.ts";
import type { Stack } from "../netstack/stack.ts";
import { TcpStream } from "../netstack/tcp-stream.ts";
import { answerDns } from "./dns-answers.ts";
import type { Network, World } from "./world.ts";

const PORT = 53;
/** RFC 7766 section 6.2.3: a server may close a connection that stays idle. */
const IDLE_MS = 10_000;
const MOST_CONNECTIONS = 64;

export interface DnsServerOptions {
  readonly world: World;
  readonly network: Network;
  readonly stack: Stack;
  readonly clock: Clock;
}

export function serveDns(options: DnsServerOptions): Disposable {
  const { stack, network, clock } = options;
  const owned = new DisposableStore();
  const binding = { address: network.dns, port: PORT };
  const socket = stack.openUdp(binding, (payload, from) => {
    const reply = replyTo(payload, from.address, "udp", options);
    if (reply !== undefined) socket.send(reply, from, clock.now());
  });
  owned.add(socket);
  let open = 0;
  const listener = stack.listenTcp(binding, (connection, now) => {
    if (open >= MOST_CONNECTIONS) {
      connection.abort(now);
      return;
    }
    open++;
    const stream = new TcpStream(connection, clock);
    const entry = owned.add(toDisposable(() => stream.destroy()));
    stream.once("close", () => {
      open--;
      owned.release(entry);
    });
    serveStream(stream, (query) => replyTo(query, connection.remote.address, "tcp", options));
  });
  owned.add(toDisposable(() => listener.close(clock.now())));
  return owned;
}

/** Queries on one connection, each behind its length in two bytes, answered in order (RFC 7766 section 6.2.1). */
function serveStream(stream: TcpStream, reply: (query: Uint8Array) => Uint8Array | undefined): void {
  let received = Buffer.alloc(0);
  let idle = setTimeout(() => stream.destroy(), IDLE_MS);
  stream.on("data", (chunk: Uint8Array) => {
    clearTimeout(idle);
    idle = setTimeout(() => stream.destroy(), IDLE_MS);
    received = Buffer.concat([received, chunk]);
    while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
      const end = 2 + received.readUInt16BE(0);
      const answer = reply(received.subarray(2, end));
      received = Buffer.from(received.subarray(end));
      // What is no query has no answer; the stream behind it cannot be trusted either.
      if (answer === undefined) {
        stream.destroy();
        return;
      }
      const length = Buffer.alloc(2);
      length.writeUInt16BE(answer.length);
      stream.write(Buffer.concat([length, answer]));
    }
  });
  stream.on("end", () => stream.end());
  stream.on("error", () => stream.destroy());
  stream.once("close", () => clearTimeout(idle));
}

function replyTo(
  message: Uint8Array,
  from: IpAddress,
  transport: "udp" | "tcp",
  { world, network }: DnsServerOptions,
): Uint8Array | undefined {
  const query = decodeQuery(message);
  if (query === undefined) return undefined;
  const peer = world.peers.find((candidate) => prefixContains(candidate.block, from));
  const region = peer?.region ?? world.nearestRegion.code;
  return encodeAnswer(query, answerDns({ world, network, region }, query.name, query.type), transport);
}
