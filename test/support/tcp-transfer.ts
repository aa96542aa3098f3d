import type { TcpConnection, TcpOptions } from "../../electron/netstack/tcp/connection.ts";
import { TcpLink } from "./tcp-link.ts";

/** Byte `i` of the stream that `seed` stands for: both ends can compute it, so nothing has to be kept. */
export function pattern(seed: number, from: number, length: number): Uint8Array {
  const out = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    const n = from + i;
    out[i] = (Math.imul(n ^ seed, 0x9e3779b1) >>> 24) ^ (n >>> 8);
  }
  return out;
}

/** Writes a pattern of `total` bytes, then shuts down; checks and counts what arrives from the other side. */
export class Endpoint {
  readonly connection: TcpConnection;
  readonly #total: number;
  readonly #seedOut: number;
  readonly #seedIn: number;
  written = 0;
  received = 0;
  ended = false;
  closed = false;
  error: string | undefined;
  /** Bytes read at each call; Infinity for all there is. */
  readLimit = Number.POSITIVE_INFINITY;
  paused = false;

  constructor(connection: TcpConnection, total: number, seedOut: number, seedIn: number) {
    this.connection = connection;
    this.#total = total;
    this.#seedOut = seedOut;
    this.#seedIn = seedIn;
    const pump = (now: number): void => this.pump(now);
    connection.handler = {
      onEstablished: pump,
      onWritable: pump,
      onReadable: (now) => this.drain(now),
      onEnd: () => {
        this.ended = true;
      },
      onClosed: (error) => {
        this.closed = true;
        this.error = error?.code;
      },
    };
  }

  pump(now: number): void {
    while (this.written < this.#total) {
      const chunk = pattern(this.#seedOut, this.written, Math.min(65_536, this.#total - this.written));
      const count = this.connection.write(chunk, now);
      this.written += count;
      if (count < chunk.length) return;
    }
    this.connection.shutdown(now);
  }

  drain(now: number): void {
    while (!this.paused) {
      const data = this.connection.read(Math.min(this.readLimit, 1 << 20), now);
      if (data === undefined) return;
      const expected = pattern(this.#seedIn, this.received, data.length);
      if (Buffer.compare(data, expected) !== 0) throw new Error(`wrong bytes after ${this.received}`);
      this.received += data.length;
      if (this.readLimit !== Number.POSITIVE_INFINITY) return;
    }
  }
}

export interface Pair {
  client: Endpoint;
  server: () => Endpoint | undefined;
}

/** A connects to B; each side sends its share and shuts down. */
export function openPair(
  link: TcpLink,
  up: number,
  down: number,
  options?: { client?: TcpOptions; server?: TcpOptions; port?: number },
): Pair {
  let server: Endpoint | undefined;
  const port = options?.port ?? 80;
  link.b.listen({ port, ...(options?.server === undefined ? {} : { options: options.server }) }, (connection, now) => {
    server = new Endpoint(connection, down, 2, 1);
    server.pump(now);
  });
  const connection = link.a.connect(
    { remote: link.addressB, port, ...(options?.client === undefined ? {} : { options: options.client }) },
    link.now,
  );
  return { client: new Endpoint(connection, up, 1, 2), server: () => server };
}

/** A simulation is all computing: what stops one that hangs, on a machine that is busy with something else. */
export const PATIENCE_MS = 600_000;

const STATISTICS_SEED = 1981;

/** CULVERT_SEED, or a random one; printed, so that a failure can be had again. For what holds whatever the seed. */
export function seedOf(name: string): number {
  const given = process.env["CULVERT_SEED"];
  const seed = given === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(given);
  process.stdout.write(`${name}: seed ${seed}\n`);
  return seed;
}

/** For rates and shares, which a seed in some dozens puts beyond any useful bound: always the same, but for `npm run sim`. */
export function statisticsSeedOf(name: string): number {
  if (process.env["CULVERT_SIM"] !== undefined || process.env["CULVERT_SEED"] !== undefined) return seedOf(name);
  process.stdout.write(`${name}: seed ${STATISTICS_SEED}\n`);
  return STATISTICS_SEED;
}

export { TcpLink };
