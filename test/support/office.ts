import type { HostInput } from "../../shared/models.ts";

const key = (byte: number): string => Buffer.alloc(32, byte).toString("base64");

/** The configuration of an imported network, with a gateway that never answers. */
export const OFFICE_CONFIG = `[Interface]
PrivateKey = ${key(1)}
Address = 10.9.0.2/32
[Peer]
PublicKey = ${key(5)}
AllowedIPs = 10.9.0.0/24, fdaa::/16
Endpoint = 127.0.0.1:9
`;

/** A machine in that network. */
export const OFFICE_HOST: HostInput = {
  name: "box",
  host: "10.9.0.7",
  port: 22,
  user: "root",
  login: { kind: "password", password: "the first one" },
};
