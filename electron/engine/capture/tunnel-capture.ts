import type { Capture as CaptureModel } from "../../../shared/models.ts";
import type { EventFacts } from "../../../shared/network-events.ts";
import type { Clock } from "../../base/clock.ts";
import type { Disposable } from "../../base/dispose.ts";
import type { Core } from "../core-loop.ts";
import { CaptureFile } from "./capture-file.ts";
import type { CapturesFolder } from "./captures-folder.ts";

export interface CaptureWish {
  /** A file that a person named on the command line, or a folder of ours in which the file gets a name by us. */
  readonly to: { readonly file: string } | { readonly folder: CapturesFolder };
  readonly limitBytes: number;
  /** Names the tunnel to people where its own label does not tell it from the others. */
  readonly label?: string;
}

/** The capture of one tunnel's inside: at most one runs, and the last one's figures stay to be looked at. */
export class TunnelCapture implements Core, Disposable {
  readonly #label: string;
  readonly #clock: Clock;
  readonly #onWake: () => void;
  readonly #note: (facts: EventFacts) => void;
  #file: CaptureFile | undefined;
  #opening: Promise<CaptureFile> | undefined;
  #disposed = false;

  /** `label` names the tunnel to people; `note` is told of the beginning and the end of each capture. */
  constructor(label: string, clock: Clock, onWake: () => void, note: (facts: EventFacts) => void = () => undefined) {
    this.#label = label;
    this.#clock = clock;
    this.#onWake = onWake;
    this.#note = note;
  }

  /** Who takes the packets while one runs, or ran. */
  get file(): CaptureFile | undefined {
    return this.#file;
  }

  get model(): CaptureModel | null {
    return this.#file?.model ?? null;
  }

  /** Answers the running one when there is one. Rejects with "captures-full", "storage", or what `CaptureFile.open` has. */
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

  async #open({ to, limitBytes, label = this.#label }: CaptureWish): Promise<CaptureFile> {
    const onEnded = ({ state, packets }: CaptureModel): void => {
      if (state !== "running") this.#note({ kind: "capture-ended", state, packets });
    };
    const options = { limitBytes, name: label, clock: this.#clock, onEnded };
    const file = await ("file" in to ? CaptureFile.open({ ...options, path: to.file }) : to.folder.create(options));
    this.#note({ kind: "capture-started" });
    return file;
  }
}
