import type { WebSocket } from "ws";
import { type Disposable, toDisposable } from "../../base/dispose.ts";
import { Emitter } from "../../base/emitter.ts";
import type { Link } from "../link.ts";

/** A link over one WebSocket. */
export class SocketLink implements Link {
  readonly #socket: WebSocket;
  readonly #messages = new Emitter<unknown>();

  constructor(socket: WebSocket) {
    this.#socket = socket;
    // With noServer and the default binaryType, binary messages are Buffers and text messages too.
    socket.on("message", (data, isBinary) =>
      this.#messages.fire(isBinary || !Buffer.isBuffer(data) ? data : data.toString("utf8")),
    );
    // A frame that is too long or malformed: ws closes the socket by itself.
    socket.on("error", () => undefined);
  }

  get bufferedAmount(): number {
    return this.#socket.bufferedAmount;
  }

  send(message: string | Uint8Array): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(message, () => undefined);
  }

  onMessage(listener: (message: unknown) => void): Disposable {
    return this.#messages.on(listener);
  }

  onClose(listener: () => void): Disposable {
    this.#socket.once("close", listener);
    return toDisposable(() => this.#socket.off("close", listener));
  }

  close(): void {
    this.#socket.close(1001);
  }
}
