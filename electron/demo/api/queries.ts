import { apiError, found } from "./api-error.ts";
import { connectionOf, type PageArguments } from "./connection.ts";
import type { ApiContext } from "./context.ts";
import { appConnection, appRecord, machineRecord, organizationRecord, viewerRecord } from "./records.ts";

/** The fields of `Queries`, under the names of schema.graphql; graphql-js has checked the arguments against it. */
export function queries(context: ApiContext) {
  const { world } = context;
  return {
    viewer: () => viewerRecord(world),
    organizations: (page: PageArguments & { type?: string | null }) => {
      const records = world.organizations.map((organization) => organizationRecord(context, organization));
      const wanted = records.filter((record) => !page.type || record.type === page.type);
      return connectionOf(wanted, (record) => record.id, page, context.mostPerPage);
    },
    organization: ({ id, slug, name }: { id?: string | null; slug?: string | null; name?: string | null }) => {
      const organization = id
        ? world.organizationById(id)
        : slug
          ? world.organization(slug)
          : world.organizations.find((candidate) => candidate.name === name);
      return organizationRecord(context, found(organization, "Organization"));
    },
    apps: (page: PageArguments & { organizationId?: string | null; role?: string | null }) => {
      const id = page.organizationId;
      const apps = id ? world.appsOf(found(world.organizationById(id), "Organization").slug) : world.apps;
      // Roles mark the platform's own helpers, for example builders; the demo has none.
      return appConnection(context, page.role ? [] : apps, page);
    },
    app: ({ id, name }: { id?: string | null; name?: string | null }) => {
      return appRecord(context, found(world.app(name ?? id ?? ""), "App"));
    },
    machine: ({ machineId }: { machineId: string }) => {
      return machineRecord(context, found(world.machine(machineId), "Machine"));
    },
    nearestRegion: () => {
      if (world.gateways.length === 0) throw apiError("SERVER_ERROR", "no region has a gateway");
      return world.nearestRegion;
    },
    platform: () => ({ requestRegion: world.nearestRegion.code, regions: world.regions }),
  };
}
