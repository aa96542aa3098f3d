import { z } from "zod";
import { CulvertError } from "../base/errors.ts";
import { graphql } from "./graphql.ts";
import type { Transport } from "./transport.ts";

export interface CertificateInput {
  readonly organizationId: string;
  readonly appNames: readonly string[];
  /** Login names that the certificate is good for. */
  readonly principals: readonly string[];
  /** One OpenSSH line of an ed25519 key. */
  readonly publicKey: string;
  /** 1 to 72. */
  readonly validHours: number;
}

const DOCUMENT = graphql(`
  mutation IssueCertificate($input: IssueCertificateInput!) { issueCertificate(input: $input) { certificate } }
`);

const ANSWER = z.object({ issueCertificate: z.object({ certificate: z.string().min(1) }) });

/** A user certificate as one authorized_keys line. */
export async function issueCertificate(
  transport: Transport,
  input: CertificateInput,
  signal?: AbortSignal,
): Promise<string> {
  const { organizationId, appNames, principals, publicKey, validHours } = input;
  const variables = {
    input: { organizationId, appNames: [...appNames], principals: [...principals], publicKey, validHours },
  };
  const { certificate } = (await transport.mutate(DOCUMENT, ANSWER, variables, signal)).issueCertificate;
  // The line goes on to the SSH client: one line, one key type, whatever else the platform may send.
  const line = certificate.trim();
  if (!/^ssh-ed25519-cert-v01@openssh\.com [A-Za-z0-9+/=]+( [^\r\n]*)?$/.test(line))
    throw new CulvertError("api-error", "the platform sent something that is no ed25519 certificate");
  return line;
}
