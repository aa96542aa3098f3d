/** What may go on in the page at one go: at worst about a second of backtracking, after which the query is dropped. */
const MOST_STEPS = 3e7;
/** Characters of a line that an expression is tried on at once. */
const MOST_CHARACTERS = 1_000;

/** Ways in which a part can match the same text: about n to the power of `degree`, times 2 to the power of `choices`. */
interface Cost {
  degree: number;
  choices: number;
}

interface Atom extends Cost {
  readonly source: string;
  /** Matches exactly one character. */
  readonly isSingle: boolean;
  min: number;
  max: number;
}

/**
 * On how many characters at once an expression (one that compiles) may be tried, at most 1,000, for what a backtracking
 * engine could make of a line at worst; 0 for a repeat of something that itself can match in several ways, which takes
 * forever on a line of forty. An estimate from above of what people write, not a proof: two sets of characters count as
 * apart when no common character tells otherwise.
 */
export function charactersAtOnce(source: string): number {
  const { degree, choices } = new Reader(source).read();
  const power = degree + 1;
  const waysLeft = Math.log2(MOST_STEPS) - choices + log2Factorial(power);
  return Number.isFinite(degree) ? Math.min(MOST_CHARACTERS, Math.max(0, Math.floor(2 ** (waysLeft / power)))) : 0;
}

function log2Factorial(n: number): number {
  let sum = 0;
  for (let i = 2; i <= Math.min(n, 1_000); i += 1) sum += Math.log2(i);
  return sum;
}

class Reader {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  read(): Cost {
    const cost: Cost = { degree: 0, choices: 0 };
    const ways: Atom[][] = [];
    while (this.#at <= this.#source.length) {
      ways.push(this.#sequence());
      const end = this.#source[this.#at];
      this.#at += 1;
      if (end !== "|") break;
    }
    for (const way of ways) {
      const { degree, choices } = costOf(way);
      cost.degree = Math.max(cost.degree, degree);
      cost.choices = Math.max(cost.choices, choices);
    }
    if (ways.length > 1 && !differAtOnce(ways)) cost.choices += Math.log2(ways.length);
    return cost;
  }

  /** Up to "|", ")" or the end. */
  #sequence(): Atom[] {
    const atoms: Atom[] = [];
    for (let next = this.#source[this.#at]; next !== undefined && next !== "|" && next !== ")"; ) {
      const atom = this.#atom(next);
      this.#quantify(atom);
      atoms.push(atom);
      next = this.#source[this.#at];
    }
    return atoms;
  }

  #atom(first: string): Atom {
    const from = this.#at;
    const one = { degree: 0, choices: 0, min: 1, max: 1 };
    if (first === "(") {
      this.#at += /^\((?:\?(?:[:=!]|<[=!]|<[^>]*>))?/.exec(this.#source.slice(from))?.[0].length ?? 1;
      return { ...one, ...this.read(), source: this.#source.slice(from, this.#at), isSingle: false };
    }
    const pattern = /^(?:\[(?:\\.|[^\]\\])*\]|\\(?:[pPu]\{[^}]*\}|u[\da-f]{4}|x[\da-f]{2}|k<[^>]*>|\d+|.)|.)/isu;
    const source = pattern.exec(this.#source.slice(from))?.[0] ?? first;
    this.#at += source.length;
    const isReference = /^\\(?:[1-9]|k<)/.test(source);
    const isPlace = /^(?:[$^]|\\[bB])$/.test(source);
    return { ...one, degree: isReference ? 1 : 0, source, isSingle: !isReference && !isPlace };
  }

  #quantify(atom: Atom): void {
    const found = /^(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})\??/.exec(this.#source.slice(this.#at));
    if (found === null) return;
    this.#at += found[0].length;
    const [, sign, least, comma, most] = found;
    atom.min = sign === undefined ? Number(least) : sign === "+" ? 1 : 0;
    if (sign !== undefined) atom.max = sign === "?" ? 1 : Number.POSITIVE_INFINITY;
    else atom.max = comma === undefined ? atom.min : most === "" || most === undefined ? Infinity : Number(most);
    if (atom.max === Number.POSITIVE_INFINITY) {
      atom.degree = atom.degree > 0 || atom.choices > 0 ? Number.POSITIVE_INFINITY : 1;
      atom.choices = 0;
    } else {
      atom.degree = atom.max === 0 ? 0 : atom.degree * atom.max;
      atom.choices = (atom.max === 0 ? 0 : atom.choices * atom.max) + Math.log2(atom.max - atom.min + 1);
    }
  }
}

function costOf(atoms: readonly Atom[]): Cost {
  const cost: Cost = { degree: 0, choices: 0 };
  /** They are walked once for each place where the rest may begin, however many they are. */
  let runs = 0;
  atoms.forEach((atom, index) => {
    const next = atoms[index + 1];
    // A run of characters that the next one is not among ends where it ends: there is one way only.
    if (atom.isSingle && atom.max > 1 && next?.isSingle === true && next.min > 0 && areApart(atom, next)) {
      if (atom.max === Number.POSITIVE_INFINITY) runs = 1;
      return;
    }
    cost.degree += atom.degree;
    cost.choices += atom.choices;
  });
  return { ...cost, degree: cost.degree + runs };
}

/** Alternatives of which the first character says which one it is, whatever the case. */
function differAtOnce(ways: readonly (readonly Atom[])[]): boolean {
  const firsts = ways.map(([first]) => (first?.max === 1 && first.min === 1 ? first.source.toLowerCase() : ""));
  return firsts.every((first) => /^[a-z\d]$/.test(first)) && new Set(firsts).size === firsts.length;
}

const SAMPLE = [...Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)), ..."ŁЖあ中한\u2028\u{1f600}"];

function areApart(one: Atom, other: Atom): boolean {
  try {
    const [first, second] = [one, other].map(({ source }) => new RegExp(`^(?:${source})$`, "iu"));
    const literal = other.source.replace(/^\\/, "");
    return [...SAMPLE, literal, one.source].every(
      (character) => first?.test(character) !== true || second?.test(character) !== true,
    );
  } catch {
    return false;
  }
}
