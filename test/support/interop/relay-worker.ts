/**
 * The relay's inside, run in a worker thread of its own so that a busy test does not disturb its timing. It imports only
 * Node's modules and types, because it is started from its text.
 */
import { createSocket, type Socket } from "node:dgram";
import { parentPort, workerData } from "node:worker_threads";
import type { DirectionStats, Impairment, RelayMessage, RelaySetup, RelayStats } from "./relay.ts";

const SOCKET_BUFFER_BYTES = 8 * 1024 * 1024;
/** How much later than its turn a reordered datagram goes out: some others pass it. */
const REORDER_MOST_MS = 5;
/** Timers are late by up to a millisecond: with `precise` the last of a wait is spent awake. */
const SPUN_MS = 2.5;
/** IPv4 and UDP, which take their part of the rate. */
const OUTER_HEADER_BYTES = 28;

interface Place {
  readonly address: string;
  readonly port: number;
}

interface Waiting {
  readonly due: number;
  readonly datagram: Uint8Array;
}

/** Mulberry32: the same losses for the same seed and order of arrival. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One direction: what comes in is kept for a while and goes out of the other socket. */
class Direction {
  readonly #counts = { forwarded: 0, lost: 0, overflowed: 0, duplicated: 0, reordered: 0 };
  readonly #random: () => number;
  readonly #send: (datagram: Uint8Array) => void;
  /** Both in the order of their due times: the plain ones have one delay, the late ones are few. */
  readonly #plain: Waiting[] = [];
  readonly #late: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** When the rate's last datagram will have left the queue. */
  #freeAt = 0;
  #impairment: Impairment;

  constructor(impairment: Impairment, seed: number, send: (datagram: Uint8Array) => void) {
    this.#impairment = impairment;
    this.#random = generator(seed);
    this.#send = send;
  }

  accept(datagram: Uint8Array): void {
    const { delayMs, loss, duplicate, reorder, blocked, held } = this.#impairment;
    if (blocked || this.#random() < loss) {
      this.#counts.lost++;
      return;
    }
    const copies = this.#random() < duplicate ? 2 : 1;
    this.#counts.duplicated += copies - 1;
    for (let i = 0; i < copies; i++) {
      const left = this.#leaveQueue(datagram.length);
      if (left === undefined) continue;
      const due = left + delayMs;
      if (this.#random() < reorder) {
        this.#counts.reordered++;
        this.#late.push({ due: due + this.#random() * REORDER_MOST_MS, datagram });
        this.#late.sort((a, b) => a.due - b.due);
      } else {
        this.#plain.push({ due, datagram });
      }
    }
    if (delayMs === 0 && !held) this.#release();
    else this.#arm();
  }

  /** When a datagram of so many bytes has been put on the wire, or undefined when the queue is full. */
  #leaveQueue(bytes: number): number | undefined {
    const { rateMbps, queueBytes } = this.#impairment;
    const now = performance.now();
    if (rateMbps === 0) return now;
    const bytesPerMs = (rateMbps * 1e6) / 8 / 1e3;
    const startsAt = Math.max(now, this.#freeAt);
    if ((startsAt - now) * bytesPerMs > queueBytes) {
      this.#counts.overflowed++;
      return undefined;
    }
    this.#freeAt = startsAt + (bytes + OUTER_HEADER_BYTES) / bytesPerMs;
    return this.#freeAt;
  }

  get stats(): DirectionStats {
    return { ...this.#counts, waiting: this.#plain.length + this.#late.length };
  }

  impair(change: Partial<Impairment>): void {
    this.#impairment = { ...this.#impairment, ...change };
    this.#arm();
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  readonly #release = (): void => {
    this.#timer = undefined;
    if (this.#impairment.held) return;
    let now = performance.now();
    const first = this.#plain[0]?.due ?? Number.POSITIVE_INFINITY;
    if (this.#impairment.precise) while (now < first && first - now < SPUN_MS) now = performance.now();
    for (const queue of [this.#plain, this.#late]) {
      let count = 0;
      while (count < queue.length && queue[count]!.due <= now) this.#send(queue[count++]!.datagram);
      queue.splice(0, count);
      this.#counts.forwarded += count;
    }
    this.#arm();
  };

  #arm(): void {
    if (this.#impairment.held) return;
    const due = Math.min(
      this.#plain[0]?.due ?? Number.POSITIVE_INFINITY,
      this.#late[0]?.due ?? Number.POSITIVE_INFINITY,
    );
    if (due === Number.POSITIVE_INFINITY) return;
    const early = this.#impairment.precise ? SPUN_MS - 0.5 : 0;
    this.#timer ??= setTimeout(this.#release, Math.max(0, due - early - performance.now()));
  }
}

function openSocket(): Promise<Socket> {
  const socket = createSocket({ type: "udp4", lookup: (host, _options, done) => done(null, host, 4) });
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.bind(0, "127.0.0.1", () => {
      socket.off("error", reject);
      socket.on("error", () => undefined); // a peer that is not there yet
      try {
        socket.setRecvBufferSize(SOCKET_BUFFER_BYTES);
        socket.setSendBufferSize(SOCKET_BUFFER_BYTES);
      } catch {
        // The system allows less; the relay then loses more than it was told to.
      }
      resolve(socket);
    });
  });
}

async function main(setup: RelaySetup): Promise<void> {
  const [left, right] = await Promise.all([openSocket(), openSocket()]);
  const places: { left: Place | undefined; right: Place | undefined } = { left: setup.left, right: setup.right };
  const sender = (socket: Socket, side: "left" | "right") => (datagram: Uint8Array) => {
    const place = places[side];
    if (place !== undefined) socket.send(datagram, place.port, place.address);
  };
  const toRight = new Direction(setup.impairment, setup.seed, sender(right, "right"));
  const toLeft = new Direction(setup.impairment, setup.seed + 1, sender(left, "left"));
  left.on("message", (datagram, from) => {
    places.left = from;
    toRight.accept(datagram);
  });
  right.on("message", (datagram, from) => {
    places.right = from;
    toLeft.accept(datagram);
  });
  parentPort?.on("message", (message: RelayMessage) => {
    if (message.kind === "impair") {
      for (const direction of message.directions) {
        const one = direction === "to-right" ? toRight : toLeft;
        one.impair(message.impairment);
      }
    } else if (message.kind === "stats") {
      const stats: RelayStats = { toRight: toRight.stats, toLeft: toLeft.stats };
      parentPort?.postMessage({ kind: "stats", stats });
    } else {
      toRight.close();
      toLeft.close();
      left.close();
      right.close();
      parentPort?.close();
    }
  });
  parentPort?.postMessage({ kind: "ready", leftPort: left.address().port, rightPort: right.address().port });
}

void main(workerData as RelaySetup);
