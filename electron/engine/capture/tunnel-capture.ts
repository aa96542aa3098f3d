import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Capture as CaptureModel } from "../../../shared/models.ts";
import type { Clock } from "../../base/clock.ts";
import type { Disposable } from "../../base/dispose.ts";
import { asCulvertError, CulvertError } from "../../base/errors.ts";
import type { Core } from "../core-loop.ts";
import { CaptureFile } from "./capture-file.ts";

export interface CaptureWish {
  /** A file that a person named on the command line, or a folder of ours in which the file gets a name by us. */
  readonly to: { readonly file: string } | { readonly folder: string };
  readonly limitBytes: number;
}

/** Captures begun in the same second get a number. */
const MOST_TRIES = 20;

/** The capture of one tunnel's inside: at most one runs, and the last one's figures stay to be looked at. */
export class TunnelCapture implements Core, Disposable {
  readonly #label: string;
  readonly #clock: Clock;
  readonly #onWake: () => void;
  #file: CaptureFile | undefined;
  #opening: Promise<CaptureFile> | undefined;
  #disposed = false;

  /** `label` names the tunnel to people. */
  constructor(label: string, clock: Clock, onWake: () => void) {
    this.#label = label;
    this.#clock = clock;
    this.#onWake = onWake;
  }

  /** Who takes the packets while one runs, or ran. */
  get file(): CaptureFile | undefined {
    return this.#file;
  }

  get model(): CaptureModel | null {
    return this.#file?.model ?? null;
  }

  /** Answers the running one when there is one. Rejects with "file-exists" or "storage". */
  async start(wish: CaptureWish): Promise<CaptureModel> {
    if (this.#file?.running !== true) {
      this.#opening ??= this.#open(wish).finally(() => {
        this.#opening = undefined;
      });
      const file = await this.#opening;
      if (this.#disposed) await file.stop();
      this.#file = file;
      this.#onWake();
    }
    return this.#file.model;
  }

  /** Resolves once the file is whole; null when there never was one. */
  async stop(): Promise<CaptureModel | null> {
    await this.#opening?.catch(() => undefined);
    return (await this.#file?.stop()) ?? null;
  }

  endTurn(_now: number): void {}

  tick(now: number): void {
    this.#file?.tick(now);
  }

  nextDeadline(): number {
    return this.#file?.nextDeadline() ?? Number.POSITIVE_INFINITY;
  }

  /** The file is ended in the background. */
  dispose(): void {
    this.#disposed = true;
    void this.stop();
  }

  async #open({ to, limitBytes }: CaptureWish): Promise<CaptureFile> {
    const options = { limitBytes, name: this.#label, clock: this.#clock };
    if ("file" in to) return CaptureFile.open({ ...options, path: to.file });
    await makeFolder(to.folder);
    const stem = join(to.folder, captureName(this.#label, this.#clock.wall()));
    for (let number = 1; ; number++) {
      try {
        return await CaptureFile.open({ ...options, path: `${stem}${number === 1 ? "" : `-${number}`}.pcapng` });
      } catch (error) {
        if (asCulvertError(error).code !== "file-exists" || number >= MOST_TRIES) throw error;
      }
    }
  }
}

/** A file name without an end: letters, digits and dashes, whatever the platform calls the tunnel. */
export function captureName(label: string, wall: number): string {
  const plain = label
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 60)
    .replace(/^-|-$/g, "");
  const time = new Date(wall).toISOString().slice(0, 19).replace(/[-:]/g, "").replace("T", "-");
  return ["culvert", plain, time].filter(Boolean).join("-");
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new CulvertError("storage", `could not make ${folder}: ${code}`, { cause: error });
  }
}
