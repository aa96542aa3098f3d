/** Reads a pcapng file block by block, as strictly as the draft is written; written without a look at our writer. */

export interface Block {
  readonly type: number;
  /** Behind type and length, before the second length. */
  readonly body: Uint8Array;
}

export interface PacketBlock {
  readonly timeUs: number;
  readonly data: Uint8Array;
  readonly originalLength: number;
  /** epb_flags, bits 0 and 1. */
  readonly direction: "in" | "out" | "unknown";
}

export interface PcapngFile {
  readonly application: string;
  readonly linkType: number;
  readonly snapLength: number;
  readonly interfaceName: string;
  /** The exponent of if_tsresol. */
  readonly resolution: number;
  readonly packets: readonly PacketBlock[];
  readonly statistics:
    | {
        readonly received: number;
        readonly dropped: number;
        readonly delivered: number;
        readonly startUs: number;
        readonly endUs: number;
      }
    | undefined;
}

function check(holds: boolean, what: string): void {
  if (!holds) throw new Error(`pcapng: ${what}`);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

export function readBlocks(file: Uint8Array): Block[] {
  const view = viewOf(file);
  const blocks: Block[] = [];
  for (let at = 0; at < file.length; ) {
    check(file.length - at >= 12, "a block is cut short");
    const length = view.getUint32(at + 4, true);
    check(length % 4 === 0 && length >= 12 && at + length <= file.length, `block length ${length} at ${at}`);
    check(view.getUint32(at + length - 4, true) === length, "the two lengths differ");
    blocks.push({ type: view.getUint32(at, true), body: file.subarray(at + 8, at + length - 4) });
    at += length;
  }
  return blocks;
}

function readOptions(bytes: Uint8Array): Map<number, Uint8Array> {
  const view = viewOf(bytes);
  const options = new Map<number, Uint8Array>();
  let at = 0;
  while (at < bytes.length) {
    const code = view.getUint16(at, true);
    const length = view.getUint16(at + 2, true);
    if (code === 0) {
      check(length === 0 && at + 4 === bytes.length, "opt_endofopt is the last");
      return options;
    }
    options.set(code, bytes.subarray(at + 4, at + 4 + length));
    const end = at + 4 + length;
    at = at + 4 + Math.ceil(length / 4) * 4;
    check(
      bytes.subarray(end, at).every((byte) => byte === 0),
      "padding is zero",
    );
  }
  check(bytes.length === 0, "options without an end");
  return options;
}

function timeAt(view: DataView, at: number): number {
  return view.getUint32(at, true) * 2 ** 32 + view.getUint32(at + 4, true);
}

function u64(bytes: Uint8Array | undefined): number {
  check(bytes?.length === 8, "a counter has 8 bytes");
  return Number(viewOf(bytes!).getBigUint64(0, true));
}

function text(bytes: Uint8Array | undefined): string {
  return new TextDecoder().decode(bytes ?? new Uint8Array(0));
}

function readPacket(body: Uint8Array): PacketBlock {
  const view = viewOf(body);
  check(view.getUint32(0, true) === 0, "the packet's interface is the first");
  const length = view.getUint32(12, true);
  const padded = Math.ceil(length / 4) * 4;
  check(
    body.subarray(20 + length, 20 + padded).every((byte) => byte === 0),
    "the packet's padding is zero",
  );
  const flags = readOptions(body.subarray(20 + padded)).get(2);
  check(flags === undefined || flags.length === 4, "epb_flags has 4 bytes");
  const bits = flags === undefined ? 0 : viewOf(flags).getUint32(0, true) & 3;
  return {
    timeUs: timeAt(view, 4),
    data: body.slice(20, 20 + length),
    originalLength: view.getUint32(16, true),
    direction: bits === 1 ? "in" : bits === 2 ? "out" : "unknown",
  };
}

/** Throws unless the bytes are one section with one interface, its packets and at most one statistics block at the end. */
export function readPcapng(file: Uint8Array): PcapngFile {
  const [section, description, ...rest] = readBlocks(file);
  check(section?.type === 0x0a0d0d0a && description?.type === 1, "a section and an interface come first");
  const sectionView = viewOf(section!.body);
  check(sectionView.getUint32(0, true) === 0x1a2b3c4d, "the byte-order magic");
  check(sectionView.getUint16(4, true) === 1 && sectionView.getUint16(6, true) === 0, "version 1.0");
  check(sectionView.getBigInt64(8, true) === -1n, "the section's length is left open");
  const descriptionView = viewOf(description!.body);
  const options = readOptions(description!.body.subarray(8));
  const statisticsBlock = rest.at(-1)?.type === 5 ? rest.pop() : undefined;
  check(
    rest.every(({ type }) => type === 6),
    "only packets in between",
  );
  const statistics = statisticsBlock === undefined ? undefined : readOptions(statisticsBlock.body.subarray(12));
  return {
    application: text(readOptions(section!.body.subarray(16)).get(4)),
    linkType: descriptionView.getUint16(0, true),
    snapLength: descriptionView.getUint32(4, true),
    interfaceName: text(options.get(2)),
    resolution: options.get(9)?.[0] ?? 6,
    packets: rest.map(({ body }) => readPacket(body)),
    statistics:
      statistics === undefined
        ? undefined
        : {
            startUs: timeAt(viewOf(statistics.get(2)!), 0),
            endUs: timeAt(viewOf(statistics.get(3)!), 0),
            received: u64(statistics.get(4)),
            dropped: u64(statistics.get(5)),
            delivered: u64(statistics.get(8)),
          },
  };
}
