/** UDP sockets: RFC 768, RFC 1122 section 4.1, RFC 8085. */
import { CulvertError } from "../base/errors.ts";
import { formatHostPort, type IpAddress } from "../base/ip-address.ts";
import { type AddressTable, isMulticast } from "./address-table.ts";
import type { ErrorCode } from "./error-code.ts";
import type { IcmpErrors } from "./icmp-errors.ts";
import type { IpDatagram } from "./ip-input.ts";
import { type IpOutput, MOST_PAYLOAD } from "./ip-output.ts";
import type { StackCounters } from "./stats.ts";
import type { DatagramListener, UdpBinding, UdpErrorListener, UdpPeer, UdpSocket } from "./udp-socket.ts";
import { pseudoHeaderSum } from "./wire/checksum.ts";
import { UDP } from "./wire/protocols.ts";
import { emitUdp, parseUdp, UDP_HEADER } from "./wire/udp.ts";

// Our tuning. Ephemeral ports as TCP's; destinations remembered to tell true ICMP errors from invented ones.
const FIRST_EPHEMERAL = 16_000;
const EPHEMERAL_PORTS = 65_536 - FIRST_EPHEMERAL;
const REMEMBERED_PEERS = 16;

export class UdpLayer {
  readonly #addresses: AddressTable;
  readonly #output: IpOutput;
  readonly #errors: IcmpErrors;
  readonly #counters: StackCounters;
  readonly #random: (length: number) => Uint8Array;
  readonly #sockets = new Map<number, Socket[]>();

  constructor(
    addresses: AddressTable,
    output: IpOutput,
    errors: IcmpErrors,
    counters: StackCounters,
    random: (length: number) => Uint8Array,
  ) {
    this.#addresses = addresses;
    this.#output = output;
    this.#errors = errors;
    this.#counters = counters;
    this.#random = random;
  }

  open(at: UdpBinding, onDatagram: DatagramListener, onError: UdpErrorListener | undefined): UdpSocket {
    if (at.address !== undefined && !this.#addresses.has(at.address))
      throw new CulvertError("host-unreachable", `${at.address.text} is not an address of this tunnel`);
    const port = at.port === undefined || at.port === 0 ? this.#freePort() : at.port;
    if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new CulvertError("internal", `no port: ${port}`);
    const sharers = this.#sockets.get(port) ?? [];
    const clash = sharers.some(
      (s) => s.address === undefined || at.address === undefined || s.address.text === at.address.text,
    );
    if (clash) throw new CulvertError("port-in-use", `UDP port ${port} inside the tunnel`);
    const socket: Socket = {
      address: at.address,
      port,
      onDatagram,
      onError,
      peers: [],
      open: true,
      send: (payload, to, now) => this.#send(socket, payload, to, now),
      dispose: () => this.#close(socket),
    };
    this.#sockets.set(port, [...sharers, socket]);
    return socket;
  }

  receive(datagram: IpDatagram, now: number): void {
    const { local, remote, packet, offset, end } = datagram;
    // Nobody here joins groups, and an answer to one is what amplifiers are made of.
    if (datagram.multicast) {
      this.#counters.drop("udp-multicast");
      return;
    }
    const segment = packet.subarray(offset, end);
    const header = parseUdp(segment, remote.version, (length) =>
      pseudoHeaderSum(remote.bytes, local.bytes, UDP, length),
    );
    if (typeof header === "string") {
      this.#counters.drop(header);
      return;
    }
    const socket = this.#find(local, header.destinationPort);
    if (socket === undefined) {
      this.#counters.drop("udp-port-closed");
      this.#errors.portUnreachable(datagram, now);
      return;
    }
    socket.onDatagram(
      segment.subarray(UDP_HEADER, header.length),
      { address: remote, port: header.sourcePort },
      local,
      now,
    );
  }

  /** We did send from `localPort` to that place a short while ago. */
  hasSent(local: IpAddress, localPort: number, remote: IpAddress, remotePort: number): boolean {
    return this.#sender(local, localPort, remote, remotePort) !== undefined;
  }

  /** An ICMP error quoted a datagram; false when it is not one of ours. */
  onError(
    local: IpAddress,
    localPort: number,
    remote: IpAddress,
    remotePort: number,
    code: ErrorCode,
    now: number,
  ): boolean {
    const socket = this.#sender(local, localPort, remote, remotePort);
    socket?.onError?.(code, { address: remote, port: remotePort }, now);
    return socket !== undefined;
  }

  dispose(): void {
    for (const sharers of this.#sockets.values()) for (const socket of sharers) socket.open = false;
    this.#sockets.clear();
  }

  #find(local: IpAddress, port: number): Socket | undefined {
    return this.#sockets.get(port)?.find((s) => s.address === undefined || s.address.text === local.text);
  }

  #sender(local: IpAddress, localPort: number, remote: IpAddress, remotePort: number): Socket | undefined {
    const socket = this.#find(local, localPort);
    const place = formatHostPort(remote.text, remotePort);
    return socket?.peers.includes(place) === true ? socket : undefined;
  }

  #send(socket: Socket, payload: Uint8Array, to: UdpPeer, now: number): void {
    if (!socket.open) throw new CulvertError("internal", "the UDP socket is closed");
    if (payload.length > MOST_PAYLOAD - UDP_HEADER)
      throw new CulvertError("internal", `no datagram holds ${payload.length} bytes`);
    const local =
      socket.address?.version === to.address.version ? socket.address : this.#addresses.sourceFor(to.address);
    if (local === undefined || isMulticast(to.address) || (socket.address !== undefined && local !== socket.address))
      throw new CulvertError("host-unreachable", to.address.text);
    const place = formatHostPort(to.address.text, to.port);
    if (!socket.peers.includes(place)) {
      socket.peers.push(place);
      if (socket.peers.length > REMEMBERED_PEERS) socket.peers.shift();
    }
    const room = this.#output.beginDatagram(to.address, UDP_HEADER + payload.length, now);
    const pseudoSum = pseudoHeaderSum(local.bytes, to.address.bytes, UDP, room.length);
    emitUdp(room, socket.port, to.port, payload, pseudoSum);
    this.#output.commitDatagram(local, to.address, UDP, room, now);
  }

  /** RFC 6056: a random port. After many misses the search goes on in order, so that it ends. */
  #freePort(): number {
    const drawn = this.#random(4);
    const start = new DataView(drawn.buffer, drawn.byteOffset, 4).getUint32(0);
    for (let i = 0; i < EPHEMERAL_PORTS; i++) {
      const port = FIRST_EPHEMERAL + ((start + i) % EPHEMERAL_PORTS);
      if (!this.#sockets.has(port)) return port;
    }
    throw new CulvertError("port-in-use", "no UDP port is free inside the tunnel");
  }

  #close(socket: Socket): void {
    if (!socket.open) return;
    socket.open = false;
    const rest = this.#sockets.get(socket.port)?.filter((s) => s !== socket) ?? [];
    if (rest.length > 0) this.#sockets.set(socket.port, rest);
    else this.#sockets.delete(socket.port);
  }
}

interface Socket extends UdpSocket {
  readonly onDatagram: DatagramListener;
  readonly onError: UdpErrorListener | undefined;
  /** Places that datagrams went to, the latest last. */
  readonly peers: string[];
  open: boolean;
}
