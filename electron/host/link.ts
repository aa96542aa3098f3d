import type { Disposable } from "../base/dispose.ts";

/**
 * An ordered pipe of whole messages to one window: JSON text for control, bytes for terminal frames. Electron's is one
 * MessagePort, the browser edition's one WebSocket. What comes in is unchecked: the other side may be anything.
 */
export interface Link {
  /** Bytes are copied or handed to the system before the call returns. Does nothing once closed. */
  send(message: string | Uint8Array): void;
  onMessage(listener: (message: unknown) => void): Disposable;
  /** Called once, whoever closed. */
  onClose(listener: () => void): Disposable;
  /** Bytes accepted by `send` and not yet given to the system; 0 where that is not known. */
  readonly bufferedAmount: number;
  close(): void;
}
