/** What the private DNS knows (fly-platform.md section 5), from the world as it is. Pure. */
import type { IpAddress, IpPrefix } from "../base/ip-address.ts";
import { type DnsAnswer, type DnsRecord, type DnsType, txtStrings } from "../netstack/dns/message.ts";
import { reverseName } from "../netstack/dns/names.ts";
import { regionRoundTripMs } from "./distance.ts";
import type { Machine, Network, World } from "./world.ts";

export const TTL_SECONDS = 5;

export interface DnsView {
  readonly world: World;
  /** The network the question comes from: names of any other do not exist. */
  readonly network: Network;
  /** Region of the gateway that asks, for `topN.nearest.of`. */
  readonly region: string;
}

/** What a name stands for; undefined when there is no such name. */
type Meaning =
  | { readonly type: "AAAA"; readonly addresses: readonly IpAddress[] }
  | { readonly type: "TXT"; readonly text: string }
  | { readonly type: "PTR"; readonly target: string }
  | undefined;

/** `name` in lower case without a final dot; `type` undefined for one that this codec does not know. */
export function answerDns(view: DnsView, name: string, type: DnsType | undefined): DnsAnswer {
  const labels = name.split(".");
  const top = labels.pop();
  const isAddress = name.endsWith(`.${reverseZone(view.network.prefix)}`);
  // The demo has no way out: names of the internet, and addresses of others, are not for it to answer.
  if (top !== "internal" && top !== "flycast" && !isAddress) return { rcode: "REFUSED", records: [] };
  const meaning = isAddress ? nameAt(view, name) : top === "internal" ? meaningOf(view, labels) : undefined;
  // The SOA that tells it is a top-level zone's, and arpa is not ours.
  const nothing = { records: [], ...(isAddress ? {} : { negativeTtl: TTL_SECONDS }) };
  if (meaning === undefined) return { rcode: "NXDOMAIN", ...nothing };
  if (meaning.type !== type) return { rcode: "NOERROR", ...nothing };
  return { rcode: "NOERROR", records: recordsOf(name, meaning) };
}

function recordsOf(name: string, meaning: NonNullable<Meaning>): DnsRecord[] {
  const ttl = TTL_SECONDS;
  switch (meaning.type) {
    case "AAAA":
      return meaning.addresses.map((address) => ({ type: "AAAA", name, ttl, address }));
    case "TXT":
      return [{ type: "TXT", name, ttl, strings: txtStrings(meaning.text) }];
    case "PTR":
      return [{ type: "PTR", name, ttl, target: meaning.target }];
  }
}

/** Below which the network's addresses have their names (RFC 3596 section 2.5); a prefix ends between two digits. */
function reverseZone({ address, length }: IpPrefix): string {
  return reverseName(address)
    .split(".")
    .slice((128 - length) / 4)
    .join(".");
}

/** Who has the address. The real server tells no names of addresses; here `dig ADDRESS` can be tried. */
function nameAt({ world, network }: DnsView, name: string): Meaning {
  const has = ({ address }: { readonly address: IpAddress }): boolean => reverseName(address) === name;
  if (has({ address: network.dns })) return { type: "PTR", target: "_api.internal" };
  const machine = world.machines.find((candidate) => candidate.networkId === network.id && has(candidate));
  if (machine !== undefined) return { type: "PTR", target: `${machine.id}.vm.${machine.appName}.internal` };
  const peer = world.peers.find((candidate) => candidate.networkId === network.id && has(candidate));
  return peer === undefined ? undefined : { type: "PTR", target: `${peer.name.toLowerCase()}._peer.internal` };
}

/** `labels` without "internal", outermost last. */
function meaningOf(view: DnsView, labels: readonly string[]): Meaning {
  const { world, network } = view;
  const [last = "", ...before] = labels.toReversed();
  const path = before.toReversed().join(".");
  switch (last) {
    case "_api":
      return path === "" ? addresses([network.dns]) : undefined;
    case "_apps":
      return path === "" ? text(world.appsOn(network.id).map((app) => app.name)) : undefined;
    case "_peer":
      return peerMeaning(view, path);
    case "_instances":
      return path === "" || path === "all" ? instances(view, path === "all") : undefined;
    default:
      return world.app(last)?.networkId === network.id ? appMeaning(view, last, path) : undefined;
  }
}

function peerMeaning({ world, network }: DnsView, path: string): Meaning {
  const peers = world.peers.filter((peer) => peer.networkId === network.id);
  // Agent-made peers are left out of the list, not out of the names.
  if (path === "") return text(peers.filter((peer) => !peer.name.startsWith("interactive-")).map((peer) => peer.name));
  const peer = peers.find((candidate) => candidate.name.toLowerCase() === path);
  return peer === undefined ? undefined : addresses([peer.address]);
}

function instances({ world, network }: DnsView, all: boolean): Meaning {
  const machines = world.machines.filter((machine) => machine.networkId === network.id && (all || isStarted(machine)));
  const entries = machines.map(
    ({ id, appName, address, region }) => `instance=${id},app=${appName},ip=${address.text},region=${region}`,
  );
  return { type: "TXT", text: entries.join(";") };
}

/** Names below an app: `path` is what stands before it, "" for the app itself. */
function appMeaning(view: DnsView, appName: string, path: string): Meaning {
  const all = view.world.machinesOf(appName);
  const started = all.filter(isStarted);
  const matching = (test: (machine: Machine) => boolean): Meaning =>
    all.some(test) ? addresses(started.filter(test).map((machine) => machine.address)) : undefined;
  switch (path) {
    case "":
    case "global":
      return addresses(started.map((machine) => machine.address));
    case "regions":
      return text(regionsOf(started));
    case "all.regions":
      return text(regionsOf(all));
    case "vms":
      return text(started.map(({ id, region }) => `${id} ${region}`));
    case "all.vms":
      return text(all.map(({ id, region }) => `${id} ${region}`));
  }
  const near = /^top(\d{1,3})\.nearest\.of$/.exec(path);
  if (near !== null) return addresses(nearest(view, started, Number(near[1])).map((machine) => machine.address));
  const special = /^([^.]+)\.(vm|process)$/.exec(path);
  if (special?.[2] === "vm") return matching((machine) => machine.id === special[1]);
  if (special?.[2] === "process") return matching((machine) => machine.processGroup === special[1]);
  const metadata = /^([^.]+)\.([^.]+)\.kv\._metadata$/.exec(path);
  if (metadata !== null)
    return matching((machine) => metadata[2] === "fly_process_group" && machine.processGroup === metadata[1]);
  return matching((machine) => machine.region === path);
}

function nearest({ world, region }: DnsView, machines: readonly Machine[], count: number): readonly Machine[] {
  const distance = (machine: Machine): number => regionRoundTripMs(world.regions, region, machine.region);
  return machines.toSorted((a, b) => distance(a) - distance(b)).slice(0, count);
}

function regionsOf(machines: readonly Machine[]): readonly string[] {
  return [...new Set(machines.map((machine) => machine.region))];
}

function isStarted(machine: Machine): boolean {
  return machine.state === "started";
}

function addresses(found: readonly IpAddress[]): Meaning {
  return { type: "AAAA", addresses: found };
}

function text(parts: readonly string[]): Meaning {
  return { type: "TXT", text: parts.join(",") };
}
