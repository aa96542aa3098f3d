import { constants, endianness } from "node:os";

/**
 * Linux's calls that move many datagrams at once, which Node has none for: recvmmsg(2), and sendmsg(2) with UDP_SEGMENT
 * (udp(7)). They are reached with koffi, which may be absent, as on other systems: then a socket is Node's alone.
 *
 * What is passed are addresses as numbers. Whoever passes one holds the memory, for as long as the kernel may touch it: the
 * call itself.
 */
export interface SystemCalls {
  socket(domain: number, type: number): number;
  bind(fd: number, address: number, length: number): number;
  setOption(fd: number, level: number, name: number, value: number, length: number): number;
  close(fd: number): number;
  /** Does not wait; the number of datagrams, or -1. */
  receiveMany(fd: number, vector: number, count: number): number;
  /** The number of bytes, or -1. */
  sendMessage(fd: number, header: number): number;
  /** Where memory outside of V8's heap begins: that of an ArrayBuffer that is neither resized nor handed on. */
  addressOf(memory: ArrayBuffer): number;
  /** Why the last call failed, for example "EAGAIN". */
  lastError(): string;
}

const MSG_DONTWAIT = 0x40;
let loaded: Promise<SystemCalls | undefined> | undefined;

/** The calls; undefined where they are not to be had. `CULVERT_PLAIN_UDP=1` does without them. */
export function systemCalls(): Promise<SystemCalls | undefined> {
  loaded ??= isKnownHere() ? load() : Promise.resolve(undefined);
  return loaded;
}

/** The layouts in this folder are those of Linux with 64-bit little-endian words. */
function isKnownHere(): boolean {
  const { platform, arch, env } = process;
  const { CULVERT_PLAIN_UDP: plain } = env;
  return platform === "linux" && (arch === "x64" || arch === "arm64") && endianness() === "LE" && plain !== "1";
}

async function load(): Promise<SystemCalls | undefined> {
  try {
    const { default: koffi } = await import("koffi");
    const library = koffi.load(null);
    const call = (definition: string): ((...values: (number | ArrayBuffer)[]) => number) => {
      const native: (...values: (number | ArrayBuffer)[]) => unknown = library.func(definition);
      return (...values) => Number(native(...values));
    };
    const names = new Map(Object.entries(constants.errno).map(([name, code]) => [code, name]));
    // With named parameters, not gathered ones: these two run for every packet or so.
    const recvmmsg: (fd: number, vector: number, count: number, flags: number, timeout: number) => unknown =
      library.func("int recvmmsg(int, uintptr_t, unsigned int, int, uintptr_t)");
    const sendmsg: (fd: number, header: number, flags: number) => unknown = library.func(
      "long sendmsg(int, uintptr_t, int)",
    );
    const socket = call("int socket(int, int, int)");
    const memmove = call("uintptr_t memmove(void *, void *, size_t)");
    return {
      socket: (domain, type) => socket(domain, type, 0),
      bind: call("int bind(int, uintptr_t, unsigned int)"),
      setOption: call("int setsockopt(int, int, int, uintptr_t, unsigned int)"),
      close: call("int close(int)"),
      receiveMany: (fd, vector, count) => Number(recvmmsg(fd, vector, count, MSG_DONTWAIT, 0)),
      sendMessage: (fd, header) => Number(sendmsg(fd, header, MSG_DONTWAIT)),
      // Moving nothing answers where it would have gone.
      addressOf: (memory) => memmove(memory, memory, 0),
      lastError: () => names.get(koffi.errno()) ?? `E${koffi.errno()}`,
    };
  } catch {
    return undefined;
  }
}
