import { initGraphQLTada } from "gql.tada";
import type { introspection } from "./graphql-env.d.ts";

/** Documents typed by schema.graphql: what a query asks for is the type of what it answers. */
export const graphql = initGraphQLTada<{
  introspection: introspection;
  scalars: { BigInt: string; ISO8601DateTime: string; JSON: unknown };
}>();
