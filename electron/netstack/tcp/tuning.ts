// Every number of this folder that a reader may want to change. First what RFCs say, then our own choices.

// From RFCs
/** RFC 9293 section 3.7.1 and RFC 6691: what a peer takes that names no MSS. */
export const DEFAULT_MSS_V4 = 536;
export const DEFAULT_MSS_V6 = 1220;
/** RFC 9293 section 3.4.2 names two minutes as MSL; like others we take 30 s. */
export const TIME_WAIT_MS = 60_000;
/** RFC 7323 section 5.5: after this silence an old timestamp proves nothing. */
export const PAWS_IDLE_MS = 24 * 24 * 3600 * 1000;
export const MAX_WINDOW_SCALE = 14;
/** RFC 5681 section 3.2. */
export const DUP_ACK_THRESHOLD = 3;
/** RFC 8985 section 7.2: WCDelAckT, and the probe's timeout while nothing is known of the round trip. */
export const WORST_DELAYED_ACK_MS = 200;
export const PROBE_TIMEOUT_WITHOUT_RTT_MS = 1000;
/** RFC 9293 section 3.8.6.2.2: a window opens by this share of the buffer or a segment. */
export const WINDOW_UPDATE_SHARE = 0.5;

// Our own
/** As Linux: less than this and options eat the segment. */
export const MIN_MSS = 48;
export const DELAYED_ACK_MS = 40;
/** What peers do in fact, with room for their timers. */
export const USUAL_DELAYED_ACK_MS = 50;
export const SHORTEST_PROBE_TIMEOUT_MS = 10;
/** Segments in flight, each with a record: a peer that names a tiny MSS may not make us keep, and walk, more. */
export const MOST_IN_FLIGHT = 8192;
/** When segments in flight are cut: room for each to become two. */
export const MOST_RECORDS = 2 * MOST_IN_FLIGHT;
/** What one connection sends in a turn of the event loop: the rest goes in a later one, and others get theirs. */
export const MOST_SEGMENTS_PER_TURN = 256;
/** An acknowledgement for this many segments is not put off to the end of the turn. */
export const ACK_STRETCH_SEGMENTS = 32;
/** RFC 5961 section 7 asks for a limit; per connection, as Linux. */
export const CHALLENGE_ACK_INTERVAL_MS = 500;
export const SYN_RETRIES = 6;
export const SYN_ACK_RETRIES = 5;
/** After a RST for a stale connection of the peer's the SYN is sent again this soon. */
export const SYN_RETRY_AFTER_RESET_MS = 10;
/** Unanswered window probes after which a peer counts as gone. */
export const MAX_UNANSWERED_PROBES = 15;
/** Retransmissions after close(), when nobody waits for the outcome. */
export const ORPHAN_RETRIES = 8;
/** And all the time that a peer gets to take what close() left, lest one that makes a little room each minute keep it for ever. */
export const ORPHAN_MS = 600_000;
/** A timer later than this means that the loop stood still; then it waits this much longer. */
export const STALL_MS = 25;
export const AFTER_STALL_MS = 5;
export const FIN_WAIT_2_MS = 60_000;
export const FIRST_RECEIVE_BUFFER_BYTES = 256 << 10;
export const FIRST_SEND_BUFFER_BYTES = 128 << 10;
/** The window field's rounding may push the right edge this far beyond the buffer before it is rounded down. */
export const WINDOW_ROUNDING_RESERVE = 64 << 10;
export const DEFAULT_BACKLOG = 128;
/** Ephemeral ports (RFC 6056): random in this range. */
export const FIRST_EPHEMERAL_PORT = 16_000;
export const LAST_EPHEMERAL_PORT = 65_535;
