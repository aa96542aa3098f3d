/** What we use of WebAssembly: Node's types leave it to the DOM library, which does not belong here. */

export interface WebAssemblyMemory {
  readonly buffer: ArrayBuffer;
}

interface WebAssemblyApi {
  validate(binary: Uint8Array): boolean;
  readonly Memory: new (pages: { initial: number; maximum: number }) => WebAssemblyMemory;
  readonly Module: new (binary: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: KernelExports };
}

declare const WebAssembly: WebAssemblyApi | undefined;

/** assembly/index.ts. Addresses and lengths in bytes; nothing is checked. */
export interface KernelExports {
  readonly MEMORY_BASE: { readonly value: number };
  seal(key: number, counterLow: number, counterHigh: number, text: number, length: number): void;
  open(key: number, counterLow: number, counterHigh: number, sealed: number, length: number): number;
  sealRun(
    key: number,
    counterLow: number,
    counterHigh: number,
    text: number,
    length: number,
    spacing: number,
    count: number,
  ): void;
  sealBatch(key: number, records: number, count: number): void;
  openBatch(key: number, records: number, count: number): void;
  sealWith(
    key: number,
    nonce0: number,
    nonce1: number,
    nonce2: number,
    aad: number,
    aadLength: number,
    text: number,
    length: number,
  ): void;
  openWith(
    key: number,
    nonce0: number,
    nonce1: number,
    nonce2: number,
    aad: number,
    aadLength: number,
    sealed: number,
    length: number,
  ): number;
  internetSum(from: number, length: number): number;
  repeatPacket(
    packet: number,
    headerLength: number,
    payloadLength: number,
    spacing: number,
    count: number,
    counterAt: number,
    sumAt: number,
    payloads: number,
  ): void;
  poly1305(key: number, text: number, length: number, to: number): void;
  wipe(): void;
}

export interface Instance {
  readonly memory: WebAssemblyMemory;
  readonly exports: KernelExports;
}

/** Undefined where this engine has no WebAssembly, no SIMD in it, or no address space left for the memory. */
export function instantiate(binary: Uint8Array, pages: number): Instance | undefined {
  if (typeof WebAssembly === "undefined" || !WebAssembly.validate(binary)) return undefined;
  try {
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(binary), { env: { memory } });
    return { memory, exports };
  } catch {
    return undefined; // RangeError: a memory reserves some gigabytes of addresses, which a limit may forbid
  }
}
