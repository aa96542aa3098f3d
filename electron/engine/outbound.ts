import { OUTBOUND } from "../netstack/capture/pcapng.ts";
import type { RunSink } from "../netstack/packet-run.ts";
import type { Device } from "../wireguard/device.ts";
import type { CaptureFile } from "./capture/capture-file.ts";
import { asksForAnswer } from "./carriers/asks-for-answer.ts";
import type { Carriers } from "./carriers/carriers.ts";

export interface OutboundOptions {
  now(): number;
  /** What is captured into, while somebody does. */
  captureFile(): CaptureFile | undefined;
  readonly carriers: Carriers;
  readonly device: Device;
}

/** The stack's packets on their way to the device: noted in the capture, and the carriers told whether they ask for an answer. */
export class Outbound implements RunSink {
  readonly #options: OutboundOptions;

  constructor(options: OutboundOptions) {
    this.#options = options;
  }

  /** As the stack's `sendPacket`. */
  readonly packet = (buffer: Uint8Array, offset: number, length: number): void => {
    const { carriers, device } = this.#options;
    const now = this.#options.now();
    this.#options.captureFile()?.packet(OUTBOUND, buffer, offset, length, now);
    carriers.asksForAnswer = asksForAnswer(buffer, offset, length);
    // One that waits for a session goes out later, unmarked: its peer has been heard in that very moment.
    try {
      device.encapsulate(buffer, offset, length, now);
    } finally {
      carriers.asksForAnswer = false;
    }
  };

  spacing(length: number): number {
    return this.#options.device.spacingOf(length);
  }

  /** Packets of one connection and one length: whether they ask for an answer shows in the first. */
  send(buffer: Uint8Array, offset: number, length: number, count: number): void {
    const { carriers, device } = this.#options;
    const now = this.#options.now();
    const file = this.#options.captureFile();
    const spacing = this.spacing(length);
    for (let i = 0; file !== undefined && i < count; i++)
      file.packet(OUTBOUND, buffer, offset + i * spacing, length, now);
    carriers.asksForAnswer = asksForAnswer(buffer, offset, length);
    try {
      device.encapsulateRun(buffer, offset, length, count, now);
    } finally {
      carriers.asksForAnswer = false;
    }
  }
}
