import type { Clock } from "../../base/clock.ts";
import type { CertificateRequest } from "../../ssh/certificates.ts";
import type { World } from "../world.ts";

/** What the resolvers answer from. */
export interface ApiContext {
  readonly world: World;
  readonly clock: Clock;
  /** Where the gateway listens, as "host:port": it goes out as endpointip. */
  readonly endpoint: () => string;
  readonly signCertificate: (request: CertificateRequest) => string;
  /** Longest page of a connection, whatever the caller asks for. */
  readonly mostPerPage: number;
}
