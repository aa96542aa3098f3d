/**
 * What the gateway can be told to do wrong, or to do as Fly's gateways do (fly-platform.md section 8): for tests of a
 * client's first contact and of its recovery. All may be switched while it runs.
 */
export interface GatewayModes {
  /** A new peer is unknown for so long after the platform has made it. */
  readonly latePeerMs: number;
  /** A new peer is installed when its first initiation comes; that one is not answered, the peer is called instead. */
  readonly callBack: boolean;
  /** What the gateway's question about an unknown caller takes. */
  readonly lookupMs: number;
  /** So many of the next initiations are lost; counts down. */
  readonly dropInitiations: number;
  /** Nobody is known, whatever the platform says. */
  readonly unknownPeers: boolean;
  /** Every handshake must carry a cookie. */
  readonly underLoad: boolean;
  /** Nothing comes or goes over UDP; the WebSocket works. */
  readonly udpBlocked: boolean;
}

export const ORDINARY_MODES: GatewayModes = {
  latePeerMs: 0,
  callBack: false,
  lookupMs: 0,
  dropInitiations: 0,
  unknownPeers: false,
  underLoad: false,
  udpBlocked: false,
};

/** The switches of a running gateway. */
export interface GatewayControl {
  readonly modes: GatewayModes;
  set(modes: Partial<GatewayModes>): void;
  /** Forgets a peer, or all, as the gateways do with idle ones: installed again when it calls, as under `callBack`. */
  evict(publicKey?: Uint8Array): void;
}
