/**
 * One deadline for each of many owners, and which comes first: a hierarchical timing wheel (G. Varghese and A. Lauck,
 * "Hashed and Hierarchical Timing Wheels", SOSP 1987, scheme 7), with a bitmap of the occupied slots of each level. We
 * differ in three things:
 *
 * - An owner moves only when its deadline comes earlier. One that was put off stays, and is asked for its deadline when its
 *   slot is looked at: most timers are put off again and again (RFC 6298 section 5.3) and never fire.
 * - A slot knows its earliest deadline, so that a timer fires when it is due, not when its slot ends. The width of a slot
 *   decides only how many owners are looked at together; the finest is 1 ms, the least that a loop's timer can wait.
 * - A slot of a higher level is emptied when its earliest owner is due, not when time enters it: fewer owners move.
 */

/** Bits of a bitmap's word. */
const SLOTS = 32;
/** Slots of 1 ms, 32 ms, 1 s, 33 s and 17 min: 9 hours. What lies beyond is looked at again before they are over. */
const LEVELS = 5;
const TOP_WIDTH_MS = SLOTS ** (LEVELS - 1);
/** Places that are no slot: in none, and among those that the present tick looks at. */
const NOWHERE = -1;
const LOOKED_AT = SLOTS * LEVELS;

/** An owner's place in a wheel, made once. A slot is a ring of nodes. */
export class TimerNode<T> {
  readonly owner: T;
  /** The owner wants nothing before this; mostly too early, never too late. -Infinity once it has left. */
  deadline = Number.POSITIVE_INFINITY;
  slot = NOWHERE;
  next: TimerNode<T> = this;
  previous: TimerNode<T> = this;

  constructor(owner: T) {
    this.owner = owner;
  }
}

/** What cores need of the wheel; test/support/timer-scan.ts is its plain twin. */
export interface Timers<T> {
  /** Nobody is due before this; may be too early, never too late. */
  readonly earliest: number;
  /** The owner's deadline is `at` now, which is before `node.deadline`. A later one need not be told. */
  bringForward(node: TimerNode<T>, at: number): void;
  /** The owner leaves for good. */
  retire(node: TimerNode<T>): void;
  /** Fires whoever is due at `now`, once. Those that are then due again wait for the next tick. */
  tick(now: number): void;
}

export class TimerWheel<T> implements Timers<T> {
  earliest = Number.POSITIVE_INFINITY;
  readonly #deadlineOf: (owner: T) => number;
  readonly #fire: (owner: T, now: number) => void;
  /** The first node of each ring. */
  readonly #rings: (TimerNode<T> | undefined)[] = new Array(LOOKED_AT + 1).fill(undefined);
  /** The earliest deadline in each slot, or earlier. */
  readonly #minima = new Float64Array(LOOKED_AT);
  readonly #occupied = new Int32Array(LEVELS);
  /** The millisecond of the last tick; slots are counted from it. */
  #base = 0;

  /** `deadlineOf` is asked for an owner's deadline as it is now (Infinity: none), `fire` called when it has passed. */
  constructor(deadlineOf: (owner: T) => number, fire: (owner: T, now: number) => void) {
    this.#deadlineOf = deadlineOf;
    this.#fire = fire;
  }

  bringForward(node: TimerNode<T>, at: number): void {
    // It is about to be asked.
    if (node.slot === LOOKED_AT) return;
    this.#unlink(node);
    this.#place(node, at);
  }

  retire(node: TimerNode<T>): void {
    this.#unlink(node);
    node.deadline = Number.NEGATIVE_INFINITY;
    if (this.earliest !== Number.NEGATIVE_INFINITY) this.earliest = this.#first();
  }

  tick(now: number): void {
    if (now < this.earliest) return;
    this.#collect(now);
    // Until all were looked at: should one throw, the next tick goes on with the others.
    this.earliest = Number.NEGATIVE_INFINITY;
    for (let node = this.#rings[LOOKED_AT]; node !== undefined; node = this.#rings[LOOKED_AT]) {
      this.#unlink(node);
      this.#look(node, now);
    }
    this.earliest = this.#first();
  }

  #look(node: TimerNode<T>, now: number): void {
    try {
      if (this.#deadlineOf(node.owner) <= now) this.#fire(node.owner, now);
    } finally {
      if (node.deadline !== Number.NEGATIVE_INFINITY) {
        this.#unlink(node);
        this.#place(node, this.#deadlineOf(node.owner));
      }
    }
  }

  /** Puts together everybody who shares a slot with somebody who may be due, those of narrow slots first. */
  #collect(now: number): void {
    let start = this.#base;
    for (let level = 0; level < LEVELS; level++) {
      for (;;) {
        const slot = this.#firstSlot(level, start);
        if (slot === NOWHERE || this.#minima[slot]! > now) break;
        for (let node = this.#rings[slot]; node !== undefined; node = this.#rings[slot]) {
          this.#unlink(node);
          this.#link(node, LOOKED_AT);
        }
      }
      start = Math.floor(start / SLOTS);
    }
    this.#base = Math.max(this.#base, Math.floor(now));
  }

  #first(): number {
    let earliest = Number.POSITIVE_INFINITY;
    let start = this.#base;
    for (let level = 0; level < LEVELS; level++) {
      const slot = this.#firstSlot(level, start);
      if (slot !== NOWHERE) earliest = Math.min(earliest, this.#minima[slot]!);
      start = Math.floor(start / SLOTS);
    }
    return earliest;
  }

  /** The first slot of the level, counted from number `start`, in which somebody is. */
  #firstSlot(level: number, start: number): number {
    const word = this.#occupied[level]!;
    if (word === 0) return NOWHERE;
    const turned = (word >>> (start & 31)) | (word << (-start & 31));
    const ahead = 31 - Math.clz32(turned & -turned);
    return level * SLOTS + ((start + ahead) & (SLOTS - 1));
  }

  #place(node: TimerNode<T>, at: number): void {
    node.deadline = at;
    if (at === Number.POSITIVE_INFINITY) return;
    let start = this.#base;
    let index = Math.max(start, Math.floor(at));
    let level = 0;
    for (; index - start >= SLOTS && level < LEVELS - 1; level++) {
      index = Math.floor(index / SLOTS);
      start = Math.floor(start / SLOTS);
    }
    let lookAt = at;
    if (index - start >= SLOTS) {
      index = start + SLOTS - 1;
      lookAt = index * TOP_WIDTH_MS;
    }
    const slot = level * SLOTS + (index & (SLOTS - 1));
    const isFirst = this.#rings[slot] === undefined;
    if (isFirst || lookAt < this.#minima[slot]!) this.#minima[slot] = lookAt;
    if (isFirst) this.#occupied[level]! |= 1 << (slot & (SLOTS - 1));
    this.#link(node, slot);
    if (lookAt < this.earliest) this.earliest = lookAt;
  }

  #link(node: TimerNode<T>, slot: number): void {
    const first = this.#rings[slot];
    node.slot = slot;
    if (first === undefined) {
      this.#rings[slot] = node;
      return;
    }
    node.next = first;
    node.previous = first.previous;
    first.previous.next = node;
    first.previous = node;
  }

  #unlink(node: TimerNode<T>): void {
    const { slot, next } = node;
    if (slot === NOWHERE) return;
    node.slot = NOWHERE;
    if (next === node) {
      this.#rings[slot] = undefined;
      if (slot !== LOOKED_AT) this.#occupied[slot >>> 5]! &= ~(1 << (slot & (SLOTS - 1)));
      return;
    }
    if (this.#rings[slot] === node) this.#rings[slot] = next;
    next.previous = node.previous;
    node.previous.next = next;
    node.next = node;
    node.previous = node;
  }
}
