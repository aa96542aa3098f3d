import { visibleText } from "../../../shared/visible-text.ts";

/**
 * A file name has at most 255 bytes, of which time, number and ending take 40. Of a longer label the middle goes: numbers and
 * gateways, by which tunnels of one label are told apart, are at its end.
 */
const HEAD_BYTES = 60;
const TAIL_BYTES = 100;
const LETTERS_AND_DIGITS = /(?:[\p{L}\p{N}]\p{M}*)+/gu;

/** What the names of files keep of a label: letters and digits of any script, small and composed (NFC), with dashes between. */
export function plainName(label: string): string {
  const words = visibleText(label).toLowerCase().normalize("NFC").match(LETTERS_AND_DIGITS) ?? [];
  const plain = words.join("-");
  if (Buffer.byteLength(plain) <= HEAD_BYTES + TAIL_BYTES) return plain;
  const points = [...plain];
  const head = within(HEAD_BYTES, points).join("").replace(/-$/, "");
  const tail = within(TAIL_BYTES, points.reverse()).reverse().join("").replace(/^-/, "");
  return `${head}-${tail}`;
}

/** A file name without an end, whatever the tunnel is called; `wall` in ms. No system takes it for anything but a plain name. */
export function captureName(label: string, wall: number): string {
  const time = new Date(wall).toISOString().slice(0, 19).replace(/[-:]/g, "").replace("T", "-");
  return ["culvert", plainName(label), time].filter(Boolean).join("-");
}

/** The first of the characters, as many as fit. */
function within(bytes: number, points: readonly string[]): string[] {
  let left = bytes;
  const end = points.findIndex((point) => {
    left -= Buffer.byteLength(point);
    return left < 0;
  });
  return points.slice(0, end === -1 ? points.length : end);
}
