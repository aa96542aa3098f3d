import { ADDRESS_ROOM, AF_INET, AF_INET6, writeAddress } from "./socket-address.ts";
import type { SystemCalls } from "./system-calls.ts";

const SOCK_DGRAM = 2;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const IPPROTO_IPV6 = 41;
const IPV6_V6ONLY = 26;

/** What the calls below point to; it is there as long as this module. */
const scratch = new DataView(new ArrayBuffer(ADDRESS_ROOM));

/** A UDP socket without a place, to be given to Node (`bind({ fd })`), which closes it. IPv6 is IPv6 alone. */
export function openSocket(calls: SystemCalls, family: 4 | 6): number | undefined {
  const fd = calls.socket(family === 4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) return undefined;
  if (family === 4 || setFlag(calls, fd, IPPROTO_IPV6, IPV6_V6ONLY, true)) return fd;
  calls.close(fd);
  return undefined;
}

/**
 * Gives the socket its place; false when the system refuses. Not before Node has the socket: Node lets others share the port
 * of a socket that it is given (SO_REUSEADDR), and whoever does may take its datagrams.
 */
export function bindSocket(calls: SystemCalls, fd: number, address: Uint8Array, port: number): boolean {
  if (!setFlag(calls, fd, SOL_SOCKET, SO_REUSEADDR, false)) return false;
  const length = writeAddress(scratch, 0, address, port);
  return calls.bind(fd, calls.addressOf(scratch.buffer), length) === 0;
}

function setFlag(calls: SystemCalls, fd: number, level: number, name: number, isOn: boolean): boolean {
  scratch.setInt32(0, isOn ? 1 : 0, true);
  return calls.setOption(fd, level, name, calls.addressOf(scratch.buffer), Int32Array.BYTES_PER_ELEMENT) === 0;
}
