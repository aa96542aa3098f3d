// The transmission control block (RFC 9293 section 3.3.1): everything one connection knows. Data only; what is done with
// it lies in open, input, acknowledgment, output, loss and timers, each of which changes the part named after it.
import type { CulvertError } from "../../base/errors.ts";
import type { IpAddress } from "../../base/ip-address.ts";
import { TimerNode, type Timers } from "../../base/timer-wheel.ts";
import type { ErrorCode } from "../error-code.ts";
import { pseudoHeaderSum } from "../wire/checksum.ts";
import { TCP } from "../wire/protocols.ts";
import type { BlockPool } from "./block-pool.ts";
import type { CongestionControl } from "./congestion/congestion-control.ts";
import { createCongestionControl } from "./congestion/create.ts";
import type { TcpOptions } from "./connection.ts";
import { Delivery } from "./delivery.ts";
import type { TcpHost } from "./host.ts";
import { InFlight } from "./in-flight.ts";
import type { Listener } from "./listener.ts";
import { ReceiveBuffer } from "./receive-buffer.ts";
import { ResentStarts } from "./resent-starts.ts";
import { RttEstimator } from "./rtt.ts";
import { SendBuffer } from "./send-buffer.ts";
import type { TcpSocket } from "./socket.ts";
import type { TcpState } from "./state.ts";
import { TIMER_COUNT } from "./timers.ts";
import { FIRST_RECEIVE_BUFFER_BYTES, FIRST_SEND_BUFFER_BYTES } from "./tuning.ts";
import { widenFields } from "./wide-fields.ts";

/** What a connection needs from the layer that owns it. */
export interface TcbOwner {
  readonly host: TcpHost;
  /** Where buffers take their memory from. */
  readonly blocks: BlockPool;
  /** Number of the present `endTurn`. */
  readonly turn: number;
  /** When each connection next wants the time. */
  readonly timers: Timers<Tcb>;
  /** Puts the connection on the list of those that `endTurn` looks at. */
  schedule(tcb: Tcb): void;
  /** Its user did something: the same, and the loop is told, unless it is `endTurn` that the user was called by. */
  wake(tcb: Tcb): void;
  /** The connection has sent its share of this turn: the next one comes as soon as the loop has looked for input. */
  goOnNextTurn(tcb: Tcb): void;
  /** The connection is closed: its ports are free. */
  remove(tcb: Tcb): void;
}

export type Recovery =
  | { readonly kind: "open" }
  /** RFC 6675 and RFC 6582: repairing holes that acknowledgements showed, until everything below `until` is there. */
  | { readonly kind: "recovery"; readonly until: number }
  /** RFC 5681 section 5: the timer fired; slow start over everything below `until`. */
  | { readonly kind: "loss"; readonly until: number }
  /** RFC 8201 section 5.4: segments too large for the path are sent again in smaller ones, and no window is cut for it. */
  | { readonly kind: "size"; readonly until: number };

export const OPEN: Recovery = { kind: "open" };

/** Calls that wait for `endTurn`. */
export const EVENT_ESTABLISHED = 1;
export const EVENT_READABLE = 2;
export const EVENT_WRITABLE = 4;

/** Sequence numbers, timestamps, times, and what is reckoned with fractions. */
const WIDE_FIELDS = [
  ...(["iss", "sndUna", "sndNxt", "sndWl1", "sndWl2", "irs", "rcvNxt", "rcvAdv", "lastAckSent"] as const),
  ...(["dsackStart", "dsackEnd", "probeEnd", "undoFrom", "tsRecent", "tsOffset", "undoStamp", "echoedStamp"] as const),
  ...(["tsRecentAt", "tuneAt", "paceAt", "lastSendAt", "progressAt", "postponedTo"] as const),
  ...(["tuneReadTo", "prrDelivered", "prrOut", "recoverFlight", "rackRtt", "undoWindow", "undoThreshold"] as const),
  ...(["flightAfterSend", "paceCredit", "reorderRound"] as const),
] as const;
let areWide = false;

export class Tcb {
  readonly owner: TcbOwner;
  readonly local: IpAddress;
  readonly localPort: number;
  readonly remote: IpAddress;
  readonly remotePort: number;
  readonly options: Required<Omit<TcpOptions, "keepAlive" | "userTimeoutMs">> &
    Pick<TcpOptions, "keepAlive" | "userTimeoutMs">;
  /** Sum of addresses and protocol; the length is added per segment. */
  readonly pseudoSum: number;
  readonly openedAt: number;
  state: TcpState = "closed";
  /** Set while a passive connection has not been handed out. */
  listener: Listener | undefined;
  socket: TcpSocket | undefined;
  /** Next connection with the same pair of ports. */
  nextInBucket: Tcb | undefined;

  // Send sequence space; all sequence numbers are unwrapped (seqnum.ts)
  iss = 0;
  sndUna = 0;
  sndNxt = 0;
  sndWnd = 0;
  sndWl1 = 0;
  sndWl2 = 0;
  maxSndWnd = 0;
  sndScale = 0;
  readonly sendBuffer: SendBuffer;
  /** The user sends no more: FIN goes out after the last byte. */
  finQueued = false;
  finSent = false;
  /** `write` refused bytes. */
  writerWaits = false;

  // Receive sequence space
  irs = 0;
  rcvNxt = 0;
  /** Right edge of the window we advertised. */
  rcvAdv = 0;
  rcvScale = 0;
  readonly receiveBuffer: ReceiveBuffer;
  /** Sequence number of the peer's FIN, once seen, in order or not. */
  peerFin = Number.POSITIVE_INFINITY;

  // Segment sizes: payload bytes, timestamps taken off, SACK blocks not
  mss = 536;
  peerMss = 536;
  pathMtu = 0;
  /** When a path MTU lowered on suspicion is tested again, and how long the last wait was. */
  mtuRetryAt = Number.POSITIVE_INFINITY;
  mtuRetryMs = 30_000;
  /** Where the segment ends that tests it; -1 while there is none. */
  mtuProbeEnd = -1;
  /** When what a Packet Too Big said was last repaired; since when such repairs are counted, and how many there were. */
  mendedAt = Number.NEGATIVE_INFINITY;
  mendsFrom = Number.NEGATIVE_INFINITY;
  mends = 0;
  /** What we told the peer it may send. */
  advertisedMss = 536;

  // Options in use
  timestamps = false;
  scaling = false;
  sack = false;
  tsRecent = 0;
  tsRecentAt = 0;
  tsOffset = 0;

  // Acknowledging
  ackNow = false;
  /** Payload bytes and segments taken since the last acknowledgement. */
  unackedBytes = 0;
  unackedSegments = 0;
  lastAckSent = 0;
  /** Largest payload seen: what the peer's full segment probably is. */
  peerSegment = 536;
  /** A duplicate to report (RFC 2883), as unwrapped sequence numbers; -1 when there is none. */
  dsackStart = -1;
  dsackEnd = -1;
  challengeAt = Number.NEGATIVE_INFINITY;

  // Receive buffer tuning
  tuneAt = 0;
  tuneReadTo = 0;

  // Loss and congestion
  readonly flight = new InFlight();
  readonly delivery = new Delivery();
  readonly rtt = new RttEstimator();
  readonly congestion: CongestionControl;
  recovery: Recovery = OPEN;
  dupAcks = 0;
  /** RFC 9937: delivered and sent since recovery began, and what was in flight then. */
  prrDelivered = 0;
  prrOut = 0;
  recoverFlight = 0;
  /** Bytes sent again since this recovery began. */
  repaired = 0;
  /** The hole found first is resent whatever the window says. */
  forceResend = false;
  /** RFC 8985 section 6: round trip of the segment delivered last, and how much reordering is borne. */
  rackRtt = 0;
  reorderingSeen = false;
  reorderFactor = 1;
  reorderRound = 0;
  reorderPersist = 16;
  /** RFC 8985 section 7: SND.NXT after the probe, or -1; and whether it sent old data. */
  probeEnd = -1;
  probeResent = false;
  /** RFC 4015, RFC 3522: what to go back to when a loss was none; -1 when there is nothing to undo. */
  undoWindow = -1;
  undoThreshold = 0;
  /** Retransmissions of this episode that no duplicate report has met, and where those begin that it may still meet. */
  undoResends = 0;
  readonly undoStarts = new ResentStarts();
  /** Our timestamp of the first of them, and its sequence number. */
  undoStamp = -1;
  undoFrom = 0;
  /** TSecr of the acknowledgement being taken in; -1 without timestamps. */
  echoedStamp = -1;
  /** The window stopped us the last time we sent, and what was in flight then. */
  cwndLimited = false;
  flightAfterSend = 0;
  lastSendAt = 0;
  /** Bytes that may still leave in this burst, and when that was reckoned (pacing.ts). */
  paceCredit = 0;
  paceAt = 0;
  paceWaits = false;
  /** The turn whose share of segments (MOST_SEGMENTS_PER_TURN) is sent. */
  spentTurn = -1;
  /** When something was last acknowledged, or first sent after silence: the user timeout counts from here. */
  progressAt = 0;
  retries = 0;
  synResends = 0;
  keepAliveProbes = 0;

  /** Deadlines by timer kind; Infinity when off. */
  readonly deadlines = new Float64Array(TIMER_COUNT).fill(Number.POSITIVE_INFINITY);
  /** None of them is due before its deadline. */
  readonly timer = new TimerNode<Tcb>(this);

  /** Until when timers were put off because the loop had stood still. */
  postponedTo = -1;

  // What the user is told
  events = 0;
  scheduled = false;
  /** close() was called: nobody reads what comes. */
  detached = false;
  error: CulvertError | undefined;
  /** What ICMP said since the peer was last heard. */
  softError: ErrorCode | undefined;
  /** No more will happen that the user could see, but for what it has not read yet. */
  over = false;
  endTold = false;
  closeTold = false;

  // Counted
  retransmits = 0;
  timeouts = 0;
  segmentsIn = 0;
  segmentsOut = 0;
  /** Data segments beyond a hole, and acknowledgements that repeated the last one (RFC 5681 section 2). */
  outOfOrder = 0;
  duplicateAcks = 0;

  constructor(
    owner: TcbOwner,
    local: IpAddress,
    localPort: number,
    remote: IpAddress,
    remotePort: number,
    options: TcpOptions,
    now: number,
  ) {
    this.owner = owner;
    this.local = local;
    this.localPort = localPort;
    this.remote = remote;
    this.remotePort = remotePort;
    this.options = {
      nagle: false,
      maxRetransmits: 15,
      receiveBufferMax: 6 << 20,
      sendBufferMax: 4 << 20,
      congestion: "cubic",
      timestamps: true,
      windowScaling: true,
      sack: true,
      ...options,
    };
    // Its window is set when the handshake has told the segment size.
    this.congestion = createCongestionControl(this.options.congestion, this.mss, 10 * this.mss);
    this.pseudoSum = pseudoHeaderSum(local.bytes, remote.bytes, TCP, 0);
    const receiveLimit = Math.min(FIRST_RECEIVE_BUFFER_BYTES, this.options.receiveBufferMax);
    this.receiveBuffer = new ReceiveBuffer(receiveLimit, owner.blocks);
    this.sendBuffer = new SendBuffer(Math.min(FIRST_SEND_BUFFER_BYTES, this.options.sendBufferMax), owner.blocks);
    this.openedAt = now;
    this.progressAt = now;
    if (!areWide) widenFields(this, WIDE_FIELDS);
    areWide = true;
  }

  /** Sequence number of the first byte not yet sent, counted as a position in the send stream. */
  get sentTo(): number {
    return this.sndNxt - this.iss - 1 - (this.finSent ? 1 : 0);
  }

  /** Bytes written and never sent. */
  get unsent(): number {
    return this.sendBuffer.end - this.sentTo;
  }

  /** Bytes thought to be on the way (RFC 6675 section 4). Without SACK each duplicate ACK stands for one segment that left. */
  get pipe(): number {
    const known = this.flight.pipe;
    return this.sack ? known : Math.max(Math.min(known, this.mss), known - this.dupAcks * this.mss);
  }

  /** Our clock for timestamps, 32 bits. */
  tsNow(now: number): number {
    return (Math.floor(now) + this.tsOffset) >>> 0;
  }
}
