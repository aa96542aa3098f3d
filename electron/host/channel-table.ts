import { decodeFrame } from "../../shared/terminal-frames.ts";
import { type Disposable, toDisposable } from "../base/dispose.ts";

/** Where a channel's frames go. */
export interface ChannelOwner {
  sendFrame(frame: Uint8Array): void;
}

type Channel<O> =
  | { state: "early"; frames: Uint8Array[] }
  | { state: "claimed"; owner: O; frames: Uint8Array[] }
  | { state: "open"; owner: O };

/** Frames kept for channels that nobody has claimed yet. The engine's credit keeps real ones below a few MiB. */
const MOST_EARLY_BYTES = 32 * 1024 * 1024;

/**
 * Which window shows which channel. Answers and frames leave the engine on two ports, so a frame may overtake the answer
 * that announces its channel: while an attach call is under way, frames of unknown channels wait for their owner.
 */
export class ChannelTable<O extends ChannelOwner = ChannelOwner> {
  readonly #channels = new Map<number, Channel<O>>();
  #attaching = 0;
  #earlyBytes = 0;
  /** Frames of channels that no window holds, or that were no frames. */
  lostFrames = 0;

  /** Call before asking the engine to attach; dispose when it has answered. */
  attaching(): Disposable {
    this.#attaching++;
    return toDisposable(() => {
      if (--this.#attaching === 0) this.#dropEarly();
    });
  }

  /** The engine's answer gave `channel` to `owner`; its frames still wait until `open`. */
  claim(channel: number, owner: O): void {
    const known = this.#channels.get(channel);
    const frames = known?.state === "early" ? known.frames : [];
    for (const frame of frames) this.#earlyBytes -= frame.length;
    this.#channels.set(channel, { state: "claimed", owner, frames });
  }

  /** The window knows that it has `channel`: its frames flow from here on. */
  open(number: number): void {
    const channel = this.#channels.get(number);
    if (channel?.state !== "claimed") return;
    this.#channels.set(number, { state: "open", owner: channel.owner });
    for (const frame of channel.frames) this.route(frame);
  }

  /** Takes one frame from the engine to its window. */
  route(bytes: Uint8Array): void {
    const frame = decodeFrame(bytes);
    if (frame === undefined) {
      this.lostFrames++;
      return;
    }
    const channel = this.#channels.get(frame.channel);
    if (channel?.state === "open") {
      if (frame.kind === "detached") this.#channels.delete(frame.channel);
      channel.owner.sendFrame(bytes);
    } else if (channel?.state === "claimed") channel.frames.push(bytes);
    else this.#keepEarly(frame.channel, channel, bytes);
  }

  /** The window that holds `channel`, once it may use it. */
  ownerOf(channel: number): O | undefined {
    const known = this.#channels.get(channel);
    return known?.state === "open" ? known.owner : undefined;
  }

  forget(channel: number): void {
    this.#channels.delete(channel);
  }

  /** Forgets all channels of `owner` and returns their numbers. */
  release(owner: O): number[] {
    const released: number[] = [];
    for (const [number, channel] of [...this.#channels]) {
      if (channel.state === "early" || channel.owner !== owner) continue;
      this.#channels.delete(number);
      released.push(number);
    }
    return released;
  }

  #keepEarly(number: number, channel: Channel<O> | undefined, bytes: Uint8Array): void {
    if (this.#attaching === 0 || this.#earlyBytes + bytes.length > MOST_EARLY_BYTES) {
      this.lostFrames++;
      return;
    }
    this.#earlyBytes += bytes.length;
    if (channel?.state === "early") channel.frames.push(bytes);
    else this.#channels.set(number, { state: "early", frames: [bytes] });
  }

  #dropEarly(): void {
    for (const [number, channel] of [...this.#channels]) if (channel.state === "early") this.#channels.delete(number);
    this.#earlyBytes = 0;
  }
}
