import type { IBuffer, IBufferCell, IBufferLine, Terminal } from "@xterm/headless";
import { linkOf } from "./screen-links.ts";

/** Lines above the screen that are kept over a restart. */
const KEPT_LINES = 1_000;

/** Cells looked at in one go: a millisecond or two of the thread that carries every tunnel, whatever is in them. */
export const SLICE_CELLS = 4_000;

/** Escape sequences get no more than this share of the bytes; above where they would, the text is plain. */
const STYLE_SHARE = 0.5;

/** See `styleOf`. */
const PLAIN = "-1,-1,0";
const RESET = "\x1b[0m";

export interface KeepOptions {
  /** UTF-8 bytes of the result. */
  readonly mostBytes: number;
  /** Called after each slice with the cells it looked at; false: somebody has no more time for it. */
  breathe(cells: number): Promise<boolean>;
}

/**
 * The text of the normal screen and of what is above it, with its colours and nothing else, taken from the bottom up in
 * slices until the bytes are spent. Undefined when it was broken off. What scrolls meanwhile is followed; once the place is
 * lost (cleared, or wrapped anew at another width), what was taken so far stands.
 */
export async function keptScreen(terminal: Terminal, options: KeepOptions): Promise<string | undefined> {
  const buffer = terminal.buffer.normal;
  const { cols } = terminal;
  const { type } = terminal.buffer.active;
  // The other screen's lines have markers of their own, and the normal one does not scroll below it.
  const anchor = type === "normal" ? terminal.registerMarker(0) : undefined;
  const anchoredAt = anchor?.line ?? 0;
  const isLost = (): boolean =>
    terminal.cols !== cols || terminal.buffer.active.type !== type || anchor?.isDisposed === true;
  const top = buffer.baseY - KEPT_LINES;
  const kept = new KeptRows(buffer, options.mostBytes);
  let cells = 0;
  try {
    for (let row = buffer.length - 1; row >= Math.max(0, top); row--) {
      const scrolled = anchoredAt - (anchor?.line ?? 0);
      if (row < scrolled || !kept.add(row - scrolled)) break;
      cells += cols;
      if (cells < SLICE_CELLS) continue;
      if (!(await options.breathe(cells))) return undefined;
      cells = 0;
      if (isLost()) break;
    }
    return kept.text();
  } finally {
    anchor?.dispose();
  }
}

/** Lines right above the normal screen with at most `mostChanges` changes of colour among them. */
export function linesWithin(terminal: Terminal, mostChanges: number): number {
  const { normal } = terminal.buffer;
  const reused = normal.getNullCell();
  let changes = 0;
  let style = PLAIN;
  for (let lines = 0; lines < normal.baseY; lines++) {
    const line = normal.getLine(normal.baseY - 1 - lines);
    for (let column = 0; column < (line?.length ?? 0); column++) {
      const cell = line?.getCell(column, reused);
      const next = cell === undefined ? PLAIN : styleOf(cell);
      if (next !== style) changes += 1;
      style = next;
    }
    if (changes > mostChanges) return lines;
  }
  return normal.baseY;
}

class KeptRows {
  readonly #buffer: IBuffer;
  readonly #cell: IBufferCell;
  /** From the bottom up, separators among them. */
  readonly #parts: string[] = [];
  #bytesLeft: number;
  #styleLeft: number;

  constructor(buffer: IBuffer, mostBytes: number) {
    this.#buffer = buffer;
    this.#cell = buffer.getNullCell();
    this.#bytesLeft = mostBytes;
    this.#styleLeft = Math.floor(mostBytes * STYLE_SHARE);
  }

  /** False when there is no room for it. */
  add(row: number): boolean {
    const line = this.#buffer.getLine(row);
    if (line === undefined) return false;
    const goesOn = this.#buffer.getLine(row + 1)?.isWrapped === true;
    const end = goesOn ? line.length : usedCells(line, this.#cell);
    if (end === 0 && this.#parts.length === 0) return true;
    const { text, styleBytes } = drawRow(line, end, this.#styleLeft, this.#cell);
    // What is above a row that had no room for its colours would have none either, or look as if it were another's.
    this.#styleLeft = styleBytes === undefined ? 0 : this.#styleLeft - styleBytes;
    const part = goesOn || this.#parts.length === 0 ? text : `${text}\r\n`;
    this.#bytesLeft -= Buffer.byteLength(part);
    if (this.#bytesLeft < 0) return false;
    this.#parts.push(part);
    return true;
  }

  text(): string {
    return this.#parts.reverse().join("");
  }
}

/** Cells up to the last that shows something. */
function usedCells(line: IBufferLine, cell: IBufferCell): number {
  for (let end = line.length; end > 0; end--) {
    const last = line.getCell(end - 1, cell);
    if (last !== undefined && (last.getChars() !== "" || last.getWidth() === 0 || !last.isBgDefault())) return end;
  }
  return 0;
}

/** One row that begins and ends without colours. `styleBytes` is undefined when they had no room and were left out. */
function drawRow(
  line: IBufferLine,
  end: number,
  styleLeft: number,
  reused: IBufferCell,
): { text: string; styleBytes: number | undefined } {
  let text = "";
  let plain = "";
  let styleBytes = 0;
  let style = PLAIN;
  for (let column = 0; column < end; column++) {
    const cell = line.getCell(column, reused);
    if (cell === undefined || cell.getWidth() === 0) continue;
    const chars = cell.getChars() || " ";
    plain += chars;
    if (styleBytes > styleLeft) continue;
    const next = styleOf(cell);
    if (next !== style) {
      const sgr = sgrOf(cell);
      styleBytes += sgr.length;
      style = next;
      text += sgr;
    }
    text += chars;
  }
  if (style !== PLAIN) {
    styleBytes += RESET.length;
    text += RESET;
  }
  return styleBytes > styleLeft ? { text: plain, styleBytes: undefined } : { text, styleBytes };
}

function styleOf(cell: IBufferCell): string {
  if (cell.isAttributeDefault()) return PLAIN;
  const flags = FLAGS.reduce((bits, [, isOn], bit) => (isOn(cell) ? bits | (1 << bit) : bits), 0);
  return `${cell.getFgColorMode() + cell.getFgColor()},${cell.getBgColorMode() + cell.getBgColor()},${flags}`;
}

/** ECMA-48 8.3.117. */
const FLAGS: readonly (readonly [number, (cell: IBufferCell) => boolean])[] = [
  [1, (cell) => cell.isBold() !== 0],
  [2, (cell) => cell.isDim() !== 0],
  [3, (cell) => cell.isItalic() !== 0],
  // A link, which a kept text does not carry, is drawn underlined.
  [4, (cell) => cell.isUnderline() !== 0 && linkOf(cell) === 0],
  [5, (cell) => cell.isBlink() !== 0],
  [7, (cell) => cell.isInverse() !== 0],
  [8, (cell) => cell.isInvisible() !== 0],
  [9, (cell) => cell.isStrikethrough() !== 0],
  [53, (cell) => cell.isOverline() !== 0],
];

function sgrOf(cell: IBufferCell): string {
  const codes = [0, ...FLAGS.flatMap(([code, isOn]) => (isOn(cell) ? [code] : []))];
  if (!cell.isFgDefault()) codes.push(...colourCodes(38, cell.getFgColorMode(), cell.getFgColor()));
  if (!cell.isBgDefault()) codes.push(...colourCodes(48, cell.getBgColorMode(), cell.getBgColor()));
  return `\x1b[${codes.join(";")}m`;
}

/** xterm.js's mode of the 16 basic colours, which bold makes bright; 256 colours begin with the same and do not. */
const BASIC_MODE = 1 << 24;
const RGB_MODE = 3 << 24;

/** ECMA-48 8.3.117 (30-37, 40-47), aixterm's bright ones (90-97, 100-107), ITU-T T.416 13.1.8 for the others. */
function colourCodes(which: 38 | 48, mode: number, colour: number): number[] {
  if (mode === RGB_MODE) return [which, 2, (colour >>> 16) & 255, (colour >>> 8) & 255, colour & 255];
  if (mode !== BASIC_MODE) return [which, 5, colour];
  return [which - 8 + (colour < 8 ? colour : 52 + colour)];
}
