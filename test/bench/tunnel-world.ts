/** What both ends of the tunnel bench agree on. */
export const PEER_ADDRESS = "fdcb::1";
export const CLIENT_ADDRESS = "fdcb::2";
export const PORTS = { source: 7001, sink: 7002, echo: 7003 } as const;
export const MTU = 1420;
export const PAYLOAD_BYTES = MTU - 40 - 32;
