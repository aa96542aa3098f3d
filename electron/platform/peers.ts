import { z } from "zod";
import type { Peer } from "../../shared/models.ts";
import { CulvertError } from "../base/errors.ts";
import { parseIp } from "../base/ip-address.ts";
import { normalizeNetwork } from "./apps.ts";
import { graphql } from "./graphql.ts";
import { connection, everyPage, PAGE_SIZE } from "./paging.ts";
import type { PeerAnswer } from "./peer-config.ts";
import { fittingRows, ROWS, shownText } from "./rows.ts";
import type { Transport } from "./transport.ts";

/** A peer as the platform lists it; which one is this computer's, the platform does not know. */
export type PlatformPeer = Omit<Peer, "thisComputer" | "leftBehind">;

export interface AddPeerInput {
  readonly organizationId: string;
  /** Letters, digits and dashes; unique in the organization. */
  readonly name: string;
  readonly publicKeyBase64: string;
  /** Without it the platform chooses. */
  readonly region?: string | undefined;
  /** Null or left out for the organization's default network. */
  readonly network?: string | null | undefined;
}

export interface RemovePeerInput {
  readonly organizationId: string;
  readonly name: string;
}

const LIST = graphql(`
  query Peers($slug: String!, $first: Int!, $after: String) {
    organization(slug: $slug) {
      wireGuardPeers(first: $first, after: $after) {
        nodes { id name pubkey region peerip network }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`);

const ADD = graphql(`
  mutation AddPeer($input: AddWireGuardPeerInput!) {
    addWireGuardPeer(input: $input) { peerip endpointip pubkey }
  }
`);

const REMOVE = graphql(`
  mutation RemovePeer($input: RemoveWireGuardPeerInput!) {
    removeWireGuardPeer(input: $input) { organization { id } }
  }
`);

const VALIDATE = graphql(`
  mutation ValidatePeers($input: ValidateWireGuardPeersInput!) {
    validateWireGuardPeers(input: $input) { invalidPeerIps }
  }
`);

const NODE = z.object({
  id: z.string(),
  name: z.string(),
  pubkey: z.string(),
  region: shownText,
  peerip: z.string(),
  network: z.string().nullable(),
});

const LIST_ANSWER = z.object({ organization: z.object({ wireGuardPeers: connection(NODE) }).nullable() });

const ADD_ANSWER = z.object({
  addWireGuardPeer: z.object({ peerip: z.string(), endpointip: z.string(), pubkey: z.string() }),
});

const REMOVE_ANSWER = z.object({ removeWireGuardPeer: z.object({ organization: z.object({ id: z.string() }) }) });

const VALIDATE_ANSWER = z.object({
  validateWireGuardPeers: z.object({ invalidPeerIps: z.array(z.string()) }),
});

/** Every peer of the organization, on all of its networks. */
export async function peers(transport: Transport, orgSlug: string, signal?: AbortSignal): Promise<PlatformPeer[]> {
  const nodes = await everyPage(async (after) => {
    const { organization } = await transport.query(
      LIST,
      LIST_ANSWER,
      { slug: orgSlug, first: PAGE_SIZE, after },
      signal,
    );
    if (organization === null) throw new CulvertError("not-found", `organization ${orgSlug}`);
    return organization.wireGuardPeers;
  }, transport.log);
  const peers = nodes.map(({ id, name, pubkey, region, peerip, network }) => ({
    id,
    name,
    region,
    address: peerip,
    publicKey: pubkey,
    network: normalizeNetwork(network),
  }));
  return fittingRows(peers, ROWS.peer, transport.log);
}

/** Rejects with `peer-rejected` and the platform's words when it does not want this peer. */
export async function addPeer(transport: Transport, input: AddPeerInput, signal?: AbortSignal): Promise<PeerAnswer> {
  const { organizationId, name, publicKeyBase64, region, network } = input;
  const variables = {
    input: {
      organizationId,
      name,
      pubkey: publicKeyBase64,
      ...(region === undefined ? {} : { region }),
      ...(network === undefined || network === null ? {} : { network }),
    },
  };
  return (await transport.mutate(ADD, ADD_ANSWER, variables, signal, "peer-rejected")).addWireGuardPeer;
}

export async function removePeer(transport: Transport, input: RemovePeerInput, signal?: AbortSignal): Promise<void> {
  const { organizationId, name } = input;
  await transport.mutate(REMOVE, REMOVE_ANSWER, { input: { organizationId, name } }, signal);
}

/**
 * Which of these peer addresses the platform no longer knows. Only those that it names as invalid are: a working peer must
 * not be given up because of an answer that leaves it out.
 */
export async function validatePeers(
  transport: Transport,
  ips: readonly string[],
  signal?: AbortSignal,
): Promise<{ valid: string[]; invalid: string[] }> {
  if (ips.length === 0) return { valid: [], invalid: [] };
  const answer = await transport.mutate(VALIDATE, VALIDATE_ANSWER, { input: { peerIps: [...ips] } }, signal);
  const canonical = (ip: string): string => parseIp(ip)?.text ?? ip;
  const unknown = new Set(answer.validateWireGuardPeers.invalidPeerIps.map(canonical));
  const isInvalid = (ip: string): boolean => unknown.has(canonical(ip));
  return { valid: ips.filter((ip) => !isInvalid(ip)), invalid: ips.filter(isInvalid) };
}
