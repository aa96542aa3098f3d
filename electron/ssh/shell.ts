import type { Disposable } from "../base/dispose.ts";
import type { CulvertError } from "../base/errors.ts";

/** How a remote program ended. `error` says why when it was not the program that ended it. */
export interface ShellExit {
  /** 0..255 as a rule; null when a signal or a failure ended it. */
  code: number | null;
  /** "SIGTERM" and so on. */
  signal: string | null;
  error?: CulvertError;
}

/** A running remote program: a shell with a terminal, or one command. */
export interface SshShell extends Disposable {
  /** Output in order. Nothing is read from the window before the first listener is there. */
  onData(listener: (bytes: Uint8Array) => void): Disposable;
  /** Standard error of a program without a terminal. */
  onStderr(listener: (bytes: Uint8Array) => void): Disposable;
  /** Stops delivery; once the SSH window is full the program blocks. */
  pause(): void;
  resume(): void;
  /** False asks to wait for `onDrain`. Bytes written after the end are dropped. */
  write(bytes: Uint8Array): boolean;
  onDrain(listener: () => void): Disposable;
  /** Ends standard input. */
  end(): void;
  resize(columns: number, rows: number): void;
  /** Resolves once, after all output was delivered; never rejects. */
  readonly exit: Promise<ShellExit>;
}
