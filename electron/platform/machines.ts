import { z } from "zod";
import type { Machine } from "../../shared/models.ts";
import { CulvertError } from "../base/errors.ts";
import { parseIp } from "../base/ip-address.ts";
import { graphql } from "./graphql.ts";
import { connection, everyPage, nodes, PAGE_SIZE } from "./paging.ts";
import { fittingRows, ROWS, shownText } from "./rows.ts";
import type { Transport } from "./transport.ts";

const DOCUMENT = graphql(`
  query Machines($appName: String!, $first: Int!, $after: String) {
    app(name: $appName) {
      machines(active: true, first: $first, after: $after) {
        nodes { id name region state ips { nodes { family kind ip } } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`);

const NODE = z.object({
  id: z.string(),
  name: shownText,
  region: shownText,
  state: shownText,
  ips: z.object({ nodes: nodes(z.object({ family: z.string(), kind: z.string(), ip: z.string() })) }),
});

const ANSWER = z.object({ app: z.object({ machines: connection(NODE) }).nullable() });

/** The app's machines that are not destroyed, running or not. Rejects with `not-found` when there is no such app. */
export async function machines(transport: Transport, appName: string, signal?: AbortSignal): Promise<Machine[]> {
  const found = await everyPage(async (after) => {
    const { app } = await transport.query(DOCUMENT, ANSWER, { appName, first: PAGE_SIZE, after }, signal);
    if (app === null) throw new CulvertError("not-found", `app ${appName}`);
    return app.machines;
  }, transport.log);
  const machines = found.filter(({ state }) => state !== "destroyed").map(toMachine);
  return fittingRows(machines, ROWS.machine, transport.log);
}

function toMachine(node: z.output<typeof NODE>): Machine {
  const private6 = node.ips.nodes.find(({ kind, family }) => kind === "privatenet" && family === "v6");
  return {
    id: node.id,
    name: node.name,
    region: node.region,
    state: node.state,
    status: machineStatus(node.state),
    address: (private6 && parseIp(private6.ip)?.text) ?? null,
  };
}

/** The platform's sixteen states (fly-platform.md section 2) as what a user can do with the machine. */
function machineStatus(state: string): Machine["status"] {
  switch (state) {
    case "started":
      return "running";
    case "created":
    case "creating":
    case "starting":
    case "restarting":
    case "updating":
    case "replacing":
    case "migrated":
      return "starting";
    case "stopping":
    case "stopped":
    case "suspending":
    case "suspended":
      return "stopped";
    case "destroying":
    case "destroyed":
    case "failed":
    case "launch_failed":
      return "trouble";
    default:
      return "unknown";
  }
}
