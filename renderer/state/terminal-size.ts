interface TerminalSize {
  columns: number;
  rows: number;
}

let last: TerminalSize = { columns: 80, rows: 24 };

/** The size a new terminal will most likely have: that of the terminal shown last. */
export function guessTerminalSize(): TerminalSize {
  return { ...last };
}

export function rememberTerminalSize(size: TerminalSize): void {
  last = size;
}
