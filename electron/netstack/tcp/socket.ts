import { closeBoth, reset, shutdownSend } from "./close.ts";
import type { Endpoint, TcpConnection, TcpHandler, TcpStats } from "./connection.ts";
import { mayQueueData, type TcpState } from "./state.ts";
import { EVENT_ESTABLISHED, EVENT_READABLE, EVENT_WRITABLE, type Tcb } from "./tcb.ts";
import { deservesUpdate, tuneReceiveBuffer } from "./window.ts";

/** The user's side of a connection (RFC 9293 section 3.10.1 to 3.10.6). */
export class TcpSocket implements TcpConnection {
  readonly #tcb: Tcb;
  readonly local: Endpoint;
  readonly remote: Endpoint;
  #handler: TcpHandler | undefined;

  constructor(tcb: Tcb) {
    this.#tcb = tcb;
    this.local = { address: tcb.local, port: tcb.localPort };
    this.remote = { address: tcb.remote, port: tcb.remotePort };
    tcb.socket = this;
  }

  get handler(): TcpHandler | undefined {
    return this.#handler;
  }

  /** What happened before somebody listened is told in the next turn. */
  set handler(handler: TcpHandler | undefined) {
    this.#handler = handler;
    if (handler !== undefined) this.#wake();
  }

  get state(): TcpState {
    return this.#tcb.state;
  }

  get readableLength(): number {
    return this.#tcb.receiveBuffer.readable;
  }

  get writableLength(): number {
    return this.#mayWrite ? this.#tcb.sendBuffer.room : 0;
  }

  write(data: Uint8Array, _now: number): number {
    if (!this.#mayWrite) return 0;
    const tcb = this.#tcb;
    const count = tcb.sendBuffer.write(data);
    if (count < data.length) tcb.writerWaits = true;
    if (count > 0) this.#wake();
    return count;
  }

  read(limit: number, now: number): Uint8Array | undefined {
    const data = this.#tcb.receiveBuffer.read(limit);
    if (data !== undefined) this.#wasRead(now);
    return data;
  }

  readInto(into: Uint8Array, now: number): number {
    const count = this.#tcb.receiveBuffer.readInto(into);
    if (count > 0) this.#wasRead(now);
    return count;
  }

  #wasRead(now: number): void {
    const tcb = this.#tcb;
    if (tcb.state === "closed") {
      // The end may have waited for this read.
      if (tcb.receiveBuffer.readable === 0) this.#wake();
      return;
    }
    tuneReceiveBuffer(tcb, now);
    const ended = tcb.rcvNxt > tcb.peerFin;
    // RFC 9293 section 3.8.6.2.2; after FIN there is nothing left to make room for.
    if (!ended && deservesUpdate(tcb)) tcb.ackNow = true;
    if (tcb.ackNow || (ended && tcb.receiveBuffer.readable === 0)) this.#wake();
  }

  shutdown(_now: number): void {
    shutdownSend(this.#tcb);
    this.#wake();
  }

  close(now: number): void {
    closeBoth(this.#tcb, now);
    this.#wake();
  }

  abort(_now: number): void {
    this.#tcb.detached = true;
    if (this.#tcb.over) this.#tcb.receiveBuffer.clear();
    reset(this.#tcb, undefined);
    this.#wake();
  }

  get stats(): TcpStats {
    const tcb = this.#tcb;
    const { rtt, congestion } = tcb;
    return {
      rttMs: rtt.srtt,
      pathRttMs: rtt.pathRtt,
      rttVarMs: rtt.rttVar,
      minRttMs: rtt.minRtt,
      rtoMs: rtt.rto,
      // CUBIC counts in fractions.
      congestionWindow: Math.floor(congestion.window),
      slowStartThreshold: Math.floor(congestion.threshold),
      sendWindow: tcb.sndWnd,
      receiveWindow: Math.max(0, tcb.rcvAdv - tcb.rcvNxt),
      bytesInFlight: tcb.sndNxt - tcb.sndUna,
      mss: tcb.mss,
      retransmits: tcb.retransmits,
      timeouts: tcb.timeouts,
      segmentsIn: tcb.segmentsIn,
      segmentsOut: tcb.segmentsOut,
      outOfOrder: tcb.outOfOrder,
      duplicateAcks: tcb.duplicateAcks,
      bytesIn: tcb.receiveBuffer.inOrderTo,
      bytesOut: Math.max(0, tcb.sndUna - tcb.iss - 1 - (tcb.finSent && tcb.sndUna === tcb.sndNxt ? 1 : 0)),
      openedAt: tcb.openedAt,
    };
  }

  /** Tells the user what happened in this turn. */
  fire(now: number): void {
    const tcb = this.#tcb;
    const handler = this.#handler;
    const events = tcb.events;
    if (handler === undefined) return;
    tcb.events = 0;
    if ((events & EVENT_ESTABLISHED) !== 0) handler.onEstablished(now);
    if ((events & EVENT_READABLE) !== 0 && !tcb.detached) handler.onReadable(now);
    if ((events & EVENT_WRITABLE) !== 0 && !tcb.detached) handler.onWritable(now);
    const ended = tcb.rcvNxt > tcb.peerFin && tcb.receiveBuffer.readable === 0;
    if (ended && !tcb.endTold && !tcb.detached) {
      tcb.endTold = true;
      handler.onEnd(now);
    }
    if (tcb.over && !tcb.closeTold && (tcb.error !== undefined || tcb.endTold || tcb.detached)) {
      tcb.closeTold = true;
      handler.onClosed(tcb.error, now);
    }
  }

  get #mayWrite(): boolean {
    const tcb = this.#tcb;
    return !tcb.finQueued && mayQueueData(tcb.state);
  }

  #wake(): void {
    this.#tcb.owner.wake(this.#tcb);
  }
}
