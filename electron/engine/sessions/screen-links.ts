import type { IBuffer, IBufferCell, IBufferLine, Terminal } from "@xterm/headless";
import { KnownLinks } from "../../../shared/known-links.ts";
import { LIMITS } from "../../../shared/limits.ts";

/** Characters of all addresses that one screen knows. */
const KNOWN_CHARACTERS = 128 * 1024;
/** What links may add to one snapshot; the newest have it. */
const SNAPSHOT_CHARACTERS = 256 * 1024;

/** What the window makes a link of at most (`osc/link-target.ts` there); all else is refused here already. */
const MAY_BE_LINK = /^(?:https?|mailto):/i;

const CLOSE = "\u001b]8;;\u001b\\";

/** What stands before and after what a cell shows. */
interface Around {
  before: string;
  after: string;
}
/** By row and column. */
type Plan = Map<number, Map<number, Around>>;

/**
 * The links that programs declared (OSC 8) of one headless terminal, of which SerializeAddon knows nothing: it sees the terminal
 * through `seen`.
 */
export class ScreenLinks {
  readonly #terminal: Terminal;
  readonly #known: KnownLinks | undefined;
  readonly #plans = new Map<IBuffer["type"], Plan>();

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
    this.#known = KnownLinks.of(terminal, KNOWN_CHARACTERS);
  }

  /** Whether OSC 8's data ("params;address") ends a link or begins one that may be kept. */
  isKept(data: string): boolean {
    const address = data.slice(data.indexOf(";") + 1);
    return (
      address === "" || (this.#known !== undefined && address.length <= LIMITS.linkAddress && MAY_BE_LINK.test(address))
    );
  }

  /** The terminal as SerializeAddon is to see it. */
  seen(): Terminal {
    const { buffer } = this.#terminal;
    const [normal, alternate] = [this.#seenBuffer(buffer.normal), this.#seenBuffer(buffer.alternate)];
    const buffers = seenAs(buffer, {
      get active() {
        return buffer.active.type === "normal" ? normal : alternate;
      },
      normal,
      alternate,
    });
    return seenAs(this.#terminal, { buffer: buffers });
  }

  /** What `serialize` makes of the screen and so many lines above it, with their links; what follows goes on with one that is open. */
  during(scrollback: number, serialize: () => string): string {
    if (this.#known === undefined || this.#known.isEmpty) return serialize();
    const { normal, alternate, active } = this.#terminal.buffer;
    const budget = { left: SNAPSHOT_CHARACTERS };
    for (const buffer of active.type === "normal" ? [normal] : [alternate, normal]) {
      this.#plans.set(buffer.type, this.#planned(buffer, Math.max(0, buffer.baseY - scrollback), budget));
    }
    const drawn = serialize();
    this.#plans.clear();
    const style = field(field(field(this.#terminal, "_core"), "_inputHandler"), "_curAttrData");
    const open = this.#known.addressOf(Number(field(field(style, "extended"), "urlId") ?? 0));
    return open === undefined ? drawn : drawn + opened(open);
  }

  /** From the bottom up, because the newest are wanted first. */
  #planned(buffer: IBuffer, top: number, budget: { left: number }): Plan {
    const plan: Plan = new Map();
    const cell = buffer.getNullCell();
    for (let row = buffer.length - 1; row >= top; row--) {
      const line = buffer.getLine(row);
      for (const { id, first, last, halves } of line === undefined ? [] : runsOf(line, cell)) {
        const address = this.#known?.addressOf(id);
        if (address === undefined) continue;
        const open = opened(address);
        budget.left -= open.length + CLOSE.length;
        if (budget.left < 0) return plan;
        const around = plan.get(row) ?? new Map<number, Around>();
        for (const column of halves) around.set(column, { before: "", after: "" });
        around.set(last, { before: "", after: CLOSE });
        around.set(first, { before: open, after: first === last ? CLOSE : "" });
        plan.set(row, around);
      }
    }
    return plan;
  }

  #seenBuffer(buffer: IBuffer): IBuffer {
    /** Cells that were given out, as long as they hold the end of a link. */
    const ends = new Map<IBufferCell, Around>();
    const getNullCell = (): IBufferCell => {
      const cell = buffer.getNullCell();
      const chars = cell.getChars.bind(cell);
      cell.getChars = () => {
        const around = ends.size === 0 ? undefined : ends.get(cell);
        // What is left of a wide letter half of which was printed over shows nothing: a space does the same, and can be of a link.
        return around === undefined ? chars() : around.before + (chars() || " ") + around.after;
      };
      return cell;
    };
    const getLine = (row: number): IBufferLine | undefined => {
      const line = buffer.getLine(row);
      const inRow = this.#plans.get(buffer.type)?.get(row);
      if (line === undefined || inRow === undefined) {
        ends.clear();
        return line;
      }
      return {
        isWrapped: line.isWrapped,
        length: line.length,
        translateToString: (...how) => line.translateToString(...how),
        getCell: (column, cell) => {
          const around = inRow.get(column);
          if (cell !== undefined && around !== undefined) ends.set(cell, around);
          else if (cell !== undefined && ends.size > 0) ends.delete(cell);
          return line.getCell(column, cell);
        },
      };
    };
    return seenAs(buffer, { getNullCell, getLine });
  }
}

/** The link that a cell is of; 0 for none. */
export function linkOf(cell: IBufferCell): number {
  // A cell without extended attributes still has those of the last one; underlined ones, as links always are, have their own.
  if (cell.isUnderline() === 0 || !("extended" in cell)) return 0;
  const { extended } = cell;
  if (typeof extended !== "object" || extended === null || !("urlId" in extended)) return 0;
  return typeof extended.urlId === "number" ? extended.urlId : 0;
}

interface Run {
  readonly id: number;
  readonly first: number;
  last: number;
  /** Columns of cells that show nothing. */
  readonly halves: number[];
}

/** Cells of one link that follow each other, but for empty ones of none. */
function runsOf(line: IBufferLine, cell: IBufferCell): Run[] {
  const runs: Run[] = [];
  let before = 0;
  for (let column = 0; column < line.length; column++) {
    line.getCell(column, cell);
    if (cell.getWidth() === 0) continue;
    const isEmpty = cell.getChars() === "";
    const id = linkOf(cell);
    if (isEmpty && id === 0) continue;
    if (id !== 0 && (id !== before || runs.length === 0)) runs.push({ id, first: column, last: column, halves: [] });
    const run = runs.at(-1);
    if (id !== 0 && run !== undefined) {
      run.last = column;
      if (isEmpty) run.halves.push(column);
    }
    before = id;
  }
  return runs;
}

function opened(address: string): string {
  return `\u001b]8;;${address}\u001b\\`;
}

/** `of`, but for some of its properties. */
function seenAs<T extends object>(of: T, others: Partial<T>): T {
  return new Proxy(of, {
    get: (_, key): unknown => (key in others ? Reflect.get(others, key) : Reflect.get(of, key)),
  });
}

function field(of: unknown, name: string): unknown {
  return typeof of === "object" && of !== null ? Reflect.get(of, name) : undefined;
}
