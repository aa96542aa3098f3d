import { CALLS, type EventName, type TunnelWatch } from "../../shared/contract.ts";
import { LIMITS } from "../../shared/limits.ts";
import { decodeFrame, encodeFrame, FRAME_HEADER_LENGTH, type FrameKind } from "../../shared/terminal-frames.ts";
import { type Disposable, DisposableStore } from "../base/dispose.ts";
import type { Log } from "../base/log.ts";
import type { ChannelTable } from "./channel-table.ts";
import { LatestSessions } from "./latest-sessions.ts";
import type { Link } from "./link.ts";
import { type CheckedCall, type Invoke, Router } from "./router.ts";

export interface WindowSessionOptions {
  readonly link: Link;
  readonly channels: ChannelTable;
  readonly invoke: Invoke;
  readonly log: Log;
  /** Frames from the window, of channels that are its own. */
  sendFrame(frame: Uint8Array): void;
  onWatchChanged(): void;
  onClosed(session: WindowSession): void;
}

/** A window that lets this much pile up is stuck; cut off, it connects again and gets fresh snapshots. */
const STUCK_BYTES = 64 * 1024 * 1024;
/** Above this, events that a later one replaces wait or are left out. */
const BUSY_BYTES = 1024 * 1024;

const FROM_WINDOW: ReadonlySet<FrameKind> = new Set(["input", "paste", "drawn", "detach"]);

/** One window on the other end of a link: its calls, its channels, whether it watches the tunnels. */
export class WindowSession implements Disposable {
  readonly #options: WindowSessionOptions;
  readonly #owned = new DisposableStore();
  readonly #router: Router;
  readonly #latest: LatestSessions;
  #watching: TunnelWatch = "off";
  #closed = false;
  /** Messages from the window that were neither a request nor a frame of a channel it holds. */
  badMessages = 0;

  constructor(options: WindowSessionOptions) {
    this.#options = options;
    this.#router = new Router({
      invoke: (call) => this.#invoke(call),
      log: options.log,
      send: (message) => this.#send(JSON.stringify(message)),
    });
    this.#latest = this.#owned.add(
      new LatestSessions({
        isBusy: () => options.link.bufferedAmount > BUSY_BYTES,
        send: (text) => this.#send(text),
      }),
    );
    this.#owned.add(options.link.onMessage((message) => this.#onMessage(message)));
    this.#owned.add(options.link.onClose(() => this.dispose()));
  }

  get watching(): TunnelWatch {
    return this.#watching;
  }

  /** `text` is the event as JSON, made once for all windows; `sessionId` that of the session that it tells of, if any. */
  sendEvent(event: EventName, text: string, sessionId?: string): void {
    if (this.#closed) return;
    if (event === "tunnels.changed" && (this.#watching === "off" || this.#options.link.bufferedAmount > BUSY_BYTES))
      return;
    if (event === "session.changed" && sessionId !== undefined) {
      this.#latest.put(sessionId, text);
      return;
    }
    if (event === "session.closed" && sessionId !== undefined) this.#latest.forget(sessionId);
    this.#send(text);
  }

  sendFrame(frame: Uint8Array): void {
    this.#send(frame);
  }

  dispose(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#owned.dispose();
    for (const channel of this.#options.channels.release(this)) this.#detach(channel);
    this.#options.link.close();
    this.#options.onClosed(this);
  }

  #send(message: string | Uint8Array): void {
    if (this.#closed) return;
    const { link, log } = this.#options;
    link.send(message);
    if (link.bufferedAmount <= STUCK_BYTES) return;
    log.warn("window is stuck, cutting it off", { bytes: link.bufferedAmount });
    this.dispose();
  }

  #onMessage(message: unknown): void {
    if (typeof message === "string") void this.#router.handle(message);
    else if (message instanceof Uint8Array) this.#onFrame(message);
    else this.badMessages++;
  }

  #onFrame(message: Uint8Array): void {
    const frame = message.length > LIMITS.terminalFrame + FRAME_HEADER_LENGTH ? undefined : decodeFrame(message);
    if (frame === undefined || !FROM_WINDOW.has(frame.kind) || this.#options.channels.ownerOf(frame.channel) !== this) {
      this.badMessages++;
      return;
    }
    if (frame.kind === "detach") this.#options.channels.forget(frame.channel);
    this.#options.sendFrame(message);
  }

  async #invoke(call: CheckedCall): Promise<unknown> {
    const { channels, invoke } = this.#options;
    const output = await invoke(call);
    const answer = call.name === "sessions.attach" ? CALLS[call.name].output.safeParse(output) : undefined;
    if (answer?.success !== true) return output;
    const { channel } = answer.data;
    if (this.#closed) this.#detach(channel);
    else channels.assign(channel, this);
    return output;
  }

  #detach(channel: number): void {
    this.#options.sendFrame(encodeFrame("detach", channel, new Uint8Array()));
  }

  /** How closely the window asks for the tunnels' figures. */
  set watching(how: TunnelWatch) {
    if (this.#watching === how || this.#closed) return;
    this.#watching = how;
    this.#options.onWatchChanged();
  }
}
