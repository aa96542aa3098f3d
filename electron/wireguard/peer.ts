import { CulvertError } from "../base/errors.ts";
import type { IpPrefix } from "../base/ip-address.ts";
import { wipePacketMemory } from "../crypto/aead.ts";
import type { KeyPair } from "../crypto/x25519.ts";
import {
  FORCED_SPACING_MS,
  LAST_MINUTE_REKEY_AFTER_MS,
  REFUSAL_REPORT_MS,
  REKEY_AFTER_TIME_MS,
  REKEY_TIMEOUT_MS,
  SILENCE_MS,
} from "./constants.ts";
import { CookieJar } from "./cookie.ts";
import { Handshake } from "./handshake.ts";
import { datagramLength, innerLength, innerVersion, paddedLength, sourceAt } from "./inner-packet.ts";
import { KeySlots } from "./key-slots.ts";
import {
  DATA_HEADER_LENGTH,
  INITIATION_LENGTH,
  type Initiation,
  KEEPALIVE_LENGTH,
  parseCookieReply,
  parseResponse,
} from "./messages.ts";
import type { SymmetricState } from "./noise.ts";
import type { PeerContext } from "./peer-context.ts";
import { PeerPlace } from "./peer-place.ts";
import { createPeerStats } from "./peer-stats.ts";
import { type Endpoint, HEADROOM, TAILROOM } from "./seam.ts";
import type { Session } from "./session.ts";
import { StagedPackets } from "./staged-packets.ts";
import { PeerTimers, type TimerActions } from "./timers.ts";
import type { InitiateOptions, Peer, RefusalReason } from "./types.ts";

/** One peer: its keys, its timers, and what is done with its packets once the device knows that they are its. */
export class DevicePeer implements Peer {
  readonly publicKey: Uint8Array;
  readonly keys: KeySlots;
  readonly handshake: Handshake;
  readonly timers: PeerTimers;
  readonly cookies: CookieJar;
  readonly stats = createPeerStats();
  readonly #context: PeerContext;
  readonly #staged = new StagedPackets();
  readonly #keepalive = new Uint8Array(HEADROOM + TAILROOM);
  readonly #place = new PeerPlace();
  /** When an initiation or a response last went out; at most one initiation in 5 s (W08). */
  #handshakeSentAt = Number.NEGATIVE_INFINITY;
  #initiatedAt = Number.NEGATIVE_INFINITY;
  #refusalToldAt = Number.NEGATIVE_INFINITY;
  /** Initiations since a handshake was last completed or given up. */
  #attempt = 0;
  /** The rekey of a dying session on receipt happens once (W23). */
  #lastMinuteRekeyed = false;

  constructor(context: PeerContext, publicKey: Uint8Array) {
    this.#context = context;
    this.publicKey = publicKey;
    this.cookies = new CookieJar(publicKey);
    this.keys = new KeySlots((session) => context.indices.release(session.localIndex));
    this.handshake = new Handshake(
      {
        random: context.random,
        claimIndex: () => context.indices.claim(this),
        releaseIndex: (index) => context.indices.release(index),
      },
      context.identity,
      publicKey,
    );
    const fraction = (): number => context.random(1)[0]! / 256;
    this.timers = new PeerTimers(this.#actions(), fraction, context.timers);
  }

  get endpoint(): Endpoint | undefined {
    return this.#place.current;
  }

  get allowedIps(): readonly IpPrefix[] {
    return this.#context.routes.prefixesOf(this);
  }

  get persistentKeepaliveSeconds(): number {
    return this.timers.persistentKeepaliveSeconds;
  }

  get sessionSince(): number | undefined {
    return this.keys.current?.createdAt;
  }

  maySend(now: number): boolean {
    return this.endpoint !== undefined && this.keys.current?.maySend(now) === true;
  }

  setEndpoint(endpoint: Endpoint): void {
    this.#place.configure(endpoint);
  }

  setPresharedKey(key: Uint8Array | undefined): void {
    if (key !== undefined && key.length !== 32)
      throw new CulvertError("config-invalid", "a preshared key has 32 bytes");
    this.handshake.setPresharedKey(key);
  }

  setAllowedIps(prefixes: readonly IpPrefix[]): void {
    this.#context.routes.removeOwner(this);
    for (const prefix of prefixes) this.#context.routes.insert(prefix, this);
  }

  setPersistentKeepalive(seconds: number, now: number): void {
    const wasOff = this.persistentKeepaliveSeconds === 0;
    this.timers.setPersistentKeepalive(seconds, now);
    if (wasOff && seconds > 0) this.sendKeepalive(now);
  }

  // Sending

  /** Seals and sends the packet, or keeps a copy until there is a session for it. The room around it was checked. */
  encapsulate(buffer: Uint8Array, offset: number, length: number, now: number): "sent" | "staged" {
    if (this.#sendData(buffer, offset, length, now)) return "sent";
    if (this.#staged.push(buffer, offset, length)) this.stats.stagedDropped++;
    this.initiate(now);
    return "staged";
  }

  /** As `encapsulate`, for packets of one length: see `Device.encapsulateRun`. */
  encapsulateRun(buffer: Uint8Array, offset: number, length: number, count: number, now: number): void {
    const spacing = datagramLength(length, this.#context.mtu);
    const session = this.keys.current;
    const to = this.endpoint;
    if (session === undefined || to === undefined || !session.maySendRun(count, now)) {
      for (let i = 0; i < count; i++) this.encapsulate(buffer, offset + i * spacing, length, now);
      return;
    }
    const run = session.sealRun(buffer, offset, length, spacing, count);
    this.stats.bytesOut += run.length;
    this.timers.authenticSent(now);
    this.#context.sendRun(run, spacing, to, this);
    this.#dataSent(session, count, now);
  }

  /** An empty packet; without a session, the handshake that ends in one. */
  sendKeepalive(now: number): void {
    if (!this.#sendData(this.#keepalive, HEADROOM, 0, now)) this.initiate(now);
  }

  /** Erases the keys in hand, an initiation that is out and packets that wait for it; the next packet makes new ones. */
  expireKeys(now: number, cause: "age" | "requested" = "requested"): void {
    this.keys.clear();
    this.handshake.clear();
    this.stats.stagedDropped += this.#staged.clear();
    this.#context.emit({ kind: "session-expired", peer: this, now, cause });
  }

  initiate(now: number, options: InitiateOptions = {}): void {
    if (options.expireKeys === true) this.expireKeys(now);
    if (options.force === true) this.#initiateForced(now, options.goesOn === true && this.timers.isCalling);
    else this.#initiateWanted(now, !this.maySend(now));
  }

  /** Within the limit of one in 5 s (W08); `isCold` when nothing tells that the peer still knows us. */
  #initiateWanted(now: number, isCold: boolean): void {
    this.timers.handshakeWanted();
    if (this.endpoint === undefined) return;
    if (now - this.#handshakeSentAt < REKEY_TIMEOUT_MS) {
      this.timers.initiationDeferred(this.#handshakeSentAt + REKEY_TIMEOUT_MS);
      return;
    }
    if (isCold && this.#context.isEager && !this.timers.isCalling) this.timers.coldStart();
    this.#initiate(now);
  }

  #initiateForced(now: number, goesOn: boolean): void {
    if (!goesOn) this.timers.handshakeWanted();
    else if (this.timers.isOverdue(now)) return;
    if (this.#context.isEager) {
      const earliest = this.#initiatedAt + FORCED_SPACING_MS;
      if (now < earliest) {
        this.timers.coldStartAt(earliest);
        return;
      }
      if (!goesOn || this.timers.isCold) this.timers.coldStart();
    }
    this.#initiate(now);
  }

  #initiate(now: number): void {
    const to = this.#place.forInitiation(this.#attempt);
    if (to === undefined) return;
    const datagram = this.handshake.initiate(this.#context.nextTimestamp(), now);
    if (datagram === undefined) return;
    this.#initiatedAt = now;
    this.timers.initiationSent(now);
    this.#sendHandshake(datagram, to, now);
    this.#context.emit({ kind: "handshake-sent", peer: this, now, attempt: ++this.#attempt });
  }

  #sendHandshake(datagram: Uint8Array, to: Endpoint, now: number): void {
    this.cookies.stamp(datagram, now);
    this.#handshakeSentAt = now;
    this.stats.handshakesSent++;
    this.stats.bytesOut += datagram.length;
    this.#context.send(datagram, to, this);
  }

  #sendData(buffer: Uint8Array, offset: number, length: number, now: number): boolean {
    const session = this.keys.current;
    const to = this.endpoint;
    if (session === undefined || to === undefined || !session.maySend(now)) return false;
    const padded = paddedLength(length, this.#context.mtu);
    if (padded > length) buffer.fill(0, offset + length, offset + padded);
    this.#sent(session.seal(buffer, offset, padded), to, now);
    if (length === 0) this.stats.keepalivesOut++;
    this.#dataSent(session, length === 0 ? 0 : 1, now);
    return true;
  }

  /** `count` packets that are no keepalives went out. */
  #dataSent(session: Session, count: number, now: number): void {
    this.stats.packetsOut += count;
    if (count > 0) this.timers.dataSent(now);
    // Rekey-After-Messages binds both sides, Rekey-After-Time the initiator only (W22).
    const old = session.role === "initiator" && now - session.createdAt > REKEY_AFTER_TIME_MS;
    const heardAt = this.stats.lastReceivedAt ?? session.createdAt;
    const silent = this.#context.isEager && count > 0 && now - heardAt > SILENCE_MS;
    if (old || silent || session.hasSentMany) this.#initiateWanted(now, silent);
  }

  #sent(datagram: Uint8Array, to: Endpoint, now: number): void {
    this.stats.bytesOut += datagram.length;
    this.timers.authenticSent(now);
    this.#context.send(datagram, to, this);
  }

  #flush(now: number): void {
    for (const packet of this.#staged.takeAll()) {
      this.encapsulate(packet, HEADROOM, packet.length - HEADROOM - TAILROOM, now);
      packet.fill(0);
    }
  }

  // Receiving

  /** `state` has read the sender's key in `message`, and it is this peer's. */
  receiveInitiation(state: SymmetricState, message: Initiation, from: Endpoint, now: number): void {
    const verdict = this.handshake.acceptInitiation(state, message, now);
    if (verdict.kind === "dropped") {
      this.#refused(verdict.reason, now);
      return;
    }
    // It may be an old one (peer-place.ts): nothing counts as heard before the first packet under its session.
    this.stats.handshakesReceived++;
    this.stats.bytesIn += INITIATION_LENGTH;
    if (this.endpoint === undefined) this.#moveTo(from, now);
    this.keys.installResponded(verdict.session);
    this.#sendHandshake(verdict.response, from, now);
    this.timers.responseSent(now);
  }

  receiveResponse(datagram: Uint8Array, from: Endpoint, now: number): void {
    const accepted = this.handshake.acceptResponse(parseResponse(datagram), now);
    if (accepted === undefined) {
      this.#refused("handshake-invalid", now);
      return;
    }
    this.stats.handshakesReceived++;
    this.stats.lastHandshakeRttMs = accepted.rttMs;
    this.#heard(datagram.length, from, now);
    this.keys.installInitiated(accepted.session);
    this.timers.sessionDerived(now);
    this.#completed("initiator", now, accepted.rttMs);
    // The responder may not send before it has heard us under the new key, so something goes out at once (W03).
    if (this.#staged.count === 0) this.sendKeepalive(now);
    else this.#flush(now);
  }

  /** False when the reply answers no message of ours. */
  receiveCookieReply(datagram: Uint8Array, now: number): boolean {
    if (!this.cookies.consume(parseCookieReply(datagram), now)) return false;
    this.#context.emit({ kind: "cookie-received", peer: this, now });
    return true;
  }

  /** The data message of `length` bytes at `start`, in memory that may be written to: it is opened where it stands. */
  receiveData(session: Session, buffer: Uint8Array, start: number, length: number, from: Endpoint, now: number): void {
    const opened = session.mayReceive(now) ? session.open(buffer, start, length) : "key-expired";
    if (opened !== "opened") {
      this.#context.drop(opened);
      return;
    }
    this.#heard(length, from, now);
    if (this.keys.promote(session)) {
      this.timers.sessionDerived(now);
      this.#completed("responder", now, undefined);
      this.#flush(now);
    }
    this.#rekeyOnReceipt(now);
    if (length === KEEPALIVE_LENGTH) {
      this.stats.keepalivesIn++;
      return;
    }
    this.timers.dataReceived(now);
    this.#deliver(buffer, start + DATA_HEADER_LENGTH, length - KEEPALIVE_LENGTH, now);
  }

  /** The datagram proved authentic and new: replies go where it came from (W30, W31). */
  #heard(length: number, from: Endpoint, now: number): void {
    this.stats.bytesIn += length;
    this.stats.lastReceivedAt = now;
    this.timers.authenticReceived(now);
    if (this.keys.current?.maySend(now) === true) this.timers.peerIsThere(now);
    this.#moveTo(from, now);
  }

  #moveTo(from: Endpoint, now: number): void {
    if (this.#place.heardAt(from)) this.#context.emit({ kind: "endpoint-changed", peer: this, now, endpoint: from });
  }

  #refused(reason: RefusalReason, now: number): void {
    this.#context.drop(reason);
    if (now - this.#refusalToldAt < REFUSAL_REPORT_MS) return;
    this.#refusalToldAt = now;
    this.#context.emit({ kind: "handshake-refused", peer: this, now, reason });
  }

  #completed(role: "initiator" | "responder", now: number, rttMs: number | undefined): void {
    this.timers.handshakeComplete();
    this.#lastMinuteRekeyed = false;
    this.#attempt = 0;
    this.stats.handshakesCompleted++;
    this.stats.lastHandshakeAt = now;
    this.#context.emit({ kind: "handshake-complete", peer: this, now, role, rttMs });
  }

  #rekeyOnReceipt(now: number): void {
    const session = this.keys.current;
    if (this.#lastMinuteRekeyed || session?.role !== "initiator") return;
    if (now - session.createdAt <= LAST_MINUTE_REKEY_AFTER_MS) return;
    this.#lastMinuteRekeyed = true;
    this.#initiateWanted(now, false);
  }

  /** `room` bytes of plaintext at `offset`: an IP packet, perhaps padded. */
  #deliver(buffer: Uint8Array, offset: number, room: number, now: number): void {
    const version = innerVersion(buffer, offset, room);
    const length = version === undefined ? undefined : innerLength(version, buffer, offset);
    if (version === undefined || length === undefined || length > room) {
      this.#context.drop("inner-malformed");
      return;
    }
    if (this.#context.routes.lookup(version, buffer, sourceAt(version, offset)) !== this) {
      this.#context.drop("inner-source-not-allowed");
      return;
    }
    this.stats.packetsIn++;
    this.#context.deliver(buffer, offset, length, this, now);
  }

  // Ends

  /** The device's private key changed: old keys only receive, and a peer that was in touch is called anew (W43). */
  identityChanged(identity: KeyPair, now: number): void {
    const inTouch = this.keys.current !== undefined || this.keys.next !== undefined;
    const calling = this.handshake.pendingIndex !== undefined || this.persistentKeepaliveSeconds > 0;
    this.handshake.setIdentity(identity);
    this.keys.voidSending();
    if (inTouch || calling) this.initiate(now, { force: true });
  }

  /** Erases every secret; the peer must not be used afterwards. */
  dispose(): void {
    this.timers.stop();
    this.keys.clear();
    this.handshake.erase();
    this.cookies.erase();
    this.#staged.clear();
    this.#context.routes.removeOwner(this);
  }

  #actions(): TimerActions {
    return {
      retryHandshake: (now: number): void => this.#initiate(now),
      // Data went unanswered: the peer may have forgotten us, as after 60 s of silence.
      renewHandshake: (now: number): void => this.#initiateWanted(now, true),
      sendKeepalive: (now: number): void => this.sendKeepalive(now),
      giveUp: (now: number): void => {
        this.stats.handshakesFailed++;
        this.stats.stagedDropped += this.#staged.clear();
        this.#context.emit({ kind: "handshake-gave-up", peer: this, now, attempts: this.#attempt });
        this.#attempt = 0;
      },
      eraseKeys: (now: number): void => {
        this.expireKeys(now, "age");
        wipePacketMemory();
      },
    };
  }
}
