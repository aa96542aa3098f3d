/**
 * Control sequences that say how often (ECMA-48: SU, SD, IL, DL, REP, CHT, CBT). xterm.js 6 does what they say, one by one and in
 * one piece, up to 2,147,483,647 times: thirteen bytes of output would hold a thread for days, and `b` fill its memory. Engine and
 * page draw the same bytes, so both terminals go through here.
 */

type Parameters = readonly (number | readonly number[])[];

/** What is used of either edition of xterm.js. */
interface CountingTerminal {
  readonly rows: number;
  readonly cols: number;
  readonly parser: {
    registerCsiHandler(id: { final: string }, act: (parameters: Parameters) => boolean | Promise<boolean>): unknown;
  };
}

interface Counted {
  readonly final: string;
  /** Of xterm's InputHandler; behind the public API, which has no way to run a sequence with another count. */
  readonly method: string;
  /** As often as changes anything on a screen. */
  most(terminal: CountingTerminal): number;
  /** How many of them cost as much as one line that is moved. */
  readonly perLine: number;
}

const rows = ({ rows }: CountingTerminal): number => rows;
const columns = ({ cols }: CountingTerminal): number => cols;
const cells = ({ rows, cols }: CountingTerminal): number => rows * cols;

const COUNTED: readonly Counted[] = [
  { final: "S", method: "scrollUp", most: rows, perLine: 1 },
  { final: "T", method: "scrollDown", most: rows, perLine: 1 },
  { final: "L", method: "insertLines", most: rows, perLine: 1 },
  { final: "M", method: "deleteLines", most: rows, perLine: 1 },
  { final: "b", method: "repeatPrecedingCharacter", most: cells, perLine: 200 },
  { final: "I", method: "cursorForwardTab", most: columns, perLine: 200 },
  { final: "Z", method: "cursorBackwardTab", most: columns, perLine: 200 },
];

/** Lines moved between two breaths: some 10 ms. */
const LINES_IN_ONE_GO = 200;

/**
 * Bounds each such count by what the screen has, and has the terminal wait for `breathe`, which lets the thread do other things,
 * after some milliseconds of such work: a flood of them is slow for its own shell only.
 */
export function boundCounts(terminal: CountingTerminal, breathe: () => Promise<void>): void {
  let lines = 0;
  for (const { final, method, most, perLine } of COUNTED) {
    // True says that the sequence is done; false leaves it to xterm.
    const act = (count: number): boolean => {
      const bound = most(terminal);
      if (count <= bound) return false;
      runWith(terminal, method, bound);
      return true;
    };
    terminal.parser.registerCsiHandler({ final }, (parameters) => {
      const count = countOf(parameters);
      lines += Math.min(count, most(terminal)) / perLine;
      if (lines < LINES_IN_ONE_GO) return act(count);
      lines = 0;
      return breathe().then(() => act(count));
    });
  }
}

function countOf([first]: Parameters): number {
  return typeof first === "number" && first > 0 ? first : 1;
}

/** Where xterm has no such method any more the sequence is left out: nothing on a screen is worth a thread. */
function runWith(terminal: CountingTerminal, method: string, count: number): void {
  const handler = field(field(terminal, "_core"), "_inputHandler");
  const run = field(handler, method);
  if (typeof run === "function") Reflect.apply(run, handler, [{ params: [count], length: 1 }]);
}

function field(of: unknown, name: string): unknown {
  return typeof of === "object" && of !== null ? Reflect.get(of, name) : undefined;
}
