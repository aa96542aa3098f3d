import { randomBytes } from "node:crypto";
import { CulvertError } from "../../base/errors.ts";
import { clampPrivateKey, KEY_LENGTH, publicKeyOf } from "../../crypto/x25519.ts";
import { PlatformClient } from "../../platform/client.ts";
import { peerConfig } from "../../platform/peer-config.ts";
import { formatConfigFile } from "../../wireguard/config-text.ts";

export interface NewPeerOptions {
  /** URL of the platform's API. */
  readonly api: string;
  readonly token: string;
  /** Culvert's, for the User-Agent. */
  readonly version: string;
}

export interface NewPeerFile {
  readonly orgSlug: string;
  /** A wg-quick file with the new peer's private key: it belongs into a 0600 file only. */
  readonly text: string;
}

/** The whole subnet of a peer is its own (fly-platform.md section 3). */
const OWN_SUBNET_BITS = 120;

/** Makes a peer in the first shared organization, as anybody with a token may, and writes down how to use it. */
export async function newPeerFile({ api, token, version }: NewPeerOptions): Promise<NewPeerFile> {
  const client = new PlatformClient({ endpoint: api, token, version });
  const organizations = await client.organizations();
  const organization = organizations.find(({ kind }) => kind === "shared") ?? organizations[0];
  if (organization === undefined) throw new CulvertError("not-found", "the token sees no organization");
  const privateKey = clampPrivateKey(randomBytes(KEY_LENGTH));
  const answer = await client.addPeer({
    organizationId: organization.id,
    name: `culvert-file-${randomBytes(4).toString("hex")}`,
    publicKeyBase64: Buffer.from(publicKeyOf(privateKey)).toString("base64"),
  });
  const { address, dns, allowedIps, endpoint, gatewayPublicKey, persistentKeepaliveSeconds } = peerConfig(answer);
  const { host, port } = endpoint;
  const text = formatConfigFile({
    interface: { privateKey, addresses: [{ address, length: OWN_SUBNET_BITS }], dns: [dns], searchDomains: [] },
    peers: [{ publicKey: gatewayPublicKey, allowedIps, endpoint: { host, port }, persistentKeepaliveSeconds }],
  });
  return { orgSlug: organization.slug, text };
}
