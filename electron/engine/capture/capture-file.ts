import { type FileHandle, rm } from "node:fs/promises";
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
  /** Bytes that may wait for the file. */
  readonly bufferBytes?: number;
  /** What the file calls the tunnel. */
  readonly name: string;
  readonly clock: Clock;
  /** Told once, when the file is whole or has failed. */
  onEnded?(model: CaptureModel): void;
}

/** How long a packet may wait in memory: somebody may be watching the file grow. */
const FLUSH_AFTER_MS = 200;
/** As many packets of a fast transfer do not wait so long, or memory would be full before the time. */
const WRITE_FROM_BYTES = 256 << 10;

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
  #isGone = false;
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
  }

  /** Rejects with "file-exists", "file-unwritable" or "disk-full": where it resolves, the file has taken its head. */
  static async open(options: CaptureFileOptions): Promise<CaptureFile> {
    const file = new CaptureFile(options, await openNewFile(options.path));
    try {
      await file.#writeAll();
    } catch (error) {
      await file.#discard();
      throw unwritable(error, options.path);
    }
    return file;
  }

  get running(): boolean {
    return this.#state === "running";
  }

  get model(): CaptureModel {
    const { path, limitBytes } = this.#options;
    const { packets, dropped } = this.#capture;
    const bytes = this.#isGone ? 0 : this.#capture.bytes;
    const error = this.#error?.toInfo() ?? null;
    return { state: this.#state, path, startedAt: this.#startedAt, packets, dropped, bytes, limitBytes, error };
  }

  packet(direction: Direction, buffer: Uint8Array, offset: number, length: number, now: number): void {
    if (!this.running) return;
    this.#capture.packet(direction, buffer, offset, length, now);
    if (this.#capture.waiting >= WRITE_FROM_BYTES) void this.#write();
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
    while (this.#capture.waiting > 0 && this.#error === undefined) await this.#write();
    if (this.#error !== undefined && this.#capture.packets === 0) await this.#discard();
    else await this.#closeWhole();
    this.#options.onEnded?.(this.model);
  }

  /** Behind a failure stands a piece of a block, at which readers would stop with a complaint. */
  async #closeWhole(): Promise<void> {
    if (this.#error !== undefined) await this.#file.truncate(this.#capture.bytes).catch(() => undefined);
    await this.#file.close().catch((error: unknown) => this.#fail(error));
  }

  /** The file was made by us and holds no packet: it would only be in the way of the next try. */
  async #discard(): Promise<void> {
    await this.#file.close().catch(() => undefined);
    await rm(this.#options.path, { force: true }).catch(() => undefined);
    this.#isGone = true;
  }

  /** One write at a time; whoever asks meanwhile gets the one under way, and it goes on until nothing waits. */
  #write(): Promise<void> {
    this.#writing ??= this.#writeAll()
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        this.#writing = undefined;
      });
    return this.#writing;
  }

  async #writeAll(): Promise<void> {
    for (let parts = this.#capture.unwritten(); parts.length > 0; parts = this.#capture.unwritten()) {
      // May take less than all, as on a disk that is full behind it: write(2).
      const { bytesWritten } = await this.#file.writev(parts);
      if (bytesWritten === 0) throw new Error("the file takes nothing more");
      this.#capture.written(bytesWritten);
    }
  }

  #fail(error: unknown): void {
    this.#error ??= unwritable(error);
    this.#state = "failed";
    void this.#end("stopped");
  }
}
