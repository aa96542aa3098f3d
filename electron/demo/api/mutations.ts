import { parseIp } from "../../base/ip-address.ts";
import { apiError, found } from "./api-error.ts";
import { caLine, type IssueCertificateInput, issueCertificate } from "./certificates.ts";
import type { ApiContext } from "./context.ts";
import { machineRecord, networkName, organizationRecord } from "./records.ts";

export interface AddPeerInput {
  readonly organizationId: string;
  readonly name: string;
  readonly pubkey: string;
  readonly region?: string | null;
  readonly network?: string | null;
}

/** The fields of `Mutations`, under the names of schema.graphql; graphql-js has checked the arguments against it. */
export function mutations(context: ApiContext) {
  const { world } = context;
  /** Rails gives the caller's mark back; so do we. */
  const payload = <A, T extends object>(run: (input: A) => T) => {
    return ({ input }: { input: A & { clientMutationId?: string | null } }) => ({
      clientMutationId: input.clientMutationId ?? null,
      ...run(input),
    });
  };
  return {
    addWireGuardPeer: payload((input: AddPeerInput) => addPeer(context, input)),
    removeWireGuardPeer: payload(({ organizationId, name }: { organizationId: string; name: string }) => {
      const organization = found(world.organizationById(organizationId), "Organization");
      found(world.removePeer(organization.slug, name), "WireGuardPeer");
      return { organization: organizationRecord(context, organization) };
    }),
    validateWireGuardPeers: payload(({ peerIps }: { peerIps: readonly string[] }) => {
      const isKnown = (text: string): boolean => {
        const address = parseIp(text);
        return address !== undefined && world.peerAt(address) !== undefined;
      };
      return { validPeerIps: peerIps.filter(isKnown), invalidPeerIps: peerIps.filter((ip) => !isKnown(ip)) };
    }),
    issueCertificate: payload((input: IssueCertificateInput) => issueCertificate(context, input)),
    establishSshKey: payload(({ organizationId }: { organizationId: string }) => {
      found(world.organizationById(organizationId), "Organization");
      return { certificate: caLine(context) };
    }),
    startMachine: payload(({ id }: { id: string }) => {
      return { machine: machineRecord(context, found(world.startMachine(id), "Machine")) };
    }),
    stopMachine: payload(({ id }: { id: string }) => {
      return { machine: machineRecord(context, found(world.stopMachine(id), "Machine")) };
    }),
  };
}

function addPeer({ world, endpoint }: ApiContext, input: AddPeerInput) {
  const organization = found(world.organizationById(input.organizationId), "Organization");
  if (!/^[A-Za-z0-9+/]{43}=$/.test(input.pubkey))
    throw apiError("UNPROCESSABLE", "Validation failed: Pubkey is invalid");
  const network = input.network === "default" || input.network === "" ? null : input.network;
  const peer = world.addPeer({
    orgSlug: organization.slug,
    name: input.name,
    publicKey: Uint8Array.from(Buffer.from(input.pubkey, "base64")),
    region: input.region || undefined,
    network,
  });
  if ("refused" in peer) throw apiError("UNPROCESSABLE", `Validation failed: ${peer.refused}`);
  return {
    peerip: peer.address.text,
    endpointip: endpoint(),
    pubkey: Buffer.from(world.gatewayPublicKey).toString("base64"),
    network: networkName(world, peer.networkId),
  };
}
