/** One TCP connection between our stack and scapy: the peer's segments as the test names them, ours as they come. */
import { parseIp } from "../../../electron/base/ip-address.ts";
import type { TcpConnection, TcpListener, TcpOptions } from "../../../electron/netstack/tcp/connection.ts";
import { DELAYED_ACK_MS } from "../../../electron/netstack/tcp/tuning.ts";
import { type Answer, layerOf, type RawPeer, THEM, US } from "./raw-peer.ts";

/** Sequence numbers count from each sender's ISS, acknowledgements from the receiver's. */
export interface Told {
  readonly flags?: string;
  readonly seq?: number;
  readonly ack?: number;
  readonly wnd?: number;
  /** A Python expression for bytes. */
  readonly data?: string;
  /** Scapy's list of TCP options, in Python. */
  readonly options?: string;
  /** More of TCP's fields, in Python. */
  readonly more?: string;
}

export interface Seen {
  readonly flags: string;
  readonly seq: number;
  readonly ack: number;
  readonly wnd: number;
  readonly length: number;
  readonly mss?: number;
  readonly scale?: number;
  readonly sackOk?: boolean;
  /** TSval and TSecr. */
  readonly stamps?: readonly number[];
  readonly sack?: readonly number[];
}

const FIRST_PORT = 5_000;
let lastPort = FIRST_PORT;

export class RawTcp {
  readonly peer: RawPeer;
  readonly family: 4 | 6;
  /** The peer's port and ISS; ours are learnt from our SYN. */
  readonly port = ++lastPort;
  iss = 1_000_000 + lastPort;
  ourPort = 0;
  ourIss = 0;
  /** What happened to our side, in order. */
  readonly log: string[] = [];
  #connection: TcpConnection | undefined;
  #listener: TcpListener | undefined;

  constructor(peer: RawPeer, family: 4 | 6) {
    this.peer = peer;
    this.family = family;
  }

  /** Our side; an error before it exists. */
  get connection(): TcpConnection {
    if (this.#connection === undefined) throw new Error("there is no connection yet");
    return this.#connection;
  }

  /** We connect; the answer is our SYN. */
  async connect(options: TcpOptions = {}): Promise<Seen> {
    const { us } = this.peer;
    const remote = parseIp(THEM[this.family])!;
    this.#adopt(us.stack.connectTcp({ remote, port: this.port, options }, us.now()));
    return this.#learn(await this.peer.next());
  }

  /** We connect, and are answered: established, with nothing in flight. */
  async established(options: TcpOptions = {}, answer: Told = {}): Promise<this> {
    await this.connect(options);
    const [ack] = await this.exchange({ flags: "SA", seq: 0, ack: 1, options: "[('MSS',1220)]", ...answer });
    if (ack?.flags !== "A") throw new Error(`the handshake failed: ${JSON.stringify(ack)}`);
    return this;
  }

  /** We listen on the peer's number of port; connections are taken as they come. */
  listen(options: TcpOptions = {}): void {
    this.ourPort = this.port;
    this.#listener = this.peer.us.stack.listenTcp({ port: this.ourPort, options }, (connection) =>
      this.#adopt(connection),
    );
  }

  /** The peer connects to where we listen; the answer is our SYN|ACK. */
  async syn(told: Told = {}): Promise<Seen> {
    const [answer] = await this.peer.exchange(this.segment({ flags: "S", seq: 0, ...told }));
    if (answer === undefined) throw new Error("no answer to the SYN");
    return this.#learn(answer);
  }

  /** The scapy expression of a segment of the peer's. */
  segment({ flags = "A", seq = 1, ack = 1, wnd = 65_535, data = "b''", options = "[]", more = "" }: Told): string {
    const header = `${this.family === 6 ? "IPv6" : "IP"}(src='${THEM[this.family]}',dst='${US[this.family]}')`;
    const acknowledged = flags.includes("A") ? (this.ourIss + ack) >>> 0 : 0;
    const fields = [
      `sport=${this.port}`,
      `dport=${this.ourPort}`,
      `flags='${flags}'`,
      `seq=${(this.iss + seq) >>> 0}`,
      `ack=${acknowledged}`,
      `window=${wnd}`,
      `options=${options}`,
      more,
    ];
    return `${header}/TCP(${fields.filter((field) => field !== "").join(",")})/Raw(${data})`;
  }

  /** Sends segments back to back; all that this connection answers with. */
  async exchange(...told: readonly Told[]): Promise<Seen[]> {
    const answers = await this.peer.exchange(...told.map((segment) => this.segment(segment)));
    return answers.map((answer) => this.read(answer));
  }

  /** A delayed acknowledgement of what was sent so far goes out, unseen, so that it is no answer to what comes next. */
  async settle(): Promise<void> {
    this.peer.us.age(DELAYED_ACK_MS + 1);
    await this.peer.exchange();
  }

  /** The next segment of ours, which a timer sends. */
  async next(): Promise<Seen> {
    return this.read(await this.peer.next());
  }

  write(length: number): void {
    this.connection.write(new Uint8Array(length).fill(0x61), this.peer.us.now());
  }

  /** All that can be read, as text. */
  readAll(): string {
    const data = this.connection.read(1 << 24, this.peer.us.now());
    return data === undefined ? "" : Buffer.from(data).toString("latin1");
  }

  /** Leaves nothing behind for the next row. */
  async end(): Promise<void> {
    this.#listener?.close(this.peer.us.now());
    this.#connection?.abort(this.peer.us.now());
    await this.peer.exchange();
  }

  read(answer: Answer): Seen {
    const tcp = layerOf(answer, "TCP");
    if (tcp === undefined) throw new Error(`no TCP: ${JSON.stringify(answer.layers)}`);
    if (!answer.sound) throw new Error(`a checksum is wrong: ${JSON.stringify(answer.layers)}`);
    const flags = String(tcp["flags"]);
    const headers = (this.family === 6 ? 40 : 20) + Number(tcp["dataofs"]) * 4;
    return {
      flags,
      seq: (Number(tcp["seq"]) - this.ourIss) | 0,
      ack: flags.includes("A") ? (Number(tcp["ack"]) - this.iss) | 0 : 0,
      wnd: Number(tcp["window"]),
      length: answer.bytes.length - headers,
      ...optionsOf(tcp["options"]),
    };
  }

  #learn(answer: Answer): Seen {
    const tcp = layerOf(answer, "TCP");
    this.ourPort = Number(tcp?.["sport"]);
    this.ourIss = Number(tcp?.["seq"]);
    return this.read(answer);
  }

  #adopt(connection: TcpConnection): void {
    this.#connection = connection;
    connection.handler = {
      onEstablished: () => this.log.push("established"),
      onReadable: () => undefined,
      onWritable: () => undefined,
      onEnd: () => this.log.push("end"),
      onClosed: (error) => this.log.push(error === undefined ? "closed" : error.code),
    };
  }
}

function optionsOf(options: unknown): Partial<Seen> {
  const seen: Record<string, unknown> = {};
  for (const option of Array.isArray(options) ? options : []) {
    const [name, value]: unknown[] = Array.isArray(option) ? option : [];
    if (name === "MSS") seen["mss"] = value;
    else if (name === "WScale") seen["scale"] = value;
    else if (name === "SAckOK") seen["sackOk"] = true;
    else if (name === "Timestamp") seen["stamps"] = value;
    else if (name === "SAck") seen["sack"] = value;
  }
  return seen;
}
