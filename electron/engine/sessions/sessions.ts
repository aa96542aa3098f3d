import { LIMITS } from "../../../shared/limits.ts";
import type { Session, Target } from "../../../shared/models.ts";
import { decodeDrawn, decodeFrame } from "../../../shared/terminal-frames.ts";
import type { Clock } from "../../base/clock.ts";
import type { Disposable } from "../../base/dispose.ts";
import { CulvertError } from "../../base/errors.ts";
import type { ShellConnector } from "./connector.ts";
import { KEPT_TEXT_BYTES, type KeptTexts } from "./kept-texts.ts";
import { ShellSession, type ShellSessionOptions } from "./shell-session.ts";
import { TextSaver } from "./text-saver.ts";
import { Viewer } from "./viewer.ts";

export interface SessionsOptions {
  readonly clock: Clock;
  readonly connector: ShellConnector;
  newId(): string;
  onChange(session: Session): void;
  onClose(sessionId: string): void;
  sendFrame(frame: Uint8Array): void;
  /** Where texts are kept over a restart. */
  readonly texts: KeptTexts;
}

/** Too short to be seen, long enough for a burst of stages or titles to become one message. */
const CHANGE_INTERVAL_MS = 50;

/** All shells of this engine, and the channels through which windows look at them. */
export class Sessions implements Disposable {
  readonly #options: SessionsOptions;
  readonly #sessions = new Map<string, ShellSession>();
  readonly #viewers = new Map<number, { viewer: Viewer; session: ShellSession }>();
  #nextChannel = 1;
  /** Sessions whose last event is younger than the interval. */
  readonly #announced = new Map<string, { isStale: boolean; state: Session["state"]; timer: NodeJS.Timeout }>();

  readonly #saver: TextSaver;

  constructor(options: SessionsOptions) {
    this.#options = options;
    this.#saver = new TextSaver({ clock: options.clock, save: (id, goesOn) => this.#saveText(id, goesOn) });
  }

  /** In the order they were opened. */
  list(): Session[] {
    return [...this.#sessions.values()].map((session) => session.snapshot());
  }

  open(target: Target, size: { columns: number; rows: number }, id = this.#options.newId()): Session {
    const there = this.#sessions.get(id);
    if (there !== undefined) return there.snapshot();
    const session = this.#make(id, target, size);
    session.connect();
    return session.snapshot();
  }

  /** A session of an earlier run under its own name, with the text that was kept of it; not connected. */
  async restore(id: string, target: Target, size: { columns: number; rows: number }): Promise<Session> {
    const kept = this.#sessions.has(id) ? undefined : await this.#options.texts.read(id);
    // Another window may have asked meanwhile.
    const session =
      this.#sessions.get(id) ?? this.#make(id, target, size, { text: kept?.text ?? "", textFrom: kept?.at ?? null });
    return session.snapshot();
  }

  #make(
    id: string,
    target: Target,
    size: { columns: number; rows: number },
    restored?: ShellSessionOptions["restored"],
  ): ShellSession {
    if (this.#sessions.size >= LIMITS.sessions)
      throw new CulvertError("too-many-shells", `${LIMITS.sessions} are open`);
    const { clock, connector } = this.#options;
    const session: ShellSession = new ShellSession({
      id,
      target,
      ...size,
      clock,
      connector,
      ...(restored === undefined ? {} : { restored }),
      onChange: () => this.#changed(session),
      onText: () => this.#saver.note(id),
    });
    this.#sessions.set(id, session);
    return session;
  }

  async #saveText(id: string, goesOn: () => boolean): Promise<void> {
    const { texts, clock } = this.#options;
    const session = this.#sessions.get(id);
    if (session === undefined || !texts.isOn) return;
    const text = await session.text(KEPT_TEXT_BYTES, goesOn);
    // A shell may have been closed while its text was taken: nothing of it is written down again.
    if (text !== undefined && this.#sessions.get(id) === session)
      await texts.put(id, session.accountId, { text, at: clock.wall() });
  }

  /** Writes down what is not yet, before the end. */
  settle(): Promise<void> {
    return this.#saver.settle();
  }

  /** A person is done with the shell: its text goes with it. It may be one that was never restored. */
  async end(id: string): Promise<void> {
    if (this.#sessions.has(id)) this.close(id);
    else if ((await this.#options.texts.read(id)) === undefined) throw new CulvertError("not-found", `shell ${id}`);
    await this.#options.texts.forget(id);
  }

  /** A new state is told at once; titles and stages at most once an interval, for a program can change them for ever. */
  #changed(session: ShellSession): void {
    if (!this.#sessions.has(session.id)) return;
    const announced = this.#announced.get(session.id);
    if (announced !== undefined && announced.state === session.state) {
      announced.isStale = true;
      return;
    }
    clearTimeout(announced?.timer);
    const timer = setTimeout(() => this.#announceAgain(session), CHANGE_INTERVAL_MS);
    this.#announced.set(session.id, { isStale: false, state: session.state, timer });
    this.#options.onChange(session.snapshot());
  }

  #announceAgain(session: ShellSession): void {
    const isStale = this.#announced.get(session.id)?.isStale === true;
    this.#announced.delete(session.id);
    if (isStale) this.#changed(session);
  }

  get(id: string): ShellSession {
    const session = this.#sessions.get(id);
    if (session === undefined) throw new CulvertError("not-found", `shell ${id}`);
    return session;
  }

  close(id: string): void {
    const session = this.get(id);
    this.#sessions.delete(id);
    this.#saver.forget(id);
    clearTimeout(this.#announced.get(id)?.timer);
    this.#announced.delete(id);
    for (const [channel, held] of this.#viewers) if (held.session === session) this.#viewers.delete(channel);
    session.dispose();
    this.#options.onClose(id);
  }

  /** Shells of a host that is called otherwise now go on, and come back, under its new name. */
  renameApp(accountId: string, from: string, to: string): void {
    if (from === to) return;
    for (const session of this.#sessions.values()) if (session.accountId === accountId) session.renameApp(from, to);
  }

  closeAccount(accountId: string): void {
    for (const session of [...this.#sessions.values()]) if (session.accountId === accountId) this.close(session.id);
    void this.#options.texts.forgetAccount(accountId);
  }

  /** The channel on which frames follow. */
  attach(id: string, columns: number, rows: number): number {
    const session = this.get(id);
    const viewer = new Viewer(this.#nextChannel++, this.#options.sendFrame);
    this.#viewers.set(viewer.channel, { viewer, session });
    if (!isKept(session)) session.resize(columns, rows);
    // After the answer that names the channel is on its way.
    setImmediate(() => this.#show(session, viewer));
    return viewer.channel;
  }

  #show(session: ShellSession, viewer: Viewer): void {
    if (!this.#viewers.has(viewer.channel)) return;
    if (isKept(session)) {
      this.#viewers.delete(viewer.channel);
      void session.give(viewer);
      return;
    }
    for (const [channel, held] of this.#viewers) {
      if (held.session === session && held.viewer !== viewer) this.#viewers.delete(channel);
    }
    void session.attach(viewer);
  }

  /** A frame from a window. One of an unknown channel or kind is ignored: its session may just have closed. */
  receiveFrame(message: Uint8Array): void {
    const frame = decodeFrame(message);
    const held = frame === undefined ? undefined : this.#viewers.get(frame.channel);
    if (frame === undefined || held === undefined) return;
    const { viewer, session } = held;
    if (frame.kind === "input") session.input(frame.payload);
    if (frame.kind === "paste") session.paste(frame.payload, () => viewer.taken(frame.payload.length));
    if (frame.kind === "drawn") session.drawn(viewer, decodeDrawn(frame.payload) ?? 0);
    if (frame.kind === "detach") {
      this.#viewers.delete(viewer.channel);
      session.detach(viewer);
    }
  }

  dispose(): void {
    this.#saver.dispose();
    for (const id of [...this.#sessions.keys()]) this.close(id);
  }
}

/** A shell that is over has its end for every window to see, and comes back where it was worked with. */
function isKept(session: ShellSession): boolean {
  return session.isOver && session.isShown;
}
