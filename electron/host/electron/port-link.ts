import type { MessagePortMain } from "electron";
import type { Disposable } from "../../base/dispose.ts";
import { Emitter } from "../../base/emitter.ts";
import type { Link } from "../link.ts";

/** A link over one MessagePort to the page. */
export class PortLink implements Link {
  /** Electron does not tell; the terminals' credit bounds what can be under way. */
  readonly bufferedAmount = 0;
  readonly #port: MessagePortMain;
  readonly #messages = new Emitter<unknown>();
  readonly #closed = new Emitter<void>();
  #open = true;

  constructor(port: MessagePortMain) {
    this.#port = port;
    port.on("message", (event) => this.#messages.fire(event.data));
    port.on("close", () => this.#onClose());
    port.start();
  }

  send(message: string | Uint8Array): void {
    if (this.#open) this.#port.postMessage(message);
  }

  onMessage(listener: (message: unknown) => void): Disposable {
    return this.#messages.on(listener);
  }

  onClose(listener: () => void): Disposable {
    return this.#closed.on(listener);
  }

  close(): void {
    if (!this.#open) return;
    this.#port.close();
    this.#onClose();
  }

  #onClose(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#closed.fire();
  }
}
