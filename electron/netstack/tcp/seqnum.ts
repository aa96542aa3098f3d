// RFC 9293 section 3.4: sequence numbers wrap at 2^32 on the wire. Inside the stack they are "unwrapped": plain numbers
// that only grow, so that ordinary comparison is right and positions in a stream are differences. ISS and IRS start in
// [0, 2^32); 2^53 bytes are never reached.

/** An unwrapped number as the 32 bits of a header field. */
export function toWire(sequence: number): number {
  return sequence >>> 0;
}

/** The unwrapped number nearest to `near` whose low 32 bits are `wire`. */
export function unwrap(wire: number, near: number): number {
  return near + ((wire - near) | 0);
}
