/**
 * Numbers of the WireGuard paper (Donenfeld, NDSS 2017; section 6 for the timers), then our own tuning.
 * Counters are 64-bit and kept as two unsigned 32-bit words, low and high.
 */

export const CONSTRUCTION = "Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s";
export const IDENTIFIER = "WireGuard v1 zx2c4 Jason@zx2c4.com";
export const LABEL_MAC1 = "mac1----";
export const LABEL_COOKIE = "cookie--";

/** Rekey-After-Messages, 2^60. */
export const REKEY_AFTER_MESSAGES_HIGH = 0x1000_0000;
/** Reject-After-Messages, 2^64 - 2^13 - 1: the first counter that must not be used. */
export const REJECT_AFTER_MESSAGES_HIGH = 0xffff_ffff;
export const REJECT_AFTER_MESSAGES_LOW = 0xffff_dfff;

export const REKEY_AFTER_TIME_MS = 120_000;
export const REJECT_AFTER_TIME_MS = 180_000;
export const REKEY_ATTEMPT_TIME_MS = 90_000;
export const REKEY_TIMEOUT_MS = 5_000;
export const KEEPALIVE_TIMEOUT_MS = 10_000;
export const COOKIE_LIFE_MS = 120_000;

/** Random delay on top of handshake timers, so that two peers do not stay in step (paper section 6.4). */
export const JITTER_MS = 333;
/** Nothing authentic came back for data that we sent (paper section 6.5). */
export const NEW_HANDSHAKE_AFTER_MS = KEEPALIVE_TIMEOUT_MS + REKEY_TIMEOUT_MS;
/** Age from which a received packet makes the initiator rekey: early enough to finish before the key dies (W23). */
export const LAST_MINUTE_REKEY_AFTER_MS = REJECT_AFTER_TIME_MS - NEW_HANDSHAKE_AFTER_MS;
/** All keys of an idle peer are erased (paper section 6.3). */
export const ERASE_AFTER_MS = REJECT_AFTER_TIME_MS * 3;
/** wireguard-go and the kernel give up when more than this many retries were counted: 20 initiations in all (W07). */
export const MOST_RETRIES = REKEY_ATTEMPT_TIME_MS / REKEY_TIMEOUT_MS;
/** What these take at most: initiations that were forced in between put a retry off, but not the end. */
export const MOST_CALLING_MS = (MOST_RETRIES + 2) * (REKEY_TIMEOUT_MS + JITTER_MS);

/** RFC 6479 ring, and what of it may be used: one 64-bit block less, as in wireguard-go. */
export const REPLAY_BITS = 8192;
export const REPLAY_WINDOW = REPLAY_BITS - 64;

/** An accepted initiation of a peer must lie more than this behind the one before: 50 a second. */
export const INITIATION_SPACING_MS = 20;
/** Packets that wait for a session, per peer. */
export const MOST_STAGED = 128;
export const PADDING_MULTIPLE = 16;

/** Under load: handshakes a second per address, and how many at once (kernel ratelimiter.c). */
export const LIMITER_PER_SECOND = 20;
export const LIMITER_BURST = 5;
export const LIMITER_FORGET_MS = 1_000;

// Our tuning.

/**
 * Gaps of a cold start: initiations at 0, 0.4, 1, 2, 3.5 and 5 s, from then on every Rekey-Timeout. The paper's 5 s (W06)
 * suit a peer that knows us and lost one packet. Gateways that install a peer only when its first initiation comes let that
 * one go unanswered by design, and may call back instead; with 5 s every first connection would wait for the timer.
 * Used where nothing is known of the peer: no session that may send, a forced handshake, or a peer that fell silent. A
 * session's normal rekey keeps the paper's interval and the limit of one in 5 s (W08); so does whoever asks for it.
 */
export const COLD_GAPS_MS: readonly number[] = [400, 600, 1_000, 1_500, 1_500];
/** On top of a cold gap: short enough to keep the order of magnitude, long enough to break a common step. */
export const COLD_JITTER_MS = 50;
/** Not heard for so long, a peer may have been evicted by its gateway: the next packet asks before it is missed. */
export const SILENCE_MS = 60_000;
/**
 * Between forced initiations: a peer refuses one that comes within 20 ms of the last (W12), and TAI64N labels, in steps of
 * 16.8 ms, must not run ahead of the clock. Hardly more, because who forces one may want it on a carrier just opened.
 */
export const FORCED_SPACING_MS = INITIATION_SPACING_MS + 5;
/** Events that wait for the end of the turn; of further ones most are lost (event-queue.ts). */
export const MOST_EVENTS = 1_024;
/** Between two reports of refused handshakes of one peer; each is still counted. */
export const REFUSAL_REPORT_MS = 1_000;

/**
 * Handshake messages with a right mac1, in one second, from which we are under load. The kernel looks at its queue alone
 * (1/8 of 4096); here a flood that the queue keeps up with still costs the thread that carries the data, so it counts too.
 */
export const LOAD_THRESHOLD_PER_SECOND = 128;
export const LOAD_WINDOW_MS = 1_000;
/** Cookies in one second, to everybody together: senders that proved nothing get only so much work and traffic of us. */
export const MOST_COOKIES_PER_SECOND = 1_000;
/** Handshake messages computed in one turn: about a millisecond, or twenty where X25519 is JavaScript. */
export const HANDSHAKES_PER_TURN = 4;
/** What may wait for later turns, and from how many on we are under load: 1/8, as in wireguard-go and the kernel. */
export const MOST_QUEUED_HANDSHAKES = 256;
export const LOADED_AT_QUEUED = MOST_QUEUED_HANDSHAKES / 8;
/** Addresses that the limiter remembers; further ones are refused until it forgets. */
export const MOST_LIMITED_ADDRESSES = 8_192;
