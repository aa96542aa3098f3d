import { randomBytes } from "node:crypto";
import { formatPublicKey, keyPairFromSeed, parsePublicKey } from "../../ssh/certificates.ts";
import { apiError, found } from "./api-error.ts";
import type { ApiContext } from "./context.ts";

/** The demo's certificate authority: one ed25519 key for all organizations, and what it signs (fly-platform.md section 6). */

export interface IssueCertificateInput {
  readonly organizationId: string;
  readonly principals?: readonly string[] | null;
  readonly appNames?: readonly string[] | null;
  readonly publicKey?: string | null;
  readonly validHours?: number | null;
}

const LONGEST_HOURS = 72;
const USUAL_HOURS = 24;
/** Clocks differ: the certificate is good a little before it was asked for. */
const START_EARLIER_SECONDS = 300;
const USUAL_PRINCIPALS = ["root", "fly"];
const EXTENSIONS = ["permit-pty", "permit-port-forwarding", "permit-agent-forwarding", "permit-user-rc"];

/** The authority's public key as one authorized_keys line: what a server trusts. */
export function caLine(context: ApiContext): string {
  return formatPublicKey(keyPairFromSeed(context.world.caSeed).publicKey, "culvert-demo-ca");
}

export function issueCertificate(context: ApiContext, input: IssueCertificateInput): { certificate: string } {
  const { world, clock } = context;
  const organization = found(world.organizationById(input.organizationId), "Organization");
  for (const name of input.appNames ?? []) {
    const app = found(world.app(name), "App");
    if (app.orgSlug !== organization.slug) throw apiError("NOT_FOUND", "Could not find App");
  }
  const publicKey = parsePublicKey(input.publicKey?.trim() ?? "");
  if (publicKey === undefined) throw apiError("INVALID_ARGUMENTS", "public_key must be one line of an ssh-ed25519 key");
  const hours = input.validHours ?? USUAL_HOURS;
  if (hours < 1 || hours > LONGEST_HOURS)
    throw apiError("INVALID_ARGUMENTS", `valid_hours must lie between 1 and ${LONGEST_HOURS}`);
  const principals = input.principals ?? USUAL_PRINCIPALS;
  // A certificate without principals would be good for every login name.
  if (principals.length === 0 || principals.some((name) => !/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,31}$/.test(name)))
    throw apiError("INVALID_ARGUMENTS", "principals must be login names");
  const now = Math.floor(clock.wall() / 1000);
  const certificate = context.signCertificate({
    ca: keyPairFromSeed(world.caSeed),
    publicKey,
    keyId: world.viewer.email,
    principals,
    validAfter: now - START_EARLIER_SECONDS,
    validBefore: now + hours * 3600,
    extensions: EXTENSIONS,
    random: (length) => randomBytes(length),
    comment: world.viewer.email,
  });
  return { certificate };
}
