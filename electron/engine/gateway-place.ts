import { lookup } from "node:dns/promises";
import { CulvertError } from "../base/errors.ts";
import type { Endpoint } from "../wireguard/seam.ts";
import { udpEndpoint } from "./udp-bind.ts";

export function familyOf(endpoint: Endpoint): 4 | 6 {
  return endpoint.address.length === 4 ? 4 : 6;
}

/** The system resolver's first answer: the gateway itself lies outside the tunnel. Fails with gateway-unresolved. */
export async function resolveEndpoint(host: string, port: number): Promise<Endpoint> {
  try {
    const { address } = await lookup(host);
    const endpoint = udpEndpoint(address, port);
    if (endpoint !== undefined) return endpoint;
  } catch (error) {
    throw new CulvertError("gateway-unresolved", host, { cause: error });
  }
  throw new CulvertError("gateway-unresolved", host);
}
