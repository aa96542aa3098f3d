import { z } from "zod";
import { graphql } from "./graphql.ts";
import type { Transport } from "./transport.ts";

/** Whom the token belongs to. A scoped token (macaroon) has a pseudo address and no id. */
export interface Viewer {
  readonly kind: "user" | "token";
  readonly email: string;
  readonly id: string | null;
}

const DOCUMENT = graphql(`
  query Viewer { viewer { __typename email ... on User { id } } }
`);

const ANSWER = z.object({
  // The platform may learn new kinds of principals: whatever is no user is shown by its address alone.
  viewer: z
    .object({ __typename: z.string(), email: z.string(), id: z.string().optional() })
    .transform(({ __typename, email, id }) =>
      __typename === "User" && id !== undefined
        ? { __typename: "User" as const, email, id }
        : { __typename: "Macaroon" as const, email },
    ),
});

export async function viewer(transport: Transport, signal?: AbortSignal): Promise<Viewer> {
  const { viewer: principal } = await transport.query(DOCUMENT, ANSWER, {}, signal);
  return principal.__typename === "User"
    ? { kind: "user", email: principal.email, id: principal.id }
    : { kind: "token", email: principal.email, id: null };
}
