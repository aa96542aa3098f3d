import { z } from "zod";
import type { Organization } from "../../shared/models.ts";
import { graphql } from "./graphql.ts";
import { connection, everyPage, PAGE_SIZE } from "./paging.ts";
import { fittingRows, ROWS, shownText } from "./rows.ts";
import type { Transport } from "./transport.ts";

const DOCUMENT = graphql(`
  query Organizations($first: Int!, $after: String) {
    organizations(first: $first, after: $after) {
      nodes { id slug name type }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

const ANSWER = z.object({
  organizations: connection(
    z.object({
      id: z.string(),
      slug: z.string(),
      // Only shown; the slug is what it is asked for by.
      name: shownText,
      type: z.enum(["PERSONAL", "SHARED"]).catch("SHARED"),
    }),
  ),
});

/** All that the token may see. The viewer's own has the slug "personal", under which the platform keys its tunnels too. */
export async function organizations(transport: Transport, signal?: AbortSignal): Promise<Organization[]> {
  const nodes = await everyPage(async (after) => {
    const answer = await transport.query(DOCUMENT, ANSWER, { first: PAGE_SIZE, after }, signal);
    return answer.organizations;
  }, transport.log);
  const organizations = nodes.map(
    ({ id, slug, name, type }): Organization => ({ id, slug, name, kind: type === "PERSONAL" ? "personal" : "shared" }),
  );
  return fittingRows(organizations, ROWS.organization, transport.log);
}
