import { deflateSync, inflateSync } from "node:zlib";

/**
 * Makes a PNG of a user interface small: one byte a pixel, from a palette of its 256 most telling colours. Reads what
 * Chromium writes (PNG specification, third edition: 8 bits, colour type 2 or 6, not interlaced), and nothing else.
 */
export function withPalette(png) {
  const { width, height, pixels, step } = decode(png);
  const colours = new Map();
  for (let at = 0; at < pixels.length; at += step) {
    const colour = (pixels[at] << 16) | (pixels[at + 1] << 8) | pixels[at + 2];
    colours.set(colour, (colours.get(colour) ?? 0) + 1);
  }
  const palette = choose(colours);
  const indexOf = new Map([...colours.keys()].map((colour) => [colour, nearest(palette, colour)]));
  const rows = Buffer.alloc(height * (width + 1));
  let at = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += step) {
      const colour = (pixels[at] << 16) | (pixels[at + 1] << 8) | pixels[at + 2];
      rows[y * (width + 1) + 1 + x] = indexOf.get(colour);
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  const table = Buffer.from(palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
  return Buffer.concat([
    png.subarray(0, 8),
    chunk("IHDR", head),
    chunk("PLTE", table),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function decode(png) {
  const data = [];
  let width = 0;
  let height = 0;
  let step = 3;
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const type = png.toString("latin1", at + 4, at + 8);
    const body = png.subarray(at + 8, at + 8 + length);
    if (type === "IHDR") {
      width = body.readUInt32BE(0);
      height = body.readUInt32BE(4);
      step = body[9] === 6 ? 4 : 3;
    }
    if (type === "IDAT") data.push(body);
    at += 12 + length;
  }
  return { width, height, step, pixels: unfilter(inflateSync(Buffer.concat(data)), width * step, height, step) };
}

/** Section 9.2: each byte was written as its difference from what the filter of its row foretells. */
function unfilter(raw, rowLength, height, step) {
  const pixels = Buffer.alloc(rowLength * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (rowLength + 1)];
    for (let x = 0; x < rowLength; x++) {
      const at = y * rowLength + x;
      const left = x >= step ? pixels[at - step] : 0;
      const up = y > 0 ? pixels[at - rowLength] : 0;
      const corner = x >= step && y > 0 ? pixels[at - rowLength - step] : 0;
      const foretold = [0, left, up, (left + up) >> 1, filter === 4 ? paeth(left, up, corner) : 0][filter];
      pixels[at] = raw[y * (rowLength + 1) + 1 + x] + foretold;
    }
  }
  return pixels;
}

function paeth(left, up, corner) {
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}

/** The most frequent colours that differ enough from those before them; finer differences are let in while room is left. */
function choose(colours) {
  const byCount = [...colours].sort((a, b) => b[1] - a[1]).map(([colour]) => colour);
  for (let least = 0; ; least += 4) {
    const palette = [];
    for (const colour of byCount) {
      if (palette.length > 256) break;
      if (palette.every((one) => distance(one, colour) > least)) palette.push(colour);
    }
    if (palette.length <= 256) return palette;
  }
}

function nearest(palette, colour) {
  let best = 0;
  for (let index = 1; index < palette.length; index++) {
    if (distance(palette[index], colour) < distance(palette[best], colour)) best = index;
  }
  return best;
}

/** Square of the distance; the eye tells greens best. */
function distance(a, b) {
  const red = (a >> 16) - (b >> 16);
  const green = ((a >> 8) & 255) - ((b >> 8) & 255);
  const blue = (a & 255) - (b & 255);
  return 2 * red * red + 4 * green * green + blue * blue;
}

function chunk(type, body) {
  const whole = Buffer.alloc(12 + body.length);
  whole.writeUInt32BE(body.length, 0);
  whole.write(type, 4, "latin1");
  whole.set(body, 8);
  whole.writeUInt32BE(crc(whole.subarray(4, 8 + body.length)), 8 + body.length);
  return whole;
}

/** Annex D: CRC-32. */
function crc(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return ~sum >>> 0;
}
