import { z } from "zod";
import type { Region } from "../../shared/models.ts";
import { graphql } from "./graphql.ts";
import type { Transport } from "./transport.ts";

const NEAREST = graphql(`
  query NearestRegion { nearestRegion(wireguardGateway: true) { code name } }
`);

const LIST = graphql(`
  query Regions { platform { regions { code name gatewayAvailable deprecated } } }
`);

const NEAREST_ANSWER = z.object({ nearestRegion: z.object({ code: z.string(), name: z.string() }) });

const LIST_ANSWER = z.object({
  platform: z.object({
    regions: z.array(
      z.object({ code: z.string(), name: z.string(), gatewayAvailable: z.boolean(), deprecated: z.boolean() }),
    ),
  }),
});

/** The region with a WireGuard gateway that is nearest to this computer, as the platform sees it. */
export async function nearestRegion(transport: Transport, signal?: AbortSignal): Promise<Region> {
  return (await transport.query(NEAREST, NEAREST_ANSWER, {}, signal)).nearestRegion;
}

/** Regions that a peer can be made in: those with a gateway. */
export async function regions(transport: Transport, signal?: AbortSignal): Promise<Region[]> {
  const { platform } = await transport.query(LIST, LIST_ANSWER, {}, signal);
  return platform.regions
    .filter((region) => region.gatewayAvailable && !region.deprecated)
    .map(({ code, name }) => ({ code, name }));
}
