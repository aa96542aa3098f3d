import type { FileHandle } from "node:fs/promises";
import type { Capture as CaptureModel } from "../../../shared/models.ts";
import type { Clock } from "../../base/clock.ts";
import type { CulvertError } from "../../base/errors.ts";
import { Capture } from "../../netstack/capture/capture.ts";
import type { Direction } from "../../netstack/capture/pcapng.ts";
import type { Core } from "../core-loop.ts";
import { openNewFile, unwritable } from "../new-file.ts";

export interface CaptureFileOptions {
  readonly path: string;
  /** Bytes of the whole file; the capture ends by itself before it grows beyond. */
  readonly limitBytes: number;
  /** Bytes that may wait for the disk. */
  readonly bufferBytes?: number;
  /** What the file calls the tunnel. */
  readonly name: string;
  readonly clock: Clock;
  /** Told once, when the file is whole or has failed. */
  onEnded?(model: CaptureModel): void;
}

/** How long a packet may wait in memory: somebody may be watching the file grow. */
const FLUSH_AFTER_MS = 200;

/**
 * A capture and the file that it goes to: made by us, readable by its owner only, never written over. What it holds is
 * what the tunnel protects, in the clear. Driven by the tunnel's loop; the disk is waited for in the background.
 */
export class CaptureFile implements Core {
  readonly #options: CaptureFileOptions;
  readonly #startedAt: number;
  readonly #file: FileHandle;
  readonly #capture: Capture;
  #state: CaptureModel["state"] = "running";
  #error: CulvertError | undefined;
  #flushAt = Number.POSITIVE_INFINITY;
  #writing: Promise<void> | undefined;
  #ended: Promise<void> | undefined;

  private constructor(options: CaptureFileOptions, file: FileHandle) {
    const { clock, limitBytes, name, bufferBytes } = options;
    this.#options = options;
    this.#file = file;
    this.#startedAt = clock.wall();
    const now = clock.now();
    const settings = {
      application: "Culvert",
      name,
      limitBytes,
      wallOffsetMs: this.#startedAt - now,
      onFull: () => void this.#end("full"),
      ...(bufferBytes === undefined ? {} : { bufferBytes }),
    };
    this.#capture = new Capture(settings, now);
    this.#flushAt = now;
  }

  /** Rejects with "file-exists" or "file-unwritable". */
  static async open(options: CaptureFileOptions): Promise<CaptureFile> {
    return new CaptureFile(options, await openNewFile(options.path));
  }

  get running(): boolean {
    return this.#state === "running";
  }

  get model(): CaptureModel {
    const { path, limitBytes } = this.#options;
    const { packets, dropped, bytes } = this.#capture;
    const error = this.#error?.toInfo() ?? null;
    return { state: this.#state, path, startedAt: this.#startedAt, packets, dropped, bytes, limitBytes, error };
  }

  packet(direction: Direction, buffer: Uint8Array, offset: number, length: number, now: number): void {
    this.#capture.packet(direction, buffer, offset, length, now);
    if (this.#flushAt === Number.POSITIVE_INFINITY) this.#flushAt = now + FLUSH_AFTER_MS;
  }

  endTurn(_now: number): void {}

  tick(now: number): void {
    if (now < this.#flushAt) return;
    this.#flushAt = Number.POSITIVE_INFINITY;
    void this.#write();
  }

  nextDeadline(): number {
    return this.running ? this.#flushAt : Number.POSITIVE_INFINITY;
  }

  /** Ends the file with its statistics; resolves once it is on the disk. Never rejects: `model.error` tells. */
  async stop(): Promise<CaptureModel> {
    await this.#end("stopped");
    return this.model;
  }

  #end(state: "stopped" | "full"): Promise<void> {
    if (this.#ended === undefined) {
      if (this.running) this.#state = state;
      this.#capture.finish(this.#options.clock.now());
      this.#ended = this.#close();
    }
    return this.#ended;
  }

  async #close(): Promise<void> {
    while (this.#capture.waiting > 0) await this.#write();
    await this.#file.close().catch((error: unknown) => this.#fail(error));
    this.#options.onEnded?.(this.model);
  }

  /** One write at a time; whoever asks meanwhile gets the one under way, and it goes on until nothing waits. */
  #write(): Promise<void> {
    this.#writing ??= this.#drain().finally(() => {
      this.#writing = undefined;
    });
    return this.#writing;
  }

  async #drain(): Promise<void> {
    try {
      for (let part = this.#capture.take(); part !== undefined; part = this.#capture.take()) {
        if (this.#error === undefined) await this.#file.writeFile(part);
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#error ??= unwritable(error, this.#options.path);
    this.#state = "failed";
    void this.#end("stopped");
  }
}
