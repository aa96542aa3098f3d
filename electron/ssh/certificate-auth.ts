/**
 * Login with an OpenSSH user certificate, which ssh2 lacks: it cannot parse certificate blobs and writes the certificate's
 * algorithm name inside the signature too. RFC 4252 section 7 with PROTOCOL.certkeys: the request names the certificate
 * algorithm and carries the certificate; the signature blob inside is plain ssh-ed25519.
 */
import { type Certificate, ED25519_CERTIFICATE } from "./certificates.ts";
import { signEd25519 } from "./keys.ts";
import { type ProtocolInternals, sendPayload } from "./ssh2-internals.ts";
import { concat, string } from "./wire.ts";

const SSH_MSG_USERAUTH_REQUEST = 50;

/**
 * Makes the protocol's next publickey request a signed one for `certificate`. The question "would this key do?" is left
 * out: RFC 4252 allows the signature at once, and that saves a round trip.
 */
export function useCertificate(protocol: ProtocolInternals, certificate: Certificate, seed: Uint8Array): void {
  let sent = false;
  protocol.authPK = (user) => {
    // ssh2 calls again for SSH_MSG_USERAUTH_PK_OK, which no honest server sends in answer to a signed request.
    if (sent) return;
    sent = true;
    const sessionId = protocol._kex?.sessionID;
    if (sessionId === undefined) throw new Error("login before key exchange");
    const request = certificateRequest(user, certificate);
    const signature = signEd25519(seed, concat(string(sessionId), request));
    protocol._authsQueue.push("publickey");
    sendPayload(protocol, concat(request, string(signature)));
  };
}

/** The request up to its signature: the part that is signed after the session id. */
export function certificateRequest(user: string, certificate: Certificate): Uint8Array {
  return concat(
    Uint8Array.of(SSH_MSG_USERAUTH_REQUEST),
    string(user),
    string("ssh-connection"),
    string("publickey"),
    Uint8Array.of(1),
    string(ED25519_CERTIFICATE),
    string(certificate.blob),
  );
}
