import { BrokenPipe } from "./types.ts";

/** Where a terminal's bytes go: an SSH channel, or a test's screen. */
export interface ByteSink {
  /** Resolves when the reader has room for more. Rejects when it is gone. The bytes are kept until then. */
  write(bytes: Uint8Array): Promise<void>;
}

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
/** CSI and OSC sequences, which move no text. */
const ESC = "\x1b";
const SEQUENCES = new RegExp(`${ESC}\\[[0-?]*[ -/]*[@-~]|${ESC}\\][^\\x07${ESC}]*(?:\\x07|${ESC}\\\\)`, "g");

/** The screen's side of a terminal: line ends as a terminal wants them (ONLCR), and whether the cursor stands in column 0. */
export class TerminalOutput {
  readonly #sink: ByteSink;
  #atLineStart = true;
  #gone = false;

  constructor(sink: ByteSink) {
    this.#sink = sink;
  }

  get atLineStart(): boolean {
    return this.#atLineStart;
  }

  /** A program's output. */
  async write(data: Uint8Array): Promise<void> {
    if (data.length === 0) return;
    this.#note(data);
    await this.raw(withCarriageReturns(data));
  }

  /** Bytes for the terminal as they stand. */
  async raw(data: Uint8Array | string): Promise<void> {
    if (this.#gone) throw new BrokenPipe();
    if (data.length === 0) return;
    try {
      await this.#sink.write(typeof data === "string" ? Buffer.from(data) : data);
    } catch {
      this.#gone = true;
      throw new BrokenPipe();
    }
  }

  /** The line editor has left the cursor at the start of a line. */
  lineStarted(): void {
    this.#atLineStart = true;
  }

  #note(data: Uint8Array): void {
    const tail = Buffer.from(data.subarray(-256)).toString("latin1");
    const shown = tail.replace(SEQUENCES, "");
    if (shown !== "") this.#atLineStart = /[\r\n]$/.test(shown);
    else if (tail.includes("\x1b[H") || tail.includes("\x1b[?1049l")) this.#atLineStart = true;
  }
}

function withCarriageReturns(data: Uint8Array): Uint8Array {
  let newlines = 0;
  for (let at = data.indexOf(NEWLINE); at >= 0; at = data.indexOf(NEWLINE, at + 1)) newlines++;
  if (newlines === 0) return data;
  const out = new Uint8Array(data.length + newlines);
  let to = 0;
  for (let i = 0; i < data.length; i++) {
    const byte = data[i]!;
    if (byte === NEWLINE) out[to++] = CARRIAGE_RETURN;
    out[to++] = byte;
  }
  return out;
}
