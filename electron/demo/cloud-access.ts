/** What somebody outside needs to use a running demo cloud; also the first line of `culvert demo --json`. Plain data. */
export interface DemoAccess {
  /** For example "http://127.0.0.1:40123/graphql". */
  readonly api: string;
  /** Bearer token of the API. Secret. */
  readonly token: string;
  /** "host:port" of the gateway's UDP socket. */
  readonly gateway: { readonly udp: string };
  /** The certificate authority as one authorized_keys line. */
  readonly ca: string;
  readonly apps: readonly DemoApp[];
}

export interface DemoApp {
  readonly name: string;
  readonly organization: string;
  /** Null for the organization's default network. */
  readonly network: string | null;
  readonly machines: readonly DemoMachine[];
}

export interface DemoMachine {
  readonly id: string;
  readonly region: string;
  readonly state: "started" | "stopped";
  readonly address: string;
}
