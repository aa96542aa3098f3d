/** Terminal requests: RFC 4254 section 6.2, modes of section 8 and RFC 8160. */
import type { PseudoTtyOptions } from "ssh2";

export interface PtySize {
  term: string;
  columns: number;
  rows: number;
}

/**
 * The modes of an ordinary terminal, opcode by opcode. ECHO=1, unlike flyctl, which echoes itself. Sent as bytes because
 * ssh2's table of names lacks IUTF8 (42), without which erasing in a UTF-8 line goes wrong.
 */
const MODES: readonly (readonly [opcode: number, value: number])[] = [
  [1, 3], // VINTR ^C
  [2, 28], // VQUIT ^\
  [3, 127], // VERASE
  [4, 21], // VKILL ^U
  [5, 4], // VEOF ^D
  [8, 17], // VSTART ^Q
  [9, 19], // VSTOP ^S
  [10, 26], // VSUSP ^Z
  [12, 18], // VREPRINT ^R
  [13, 23], // VWERASE ^W
  [14, 22], // VLNEXT ^V
  [36, 1], // ICRNL
  [38, 1], // IXON
  [50, 1], // ISIG
  [51, 1], // ICANON
  [53, 1], // ECHO
  [54, 1], // ECHOE
  [55, 1], // ECHOK
  [59, 1], // IEXTEN
  [60, 1], // ECHOCTL
  [61, 1], // ECHOKE
  [70, 1], // OPOST
  [72, 1], // ONLCR
  [91, 1], // CS8
  [128, 38_400], // TTY_OP_ISPEED
  [129, 38_400], // TTY_OP_OSPEED
  [42, 1], // IUTF8, last: some servers stop at what they do not know
];
const TTY_OP_END = 0;

export function ptyRequest({ term, columns, rows }: PtySize): PseudoTtyOptions {
  const bytes = Buffer.alloc(MODES.length * 5 + 1, TTY_OP_END);
  for (const [index, [opcode, value]] of MODES.entries()) {
    bytes[index * 5] = opcode;
    bytes.writeUInt32BE(value, index * 5 + 1);
  }
  return {
    // ssh2 counts characters where it should count bytes.
    term: /^[\x21-\x7e]{1,64}$/.test(term) ? term : "xterm",
    cols: terminalCells(columns),
    rows: terminalCells(rows),
    width: 0,
    height: 0,
    // The property is for the compiler; ssh2 sends a Buffer as it is.
    modes: Object.assign(bytes, { ECHO: 1 as const }),
  };
}

/** A count of cells as the wire can carry it and a terminal can use it. */
export function terminalCells(count: number): number {
  return Number.isFinite(count) ? Math.min(Math.max(Math.trunc(count), 1), 0xffff) : 1;
}
