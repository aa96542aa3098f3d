import type { IBuffer, IBufferLine } from "@xterm/xterm";

/** A place in the buffer, in cells; one that is longer than the rest of its row goes on in the next. */
export interface Match {
  readonly row: number;
  readonly column: number;
  readonly length: number;
}

/** Rows that are read as one line: a program may print megabytes without a line end. */
const MOST_ROWS_OF_LINE = 64;

/**
 * Finds from the bottom up, a line (with its wrapped rows) at a time, so that whoever drives it can stop after each. Each
 * step gives the matches of one line, the last one first.
 */
export function* scanUp(
  buffer: IBuffer,
  columns: number,
  pattern: RegExp,
  mostRows = MOST_ROWS_OF_LINE,
): Generator<readonly Match[], void> {
  for (let last = buffer.length - 1; last >= 0; ) {
    let first = last;
    while (first > 0 && last - first < mostRows - 1 && buffer.getLine(first)?.isWrapped === true) first -= 1;
    yield matchesOf(buffer, columns, first, last, pattern);
    last = first - 1;
  }
}

const NONE: readonly Match[] = [];

function matchesOf(buffer: IBuffer, columns: number, first: number, last: number, pattern: RegExp): readonly Match[] {
  const rows: string[] = [];
  for (let row = first; row <= last; row += 1) rows.push(textOf(buffer, row, row === last));
  const text = rows.length === 1 ? (rows[0] ?? "") : rows.join("");
  pattern.lastIndex = 0;
  let found: Match[] | undefined;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    if (match[0] === "") {
      pattern.lastIndex += 1;
      continue;
    }
    found ??= [];
    const from = placeOf(buffer, first, rows, match.index, columns);
    const to = placeOf(buffer, first, rows, match.index + match[0].length, columns);
    found.unshift({
      row: from.row,
      column: from.column,
      length: (to.row - from.row) * columns + to.column - from.column,
    });
  }
  return found ?? NONE;
}

function textOf(buffer: IBuffer, row: number, isLast: boolean): string {
  const line = buffer.getLine(row);
  if (line === undefined) return "";
  const text = line.translateToString(isLast);
  if (isLast) return text;
  // A wide character that did not fit leaves an empty cell behind, which is no blank.
  const lastCell = line.getCell(line.length - 1);
  const isGap = lastCell?.getCode() === 0 && lastCell.getWidth() === 1;
  return isGap &&
    buffer
      .getLine(row + 1)
      ?.getCell(0)
      ?.getWidth() === 2
    ? text.slice(0, -1)
    : text;
}

function placeOf(
  buffer: IBuffer,
  first: number,
  rows: readonly string[],
  offset: number,
  columns: number,
): { row: number; column: number } {
  let index = 0;
  let rest = offset;
  while (index < rows.length - 1 && rest >= (rows[index] ?? "").length) {
    rest -= (rows[index] ?? "").length;
    index += 1;
  }
  const line = buffer.getLine(first + index);
  const text = rows[index] ?? "";
  const isPlain = /^[\x20-\x7e]*$/.test(text);
  return { row: first + index, column: isPlain || line === undefined ? rest : columnOf(line, rest, columns) };
}

/** Wide characters take two cells and one character or two, marks none: cells are walked. */
function columnOf(line: IBufferLine, offset: number, columns: number): number {
  let at = 0;
  for (let column = 0; column < columns; column += 1) {
    const cell = line.getCell(column);
    if (cell === undefined || cell.getWidth() === 0) continue;
    if (at >= offset) return column;
    at += cell.getChars().length || 1;
  }
  return columns;
}
