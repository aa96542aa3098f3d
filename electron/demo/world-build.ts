import { ipFromBytes, maskAddress } from "../base/ip-address.ts";
import { type AppPlan, type MachinePlan, NAME_WORDS, ORGANIZATIONS, type OrganizationPlan } from "./world-data.ts";
import type { App, Machine, Network, Organization } from "./world-records.ts";

/** Turns the plan into records: ids, names and addresses all follow from the seed through `derive`. */

type Derive = (label: string, length: number) => Uint8Array;

export interface BuiltWorld {
  readonly viewerId: string;
  readonly organizations: readonly Organization[];
  readonly networks: readonly Network[];
  readonly apps: readonly App[];
  readonly machines: readonly Machine[];
}

const BASE32 = "0123456789abcdefghjkmnpqrstvwxyz";

export function buildWorld(derive: Derive): BuiltWorld {
  const networks = buildNetworks(derive);
  const apps: App[] = [];
  const machines: Machine[] = [];
  for (const plan of ORGANIZATIONS) {
    for (const appPlan of plan.apps) {
      const app = buildApp(plan, appPlan, networks);
      apps.push(app);
      appPlan.machines.forEach((machinePlan, index) => {
        machines.push(buildMachine(derive, app, machinePlan, index, networks));
      });
    }
  }
  return {
    viewerId: hex(derive("viewer", 10)),
    organizations: ORGANIZATIONS.map((plan) => buildOrganization(derive, plan)),
    networks,
    apps,
    machines,
  };
}

function buildOrganization(derive: Derive, plan: OrganizationPlan): Organization {
  const bytes = derive(`organization ${plan.slug}`, 16);
  return {
    id: base32(bytes.subarray(0, 16)),
    slug: plan.slug,
    rawSlug: plan.rawSlug,
    name: plan.name,
    kind: plan.kind,
    numericId: String(100_000 + (new DataView(bytes.buffer).getUint32(0) % 800_000)),
  };
}

function buildNetworks(derive: Derive): Network[] {
  const out: Network[] = [];
  for (const plan of ORGANIZATIONS) {
    for (const name of [null, ...plan.networks]) {
      const bytes = new Uint8Array(16);
      const view = new DataView(bytes.buffer);
      // The upper half is small and the lower random, as on the platform; the position keeps two networks apart.
      const random = new DataView(derive(`network ${plan.slug} ${name ?? ""}`, 4).buffer).getUint16(0);
      const id = ((out.length + 1) << 16) | random;
      view.setUint16(0, 0xfdaa);
      view.setUint32(2, id);
      const prefix = maskAddress(ipFromBytes(bytes), 48);
      bytes[15] = 3;
      out.push({ id, name, orgSlug: plan.slug, prefix, dns: ipFromBytes(bytes) });
    }
  }
  return out;
}

function buildApp(plan: OrganizationPlan, app: AppPlan, networks: readonly Network[]): App {
  const network = networks.find((candidate) => candidate.orgSlug === plan.slug && candidate.name === app.network);
  if (network === undefined) throw new Error(`the demo's data names no network ${app.network}`);
  // The platform uses an app's name as its id.
  return { id: app.name, name: app.name, orgSlug: plan.slug, networkId: network.id, image: app.image };
}

function buildMachine(
  derive: Derive,
  app: App,
  plan: MachinePlan,
  index: number,
  networks: readonly Network[],
): Machine {
  const bytes = derive(`machine ${app.name} ${index}`, 32);
  const network = networks.find((candidate) => candidate.id === app.networkId);
  const address = Uint8Array.from(network!.prefix.address.bytes);
  const view = new DataView(address.buffer);
  // fly-platform.md section 3: fdaa, network 32 bits, host 32, machine 32, then 16 of the machine's own.
  view.setUint16(6, 0x0a7c + (bytes[0]! & 0x0f));
  view.setUint16(8, 0x10 + index);
  address.set(bytes.subarray(1, 5), 10);
  view.setUint16(14, 2);
  const pick = (words: readonly string[], at: number): string => words[bytes[at]! % words.length]!;
  const number = 1000 + (((bytes[7]! << 8) | bytes[8]!) % 9000);
  return {
    id: hex(bytes.subarray(9, 16)),
    name: `${pick(NAME_WORDS.first, 5)}-${pick(NAME_WORDS.second, 6)}-${number}`,
    appName: app.name,
    networkId: app.networkId,
    region: plan.region,
    processGroup: plan.processGroup,
    image: app.image,
    instanceId: `01${base32(bytes.subarray(16, 30)).toUpperCase().slice(0, 24)}`,
    state: plan.state,
    address: ipFromBytes(address),
  };
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

/** One character per byte: an id, not an encoding. */
function base32(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => BASE32[byte & 31]).join("");
}
