import { ADDRESS_ROOM, AF_INET, AF_INET6, writeAddress } from "./socket-address.ts";
import type { SystemCalls } from "./system-calls.ts";

const SOCK_DGRAM = 2;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const IPPROTO_IPV6 = 41;
const IPV6_V6ONLY = 26;

/**
 * A UDP socket that is bound and does not wait, to be given to Node (`bind({ fd })`), which closes it; undefined when the
 * system refuses. IPv6 is IPv6 alone.
 */
export function openSocket(calls: SystemCalls, address: Uint8Array, port: number): number | undefined {
  const isFour = address.length === 4;
  const fd = calls.socket(isFour ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) return undefined;
  const view = new DataView(new ArrayBuffer(ADDRESS_ROOM));
  const length = writeAddress(view, 0, address, port);
  const isBound =
    (isFour || setFlag(calls, fd, IPPROTO_IPV6, IPV6_V6ONLY, true)) &&
    calls.bind(fd, calls.addressOf(view.buffer), length) === 0;
  if (isBound) return fd;
  calls.close(fd);
  return undefined;
}

/** Node lets others have the port of a socket that it is given (SO_REUSEADDR): they could take its datagrams. */
export function keepPort(calls: SystemCalls, fd: number): void {
  setFlag(calls, fd, SOL_SOCKET, SO_REUSEADDR, false);
}

function setFlag(calls: SystemCalls, fd: number, level: number, name: number, isOn: boolean): boolean {
  const value = Int32Array.from([isOn ? 1 : 0]);
  return calls.setOption(fd, level, name, calls.addressOf(value.buffer), value.byteLength) === 0;
}
