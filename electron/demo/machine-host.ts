import { type IpAddress, parseIp, prefixContains } from "../base/ip-address.ts";
import { regionRoundTripMs } from "./distance.ts";
import { answerDns } from "./dns-answers.ts";
import { answerHttp, HTTP_PORT } from "./http-service.ts";
import { machineFiles } from "./shell/machine-files.ts";
import type { HttpReply, ShellHost } from "./shell/types.ts";
import type { Machine, Network, World } from "./world.ts";

export interface MachineHostOptions {
  readonly world: World;
  readonly network: Network;
  readonly machine: Machine;
  /** Unix milliseconds. */
  readonly bootedAt: number;
  wall(): number;
}

const LOOPBACK_MS = 0.04;
/** Where the platform answers beside DNS; the real one says 404 to a GET of "/". */
const API_PORT = 4280;

/** A machine as its shells see it. The private network is looked up in the world: no packet leaves the sandbox. */
export function createMachineHost(options: MachineHostOptions): ShellHost {
  const { world, network, machine } = options;
  const facts = {
    app: machine.appName,
    machineId: machine.id,
    region: machine.region,
    organization: network.orgSlug,
    image: machine.image,
    processGroup: machine.processGroup,
    address: machine.address.text,
    bootedAt: options.bootedAt,
  };
  const reachable = (
    text: string,
  ): { readonly address: IpAddress; readonly machine: Machine | undefined } | undefined => {
    const address = parseIp(text);
    if (address === undefined || !prefixContains(network.prefix, address)) return undefined;
    if (address.text === network.dns.text) return { address, machine: undefined };
    const found = world.machineAt(address);
    return found?.state === "started" ? { address, machine: found } : undefined;
  };
  return {
    ...facts,
    fs: machineFiles(facts),
    wall: () => options.wall(),
    resolve: (name) => resolve(world, network, machine.region, name),
    roundTrip: (text) => {
      const found = reachable(text);
      if (found === undefined) return undefined;
      if (found.address.text === machine.address.text) return LOOPBACK_MS;
      return regionRoundTripMs(world.regions, machine.region, found.machine?.region ?? machine.region);
    },
    get: (text, port, path) => {
      const found = reachable(text);
      if (found?.machine !== undefined && port === HTTP_PORT)
        return answerHttp(found.machine, network.orgSlug, path, "*/*") ?? tooLarge();
      return found !== undefined && found.machine === undefined && port === API_PORT ? notFound() : undefined;
    },
  };
}

function resolve(world: World, network: Network, region: string, name: string): readonly string[] {
  const literal = parseIp(name);
  if (literal !== undefined) return [literal.text];
  const { records } = answerDns({ world, network, region }, name.toLowerCase().replace(/\.$/, ""), "AAAA");
  return records.flatMap((record) => (record.type === "AAAA" ? [record.address.text] : []));
}

function tooLarge(): HttpReply {
  const body = "ask for this through the tunnel: the sandbox takes small answers only\n";
  return { status: 413, reason: "Content Too Large", headers: { "content-type": "text/plain" }, body };
}

function notFound(): HttpReply {
  return { status: 404, reason: "Not Found", headers: { "content-type": "text/plain" }, body: "404 page not found\n" };
}
