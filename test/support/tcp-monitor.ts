import { unwrap } from "../../electron/netstack/tcp/seqnum.ts";
import { ACK, FIN, RST, SYN, TcpSegment } from "../../electron/netstack/wire/tcp.ts";
import type { Packet } from "./tcp-link.ts";

interface Side {
  scale: number;
  base: number | undefined;
  /** Highest sequence number sent, and highest right edge ever advertised. */
  sentTo: number;
  edge: number;
  ack: number;
  stamp: number | undefined;
  payloadSent: number;
}

const fresh = (): Side => ({ scale: 0, base: undefined, sentTo: 0, edge: 0, ack: 0, stamp: undefined, payloadSent: 0 });

/** Watches one connection on the wire and throws at the first packet that breaks a rule of RFC 9293 or RFC 7323. */
export class TcpMonitor {
  readonly #sides = { a: fresh(), b: fresh() };
  readonly #segment = new TcpSegment();
  #scaled = true;

  payloadSent(side: "a" | "b"): number {
    return this.#sides[side].payloadSent;
  }

  readonly see = (packet: Packet): void => {
    const segment = this.#segment;
    if (!segment.parse(packet.bytes)) throw new Error("malformed segment sent");
    const me = this.#sides[packet.from];
    const peer = this.#sides[packet.from === "a" ? "b" : "a"];
    const syn = (segment.flags & SYN) !== 0;
    if (syn) {
      me.base ??= segment.sequence;
      me.scale = Math.max(0, segment.windowScale);
      if (segment.windowScale < 0) this.#scaled = false;
    }
    if ((segment.flags & RST) !== 0 || me.base === undefined) return;
    this.#checkData(segment, me, peer, syn, packet);
    if ((segment.flags & ACK) !== 0) this.#checkAck(segment, me, peer, syn, packet);
    if (segment.hasTimestamps) {
      if (me.stamp !== undefined && ((segment.tsVal - me.stamp) | 0) < 0) this.#fail(packet, "TSval went back");
      me.stamp = segment.tsVal;
    }
  };

  #checkData(segment: TcpSegment, me: Side, peer: Side, syn: boolean, packet: Packet): void {
    const length = segment.payloadEnd - segment.payloadStart;
    const start = unwrap(segment.sequence, Math.max(me.sentTo, me.base!));
    const end = start + length + (syn ? 1 : 0) + ((segment.flags & FIN) !== 0 ? 1 : 0);
    if (!syn && length > 0 && peer.base !== undefined && end > peer.edge)
      this.#fail(packet, `${end - peer.edge} beyond the window`);
    if (start > me.sentTo && me.sentTo > 0) this.#fail(packet, "a gap in what was sent");
    me.sentTo = Math.max(me.sentTo, end);
    me.payloadSent += length;
  }

  #checkAck(segment: TcpSegment, me: Side, peer: Side, syn: boolean, packet: Packet): void {
    if (peer.base === undefined) return;
    const ack = unwrap(segment.acknowledgment, peer.sentTo);
    if (ack > peer.sentTo) this.#fail(packet, "acknowledges what was never sent");
    if (ack < me.ack) this.#fail(packet, "acknowledgment went back");
    const edge = ack + segment.window * (syn || !this.#scaled ? 1 : 2 ** me.scale);
    if (edge < me.edge) this.#fail(packet, `right edge went left by ${me.edge - edge}`);
    me.ack = ack;
    me.edge = edge;
    for (let i = 0; i < segment.sackBlocks; i++) {
      const start = unwrap(segment.sackEdges[i * 2]!, ack);
      const end = unwrap(segment.sackEdges[i * 2 + 1]!, ack);
      if (start >= end || end > peer.sentTo) this.#fail(packet, `SACK block ${start - ack}..${end - ack}`);
    }
  }

  #fail(packet: Packet, why: string): never {
    throw new Error(`${packet.from} at ${packet.at} ms: ${why}`);
  }
}
