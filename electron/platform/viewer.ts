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
  viewer: z.discriminatedUnion("__typename", [
    z.object({ __typename: z.literal("User"), email: z.string(), id: z.string() }),
    z.object({ __typename: z.literal("Macaroon"), email: z.string() }),
  ]),
});

export async function viewer(transport: Transport, signal?: AbortSignal): Promise<Viewer> {
  const { viewer: principal } = await transport.query(DOCUMENT, ANSWER, {}, signal);
  return principal.__typename === "User"
    ? { kind: "user", email: principal.email, id: principal.id }
    : { kind: "token", email: principal.email, id: null };
}
