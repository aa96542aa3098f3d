import { generateKeyPairSync } from "node:crypto";
import { z } from "zod";
import type { ProfileFolder } from "./program.ts";
import { Program } from "./program.ts";

/** What the first line of `culvert demo --json` promises. */
const access = z.object({
  api: z.url(),
  token: z.string().min(1),
  gateway: z.object({ udp: z.string().regex(/^127\.0\.0\.1:\d+$/) }),
  ca: z.string().startsWith("ssh-ed25519 "),
  apps: z.array(
    z.object({
      name: z.string(),
      organization: z.string(),
      machines: z.array(z.object({ id: z.string(), region: z.string(), state: z.string(), address: z.ipv6() })),
    }),
  ),
});
export type DemoAccess = z.infer<typeof access>;

/** A demo cloud in a process of its own, as somebody outside would use it: by its API, without any code of ours. */
export class DemoProcess {
  readonly program: Program;
  readonly access: DemoAccess;

  private constructor(program: Program, demoAccess: DemoAccess) {
    this.program = program;
    this.access = demoAccess;
  }

  static async start(profile: ProfileFolder): Promise<DemoProcess> {
    const program = new Program(["demo", "--json"], profile);
    return new DemoProcess(program, access.parse(JSON.parse(await program.firstLine())));
  }

  async query(query: string, variables: Record<string, unknown>, token = this.access.token): Promise<unknown> {
    const answer = await fetch(this.access.api, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ query, variables }),
    });
    return answer.json();
  }

  /** The text of a wg-quick file for a new peer of the organization. */
  async wireGuardFile(orgSlug: string): Promise<string> {
    const found = z
      .object({ data: z.object({ organization: z.object({ id: z.string() }) }) })
      .parse(await this.query("query ($slug: String!) { organization(slug: $slug) { id } }", { slug: orgSlug }));
    const keys = generateKeyPairSync("x25519");
    const raw = (part: "x" | "d"): string =>
      Buffer.from(keys.privateKey.export({ format: "jwk" })[part] ?? "", "base64url").toString("base64");
    const { data } = z
      .object({
        data: z.object({
          addWireGuardPeer: z.object({ peerip: z.string(), endpointip: z.string(), pubkey: z.string() }),
        }),
      })
      .parse(
        await this.query(
          "mutation ($input: AddWireGuardPeerInput!) { addWireGuardPeer(input: $input) { peerip endpointip pubkey } }",
          { input: { organizationId: found.data.organization.id, name: `e2e-${Date.now()}`, pubkey: raw("x") } },
        ),
      );
    const { peerip, endpointip, pubkey } = data.addWireGuardPeer;
    // fdaa and the network's 32 bits: the first three groups.
    const prefix = peerip.split(":").slice(0, 3).join(":");
    return [
      "[Interface]",
      `PrivateKey = ${raw("d")}`,
      `Address = ${peerip}/120`,
      `DNS = ${prefix}::3`,
      "",
      "[Peer]",
      `PublicKey = ${pubkey}`,
      `AllowedIPs = ${prefix}::/48`,
      `Endpoint = ${/:\d+$/.test(endpointip) ? endpointip : this.access.gateway.udp}`,
      "PersistentKeepalive = 15",
      "",
    ].join("\n");
  }
}
