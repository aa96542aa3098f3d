// LISTEN: RFC 9293 section 3.10.7.2, with a bound on half-open and waiting connections. A SYN past the bound takes the
// place of the oldest half-open connection (RFC 4987 section 3.4), so that under a flood whoever answers at once still
// gets through. Cookies (section 3.6) would cost window scale and SACK, and each half-open connection is small.
import type { IpAddress } from "../../base/ip-address.ts";
import { finish, reset } from "./close.ts";
import type { TcpConnection, TcpListener, TcpOptions } from "./connection.ts";
import { TcpSocket } from "./socket.ts";
import type { Tcb } from "./tcb.ts";

export class Listener implements TcpListener {
  readonly address: IpAddress | undefined;
  readonly port: number;
  readonly options: TcpOptions;
  readonly #backlog: number;
  readonly #onConnection: (connection: TcpConnection, now: number) => void;
  readonly #onClose: (listener: Listener) => void;
  readonly #halfOpen = new Set<Tcb>();
  #waiting: Tcb[] = [];
  #paused = false;
  #closed = false;

  constructor(
    at: { address?: IpAddress; port: number; options?: TcpOptions },
    backlog: number,
    onConnection: (connection: TcpConnection, now: number) => void,
    onClose: (listener: Listener) => void,
  ) {
    this.address = at.address;
    this.port = at.port;
    this.options = at.options ?? {};
    this.#backlog = backlog;
    this.#onConnection = onConnection;
    this.#onClose = onClose;
  }

  matches(local: IpAddress): boolean {
    return this.address === undefined || this.address.text === local.text;
  }

  /** A SYN may open another connection. */
  get hasRoom(): boolean {
    return this.#waiting.length < this.#backlog;
  }

  /** Nobody takes finished handshakes and no more can wait: the final ACK is dropped, and SYN|ACK goes out again. */
  isFull(tcb: Tcb): boolean {
    return this.#halfOpen.has(tcb) && this.#waiting.length >= this.#backlog;
  }

  add(tcb: Tcb): void {
    if (this.#halfOpen.size >= this.#backlog) this.#forgetOldest();
    tcb.listener = this;
    this.#halfOpen.add(tcb);
  }

  forget(tcb: Tcb): void {
    tcb.listener = undefined;
    this.#halfOpen.delete(tcb);
    this.#waiting = this.#waiting.filter((waiting) => waiting !== tcb);
  }

  /** The handshake of `tcb` is done. */
  accept(tcb: Tcb, now: number): void {
    this.#halfOpen.delete(tcb);
    if (this.#paused) {
      if (!this.#waiting.includes(tcb)) this.#waiting.push(tcb);
      return;
    }
    tcb.listener = undefined;
    const socket = new TcpSocket(tcb);
    this.#onConnection(socket, now);
  }

  /** In silence: a peer that is really there sends its SYN or its ACK again. */
  #forgetOldest(): void {
    const oldest = this.#halfOpen.values().next().value;
    if (oldest === undefined) return;
    oldest.owner.host.countDrop("tcp-half-open");
    finish(oldest, undefined);
  }

  pause(): void {
    this.#paused = true;
  }

  resume(now: number): void {
    this.#paused = false;
    for (const tcb of this.#waiting.splice(0)) {
      this.accept(tcb, now);
      tcb.owner.schedule(tcb);
      tcb.owner.host.onWake();
    }
  }

  close(_now: number): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#onClose(this);
    for (const tcb of [...this.#halfOpen, ...this.#waiting]) reset(tcb, undefined);
  }
}
