/**
 * V8 keeps a field in the narrowest form that has held so far. The first value that is no small integer, a sequence number above 2^31
 * or a time, makes a new form of the whole object, and all that was compiled for the old one is thrown away: the second to fifth
 * bulk connection of a process paid for that, as numbers are drawn at random. So one object of a class shows such a value in
 * each of these fields, before anything is compiled.
 */
export function widenFields<Name extends string>(object: Record<Name, number>, names: readonly Name[]): void {
  for (const name of names) {
    const value = object[name];
    object[name] = 0.5;
    object[name] = value;
  }
}
