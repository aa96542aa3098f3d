import { unwrap } from "../../electron/netstack/tcp/seqnum.ts";
import { DELAYED_ACK_MS } from "../../electron/netstack/tcp/tuning.ts";
import { ACK, FIN, RST, SYN, TcpSegment } from "../../electron/netstack/wire/tcp.ts";
import type { Packet } from "./sim-path.ts";
import { TcpInspector } from "./tcp-inspector.ts";
import type { Side, TcpLink } from "./tcp-link.ts";
import { Ranges } from "./tcp-ranges.ts";

/** What one side of a connection has shown on the wire, and what has reached it. */
interface Face {
  scale: number;
  base: number | undefined;
  /** Highest sequence number sent, highest right edge ever promised, and the acknowledgement. */
  sentTo: number;
  edge: number;
  ack: number;
  stamp: number | undefined;
  /** The right edge, the acknowledgement and the SACKed ranges that have arrived here. */
  knownEdge: number;
  knownAck: number;
  readonly sacked: Ranges;
  timeouts: number;
  /** Since when data waits for its acknowledgement, and arrivals that may still be answered. */
  owesSince: number;
  credit: number;
}

interface Flow {
  readonly a: Face;
  readonly b: Face;
  scaled: boolean;
  gone: boolean;
}

const face = (): Face => ({
  scale: 0,
  base: undefined,
  sentTo: 0,
  edge: 0,
  ack: 0,
  stamp: undefined,
  knownEdge: 0,
  knownAck: 0,
  sacked: new Ranges(),
  timeouts: 0,
  owesSince: Number.POSITIVE_INFINITY,
  credit: 0,
});

/**
 * Watches every connection of a link, on the wire and inside, and throws at the first packet that breaks a rule of
 * RFC 9293, RFC 7323, RFC 2018 or RFC 5681. Counts what the goldens want.
 */
export class TcpMonitor {
  readonly #link: TcpLink;
  readonly #flows = new Map<number, Flow>();
  readonly #segment = new TcpSegment();
  readonly #inspector: TcpInspector;
  /** Segments with payload, those that repeat some, bare acknowledgements, resets: by their sender. */
  readonly counts = {
    a: { data: 0, repeats: 0, acks: 0, resets: 0, payload: 0 },
    b: { data: 0, repeats: 0, acks: 0, resets: 0, payload: 0 },
  };

  constructor(link: TcpLink) {
    this.#link = link;
    this.#inspector = new TcpInspector(link);
    link.onSend = (packet) => this.#sent(packet);
    link.onArrive = (packet) => this.#arrived(packet);
    link.onTurn = () => this.#inspector.turn();
  }

  #sent(packet: Packet): void {
    const segment = this.#segment;
    if (!segment.parse(packet.bytes)) throw new Error("malformed segment sent");
    const flow = this.#flowOf(segment, packet.from);
    const me = flow[packet.from];
    const peer = flow[packet.from === "a" ? "b" : "a"];
    const syn = (segment.flags & SYN) !== 0;
    if (syn) {
      me.base ??= segment.sequence;
      me.scale = Math.max(0, segment.windowScale);
      if (segment.windowScale < 0) flow.scaled = false;
    }
    if ((segment.flags & RST) !== 0) {
      this.counts[packet.from].resets++;
      flow.gone = true;
    }
    if (flow.gone || me.base === undefined) return;
    this.#checkData(segment, me, peer, syn, packet);
    if ((segment.flags & ACK) !== 0) this.#checkAck(segment, me, peer, syn, flow, packet);
    this.#checkStamps(segment, me, peer, packet);
    if (segment.payloadEnd > segment.payloadStart) this.#inspector.payloadSent(packet, segment);
  }

  #checkData(segment: TcpSegment, me: Face, peer: Face, syn: boolean, packet: Packet): void {
    const length = segment.payloadEnd - segment.payloadStart;
    const start = unwrap(segment.sequence, Math.max(me.sentTo, me.base!));
    const end = start + length + (syn ? 1 : 0) + ((segment.flags & FIN) !== 0 ? 1 : 0);
    if (!syn && length > 0 && peer.base !== undefined && end > me.knownEdge)
      this.#fail(packet, `${end - me.knownEdge} beyond the window`);
    if (start > me.sentTo && me.sentTo > 0) this.#fail(packet, "a gap in what was sent");
    const counts = this.counts[packet.from];
    if (length > 0) {
      counts.data++;
      counts.payload += length;
      if (start < me.sentTo) {
        counts.repeats++;
        this.#checkRepeat(me, start, Math.min(start + length, me.sentTo), packet);
      }
    }
    me.sentTo = Math.max(me.sentTo, end);
  }

  /** Nothing that the sender was told of is sent again; a timeout lets it forget what SACK told (RFC 2018 section 8). */
  #checkRepeat(me: Face, start: number, end: number, packet: Packet): void {
    const timeouts = this.#inspector.timeouts(packet.from, this.#segment);
    if (timeouts !== me.timeouts) {
      me.timeouts = timeouts;
      me.sacked.clear();
    }
    if (end <= me.knownAck) this.#fail(packet, `${start}..${end} is acknowledged and was sent again`);
    if (me.sacked.overlap(start, end) > 0) this.#fail(packet, `${start}..${end} is SACKed and was sent again`);
  }

  #checkAck(segment: TcpSegment, me: Face, peer: Face, syn: boolean, flow: Flow, packet: Packet): void {
    if (peer.base === undefined) return;
    const ack = unwrap(segment.acknowledgment, peer.sentTo);
    if (ack > peer.sentTo) this.#fail(packet, "acknowledges what was never sent");
    if (ack < me.ack) this.#fail(packet, "acknowledgment went back");
    const edge = ack + segment.window * (syn || !flow.scaled ? 1 : 2 ** me.scale);
    // A SYN that is repeated after a scaled window cannot name it (RFC 7323 section 2.2).
    const least = syn ? Math.min(me.edge, ack + 0xffff) : me.edge;
    if (edge < least) this.#fail(packet, `right edge went left by ${me.edge - edge}`);
    for (let i = 0; i < segment.sackBlocks; i++) {
      const start = unwrap(segment.sackEdges[i * 2]!, ack);
      const end = unwrap(segment.sackEdges[i * 2 + 1]!, ack);
      if (start >= end || end > peer.sentTo) this.#fail(packet, `SACK block ${start - ack}..${end - ack}`);
    }
    this.#checkRate(segment, me, edge, syn, packet);
    me.ack = ack;
    me.edge = Math.max(me.edge, edge);
  }

  /** RFC 9293 section 3.8.6.3: no more acknowledgements than arrivals that ask for one, and none too late. */
  #checkRate(segment: TcpSegment, me: Face, edge: number, syn: boolean, packet: Packet): void {
    if (packet.at - me.owesSince > DELAYED_ACK_MS + this.#link.turnMs + 1)
      this.#fail(packet, `data waited ${packet.at - me.owesSince} ms for its acknowledgement`);
    me.owesSince = Number.POSITIVE_INFINITY;
    const bare = segment.payloadStart === segment.payloadEnd && (segment.flags & FIN) === 0 && !syn;
    const probe = unwrap(segment.sequence, me.sentTo) < me.sentTo;
    if (!bare || probe) return;
    this.counts[packet.from].acks++;
    if (edge > me.edge && unwrap(segment.acknowledgment, me.ack) === me.ack) return;
    me.credit--;
    if (me.credit < 0) this.#fail(packet, "an acknowledgement that nothing asked for");
  }

  #checkStamps(segment: TcpSegment, me: Face, peer: Face, packet: Packet): void {
    if (!segment.hasTimestamps) return;
    if (me.stamp !== undefined && ((segment.tsVal - me.stamp) | 0) < 0) this.#fail(packet, "TSval went back");
    me.stamp = segment.tsVal;
    if (peer.stamp !== undefined && segment.tsEcr !== 0 && ((peer.stamp - segment.tsEcr) | 0) < 0)
      this.#fail(packet, "TSecr was never sent");
  }

  #arrived(packet: Packet): void {
    const segment = this.#segment;
    if (packet.damaged === true || !segment.parse(packet.bytes)) return;
    const to: Side = packet.from === "a" ? "b" : "a";
    const flow = this.#flowOf(segment, packet.from);
    const me = flow[to];
    const sender = flow[packet.from];
    if (sender.base === undefined) return;
    const length = segment.payloadEnd - segment.payloadStart;
    const expected = this.#inspector.expected(to, segment);
    const plain = length === 0 && (segment.flags & (SYN | FIN)) === 0 && expected === segment.sequence;
    const accepted = this.#inspector.accepts(to, segment);
    if (!plain || !accepted) me.credit++;
    // A segment of a connection that is already gone, or that must not be taken, is answered in another way.
    if (length > 0 && expected !== undefined && this.#inspector.takesData(to, segment))
      me.owesSince = Math.min(me.owesSince, this.#link.now);
    if ((segment.flags & (ACK | RST)) !== ACK || me.base === undefined || !accepted) return;
    const ack = unwrap(segment.acknowledgment, Math.max(me.sentTo, me.base));
    const syn = (segment.flags & SYN) !== 0;
    me.knownAck = Math.max(me.knownAck, ack);
    me.knownEdge = Math.max(me.knownEdge, ack + segment.window * (syn || !flow.scaled ? 1 : 2 ** sender.scale));
    for (let i = 0; i < segment.sackBlocks; i++)
      me.sacked.add(unwrap(segment.sackEdges[i * 2]!, ack), unwrap(segment.sackEdges[i * 2 + 1]!, ack));
    me.sacked.dropBelow(me.knownAck);
  }

  #flowOf(segment: TcpSegment, from: Side): Flow {
    const key =
      from === "a"
        ? segment.sourcePort * 65_536 + segment.destinationPort
        : segment.destinationPort * 65_536 + segment.sourcePort;
    const known = this.#flows.get(key);
    const reopened =
      known !== undefined && (segment.flags & (SYN | ACK)) === SYN && this.#isNewer(known[from], segment);
    if (known !== undefined && !reopened) return known;
    const flow: Flow = { a: face(), b: face(), scaled: true, gone: false };
    this.#flows.set(key, flow);
    return flow;
  }

  #isNewer(me: Face, segment: TcpSegment): boolean {
    return me.base !== undefined && me.base !== segment.sequence;
  }

  #fail(packet: Packet, why: string): never {
    throw new Error(`${packet.from} at ${packet.at} ms: ${why}`);
  }
}
