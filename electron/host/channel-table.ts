import { decodeFrame } from "../../shared/terminal-frames.ts";

/** Where a channel's frames go. */
export interface ChannelOwner {
  sendFrame(frame: Uint8Array): void;
}

/**
 * Which window shows which channel. Answers and frames leave the engine on one port (engine/rpc.ts), and an answer is given
 * to its window before the next message of that port is looked at: no frame overtakes the answer that names its channel.
 */
export class ChannelTable<O extends ChannelOwner = ChannelOwner> {
  readonly #owners = new Map<number, O>();
  /** Frames of channels that no window holds, or that were no frames. */
  lostFrames = 0;

  /** The engine gave `channel` to `owner`. */
  assign(channel: number, owner: O): void {
    this.#owners.set(channel, owner);
  }

  /** Takes one frame from the engine to its window. */
  route(bytes: Uint8Array): void {
    const frame = decodeFrame(bytes);
    const owner = frame === undefined ? undefined : this.#owners.get(frame.channel);
    if (frame === undefined || owner === undefined) {
      this.lostFrames++;
      return;
    }
    if (frame.kind === "detached") this.#owners.delete(frame.channel);
    owner.sendFrame(bytes);
  }

  /** The window that holds `channel`. */
  ownerOf(channel: number): O | undefined {
    return this.#owners.get(channel);
  }

  forget(channel: number): void {
    this.#owners.delete(channel);
  }

  /** Forgets all channels of `owner` and returns their numbers. */
  release(owner: O): number[] {
    const released = [...this.#owners].filter(([, held]) => held === owner).map(([channel]) => channel);
    for (const channel of released) this.#owners.delete(channel);
    return released;
  }
}
