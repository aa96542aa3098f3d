import { z } from "zod";
import type { App } from "../../shared/models.ts";
import { CulvertError } from "../base/errors.ts";
import { graphql } from "./graphql.ts";
import { connection, everyPage, PAGE_SIZE } from "./paging.ts";
import { fittingRows, ROWS } from "./rows.ts";
import type { Transport } from "./transport.ts";

const LIST = graphql(`
  query Apps($organizationId: ID!, $first: Int!, $after: String) {
    apps(organizationId: $organizationId, first: $first, after: $after) {
      nodes { id name status network organization { slug } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

const ONE = graphql(`
  query App($name: String!) { app(name: $name) { id name status network organization { slug } } }
`);

const NODE = z.object({
  id: z.string(),
  name: z.string(),
  status: z.string(),
  network: z.string().nullable(),
  organization: z.object({ slug: z.string() }),
});

const LIST_ANSWER = z.object({ apps: connection(NODE) });
const ONE_ANSWER = z.object({ app: NODE.nullable() });

export async function apps(transport: Transport, organizationId: string, signal?: AbortSignal): Promise<App[]> {
  const nodes = await everyPage(async (after) => {
    const variables = { organizationId, first: PAGE_SIZE, after };
    return (await transport.query(LIST, LIST_ANSWER, variables, signal)).apps;
  }, transport.log);
  return fittingRows(nodes.map(toApp), ROWS.app, transport.log);
}

/** Rejects with `not-found` when there is none of that name. */
export async function app(transport: Transport, name: string, signal?: AbortSignal): Promise<App> {
  const answer = await transport.query(ONE, ONE_ANSWER, { name }, signal);
  if (answer.app === null) throw new CulvertError("not-found", `app ${name}`);
  return toApp(answer.app);
}

function toApp(node: z.output<typeof NODE>): App {
  return {
    id: node.id,
    name: node.name,
    orgSlug: node.organization.slug,
    status: appStatus(node.status),
    network: normalizeNetwork(node.network),
  };
}

/** The default network is null or empty here and the word "default" in the platform's other API. */
export function normalizeNetwork(network: string | null): string | null {
  return network === null || network === "" || network === "default" ? null : network;
}

function appStatus(status: string): App["status"] {
  switch (status.toLowerCase()) {
    case "deployed":
    case "running":
      return "running";
    case "pending":
    case "deploying":
      return "starting";
    case "suspended":
    case "stopped":
      return "stopped";
    case "dead":
    case "failed":
      return "trouble";
    default:
      return "unknown";
  }
}
