import { formatHostPort } from "../base/ip-address.ts";
import type { NotApplied, WgConfig, WgConfigPeer } from "./config-file.ts";
import { keyToText } from "./config-values.ts";

/**
 * Writes `config` so that `parseConfigFile` gives it back, with the lines that are not applied where they are handed in.
 * Contains the private key: write it to a 0600 file only.
 */
export function formatConfigFile(config: WgConfig, notApplied: readonly NotApplied[] = []): string {
  const { privateKey, addresses, dns, searchDomains, mtu, listenPort } = config.interface;
  const lines = ["[Interface]", `PrivateKey = ${keyToText(privateKey)}`];
  if (addresses.length > 0)
    lines.push(`Address = ${addresses.map(({ address, length }) => `${address.text}/${length}`).join(", ")}`);
  const servers = [...dns.map((address) => address.text), ...searchDomains];
  if (servers.length > 0) lines.push(`DNS = ${servers.join(", ")}`);
  if (mtu !== undefined) lines.push(`MTU = ${mtu}`);
  if (listenPort !== undefined) lines.push(`ListenPort = ${listenPort}`);
  const asTheyWere = new Map<number | undefined, string[]>();
  for (const { peer, key, value } of notApplied) {
    const ofSection = asTheyWere.get(peer) ?? [];
    ofSection.push(`${key} = ${value}`);
    asTheyWere.set(peer, ofSection);
  }
  lines.push(...(asTheyWere.get(undefined) ?? []));
  for (const [index, peer] of config.peers.entries())
    lines.push("", ...peerLines(peer), ...(asTheyWere.get(index) ?? []));
  return `${lines.join("\n")}\n`;
}

function peerLines(peer: WgConfigPeer): string[] {
  const lines = ["[Peer]", `PublicKey = ${keyToText(peer.publicKey)}`];
  if (peer.presharedKey !== undefined) lines.push(`PresharedKey = ${keyToText(peer.presharedKey)}`);
  if (peer.endpoint !== undefined) {
    const { host, port } = peer.endpoint;
    lines.push(`Endpoint = ${formatHostPort(host, port)}`);
  }
  if (peer.allowedIps.length > 0)
    lines.push(`AllowedIPs = ${peer.allowedIps.map(({ address, length }) => `${address.text}/${length}`).join(", ")}`);
  if (peer.persistentKeepaliveSeconds !== undefined)
    lines.push(`PersistentKeepalive = ${peer.persistentKeepaliveSeconds}`);
  return lines;
}
