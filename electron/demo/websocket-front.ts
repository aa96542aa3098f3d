import { once } from "node:events";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import type { Disposable } from "../base/dispose.ts";
import { parseIp } from "../base/ip-address.ts";
import { RecordPacer } from "../engine/carriers/record-pacer.ts";
import { RecordReader } from "../engine/carriers/record-stream.ts";
import { type DatagramSink, type Endpoint, endpointOf } from "../wireguard/seam.ts";
import { createSelfSigned } from "./websocket-certificate.ts";

export interface WebsocketFrontOptions {
  readonly host: string;
  readonly port: number;
  /** `datagram` may be written to and is valid during the call only. */
  onDatagram(datagram: Uint8Array, from: Endpoint): void;
}

const MOST_MESSAGE_BYTES = 1024 * 1024;
const UNSUPPORTED_DATA = 1003;
const PROTOCOL_ERROR = 1002;

/** The gateway's WebSocket (fly-platform.md section 4), as strict as flyctl is: messages must say that they are text. */
export class WebsocketFront implements DatagramSink, Disposable {
  readonly #options: WebsocketFrontOptions;
  readonly #server: Server;
  readonly #sockets: WebSocketServer;
  readonly #clients = new Map<string, RecordPacer>();

  private constructor(options: WebsocketFrontOptions) {
    this.#options = options;
    this.#server = createServer(createSelfSigned("culvert demo gateway", Date.now()));
    this.#sockets = new WebSocketServer({
      server: this.#server,
      skipUTF8Validation: true,
      perMessageDeflate: false,
      maxPayload: MOST_MESSAGE_BYTES,
    });
    this.#sockets.on("connection", (socket, request) => {
      const { remoteAddress = "127.0.0.1", remotePort = 0 } = request.socket;
      this.#accept(socket, remoteAddress, remotePort);
    });
    // The server's own errors come here as well; once it listens, each concerns one connection.
    this.#sockets.on("error", () => undefined);
  }

  /** Rejects when the port is taken. */
  static async open(options: WebsocketFrontOptions): Promise<WebsocketFront> {
    const front = new WebsocketFront(options);
    front.#server.listen(options.port, options.host);
    await once(front.#server, "listening");
    return front;
  }

  get port(): number {
    // A server that listens on a port has an address of this form.
    return (this.#server.address() as AddressInfo | null)?.port ?? 0;
  }

  sendDatagram(datagram: Uint8Array, to: Endpoint): void {
    this.#clients.get(to.key)?.send(datagram);
  }

  /** Cuts every connection. */
  dispose(): void {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#sockets.close();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #accept(socket: WebSocket, address: string, port: number): void {
    const ip = parseIp(address.replace(/^::ffff:/, ""));
    if (ip === undefined) {
      socket.terminate();
      return;
    }
    const from = endpointOf({ carrier: "websocket", host: ip.text, port, address: ip.bytes });
    const pacer = new RecordPacer({ socket, withMagic: false });
    const reader = new RecordReader({
      expectMagic: true,
      onDatagram: (datagram) => {
        this.#options.onDatagram(datagram, from);
        return undefined;
      },
    });
    this.#clients.set(from.key, pacer);
    socket.on("message", (data, isBinary) => {
      if (isBinary) socket.close(UNSUPPORTED_DATA);
      else if (data instanceof Uint8Array && reader.push(data) !== undefined) socket.close(PROTOCOL_ERROR);
    });
    socket.on("error", () => socket.terminate());
    socket.on("close", () => {
      pacer.dispose();
      this.#clients.delete(from.key);
    });
  }
}
