import type { Duplex } from "node:stream";
import type { HostKeyChange, Machine, Target } from "../../../shared/models.ts";
import type { Clock } from "../../base/clock.ts";
import type { Disposable } from "../../base/dispose.ts";
import { asCulvertError, CulvertError } from "../../base/errors.ts";
import { formatHostPort, type IpAddress, parseIp } from "../../base/ip-address.ts";
import { connectSsh, type HostKey, type SshClient, type SshShell } from "../../ssh/client.ts";
import type { Backend, ShellAccess } from "../backends/backend.ts";
import { carrierLabel } from "../carriers/carrier.ts";
import type { PinnedHostKeys } from "../pinned-host-keys.ts";
import type { Tunnel } from "../tunnel.ts";
import type { Tunnels } from "../tunnels.ts";
import { faultOf, MachineWatch } from "./machine-watch.ts";
import type { Stages } from "./stages.ts";

export interface ConnectRequest {
  readonly target: Target;
  readonly size: { columns: number; rows: number };
  readonly stages: Stages;
  readonly signal: AbortSignal;
  /** The machine that was chosen, once it is known. */
  onMachine(machine: Machine): void;
  onHostKeyChange(change: HostKeyChange): void;
}

export interface Connected extends Disposable {
  readonly shell: SshShell;
  /** Resolves when the platform says that the machine under a silent shell has stopped or is gone; it may never. */
  readonly lost: Promise<CulvertError>;
}

export interface ConnectorOptions {
  readonly clock: Clock;
  readonly tunnels: Tunnels;
  readonly hostKeys: PinnedHostKeys;
  backend(accountId: string): Promise<Backend>;
  /** Told of each failure, so that an account whose token expired shows it. */
  onFailure(accountId: string, failure: CulvertError): void;
}

const TERM = "xterm-256color";
/** A server that has let us in and then says nothing. */
const SHELL_TIMEOUT_MS = 20_000;
/**
 * Nobody but the person gives a shell up: the network may be gone for minutes and come back, and then what was typed goes
 * on. A machine that started anew says so with RST; of one that stopped the platform tells (MachineWatch).
 */
const PATIENCE = Number.POSITIVE_INFINITY;
const ms = (value: number): string => `${Math.round(value)} ms`;

/** From a click to a shell, step by step. Each step is a stage that the window shows. */
export class ShellConnector {
  readonly #options: ConnectorOptions;

  constructor(options: ConnectorOptions) {
    this.#options = options;
  }

  async connect(request: ConnectRequest): Promise<Connected> {
    try {
      return await this.#connect(request);
    } catch (error) {
      this.#options.onFailure(request.target.accountId, asCulvertError(error));
      throw error;
    }
  }

  async #connect(request: ConnectRequest): Promise<Connected> {
    const { target, stages, signal, size } = request;
    const { backend, machine } = await stages.run(
      "machine",
      async () => {
        const account = await this.#options.backend(target.accountId);
        return { backend: account, machine: await chooseMachine(account, target, signal) };
      },
      (found) => describeMachine(found.machine),
    );
    request.onMachine(machine);
    // Asked for while the tunnel comes up: it needs only the API. Its failure is reported by the login stage.
    const access = backend.access(target.orgSlug, target.appName, machine, signal);
    access.catch(() => undefined);
    const tunnel = await this.#openTunnel(backend, request, access);
    const addresses = await stages.run(
      "address",
      async () => locate(tunnel, await access, signal),
      (found) => found.map(({ text }) => text).join(", "),
    );
    const transport = await stages.run(
      "connection",
      async () => tunnel.connect(addresses, (await access).port, signal, { maxRetransmits: PATIENCE }),
      ({ remote }) => formatHostPort(remote.address.text, remote.port),
    );
    const watch = new MachineWatch((asked) => backend.machines(target.orgSlug, target.appName, asked), machine.id);
    let client: SshClient | undefined;
    try {
      const login = await stages.run(
        "login",
        async () => ({ client: await this.#login(request, access, transport, watch), ...(await access) }),
        ({ user }) => user,
      );
      client = login.client;
      const shell = await stages.run(
        "shell",
        () => openShell(login.client, size, signal),
        () => `${size.columns}×${size.rows}`,
      );
      // The client says goodbye and then closes the transport itself.
      return { shell, lost: watch.lost, dispose: () => login.client.dispose() };
    } catch (error) {
      client?.dispose();
      transport.destroy();
      throw error;
    }
  }

  async #openTunnel(
    backend: Backend,
    { target, stages, signal }: ConnectRequest,
    access: Promise<ShellAccess>,
  ): Promise<Tunnel> {
    const prepared = await stages.run(
      "peer",
      () => backend.prepareTunnel(target.orgSlug, target.appName, signal),
      (result) => result.detail,
    );
    return await stages.run(
      "tunnel",
      async () => {
        const { spec } = prepared;
        const tunnel = await this.#options.tunnels.open(spec, signal);
        // Of several peers, the one that leads to the host; a host by name is asked of the DNS server first.
        const beyond = spec.peers.length > 1 ? (parseIp((await access).host) ?? spec.dns[0]) : undefined;
        try {
          await tunnel.handshake(signal, beyond);
        } catch (error) {
          const { code } = asCulvertError(error);
          if (code === "gateway-silent" || code === "answer-invalid") {
            backend.onGatewayHeard(target.orgSlug, target.appName, false);
          }
          throw error;
        }
        backend.onGatewayHeard(target.orgSlug, target.appName, true);
        return tunnel;
      },
      (tunnel) => {
        const { gateway, handshakeRttMs, carrier } = tunnel.snapshot();
        const over = `over ${carrierLabel[carrier]}`;
        return handshakeRttMs === null ? `${gateway} ${over}` : `${gateway}, answered in ${ms(handshakeRttMs)} ${over}`;
      },
    );
  }

  async #login(
    request: ConnectRequest,
    pending: Promise<ShellAccess>,
    transport: Duplex,
    watch: MachineWatch,
  ): Promise<SshClient> {
    const access = await pending;
    const { hostKeys } = this.#options;
    let refusal: CulvertError | undefined;
    let shown: HostKey | undefined;
    try {
      const client = await connectSsh({
        transport,
        user: access.user,
        login: access.login,
        signal: request.signal,
        keepaliveCount: PATIENCE,
        onUnanswered: (signal) => void watch.ask(signal),
        knownHostKeyTypes: await hostKeys.knownTypes(access.hostKeyAlias),
        verifyHostKey: async (key) => {
          shown = key;
          const change = await hostKeys.verify(access.hostKeyAlias, key);
          if (change === undefined) return true;
          request.onHostKeyChange(change);
          refusal = new CulvertError(
            "host-key-changed",
            `${change.alias}: known ${change.knownFingerprint}, offered ${change.offeredFingerprint}`,
          );
          return false;
        },
      });
      if (shown !== undefined) await hostKeys.confirm(access.hostKeyAlias, shown);
      return client;
    } catch (error) {
      throw refusal ?? error;
    }
  }
}

/** Never substitutes: a machine that was asked for and does not run is an error with the reason. */
async function chooseMachine(backend: Backend, target: Target, signal: AbortSignal): Promise<Machine> {
  const machines = await backend.machines(target.orgSlug, target.appName, signal);
  if (target.machineId === "") {
    const running = machines.find((machine) => machine.status === "running" || machine.status === "unknown");
    if (running !== undefined) return running;
    const states = machines.map((machine) => `${machine.id} ${machine.state}`).join(", ");
    throw new CulvertError("no-machines", states === "" ? target.appName : `${target.appName}: ${states}`);
  }
  const machine = machines.find(({ id }) => id === target.machineId);
  const fault = faultOf(machine, target.machineId);
  if (machine === undefined || fault !== undefined) throw fault;
  return machine;
}

async function locate(tunnel: Tunnel, access: ShellAccess, signal: AbortSignal): Promise<readonly IpAddress[]> {
  const addresses = await tunnel.resolve(access.host, signal);
  if (addresses.length === 0) throw new CulvertError("name-not-found", access.host);
  return addresses;
}

async function openShell(
  client: SshClient,
  size: { columns: number; rows: number },
  signal: AbortSignal,
): Promise<SshShell> {
  const limit = AbortSignal.timeout(SHELL_TIMEOUT_MS);
  try {
    const environment = { COLORTERM: "truecolor" };
    return await client.openShell({ term: TERM, ...size, environment, signal: AbortSignal.any([signal, limit]) });
  } catch (error) {
    throw limit.aborted && !signal.aborted
      ? new CulvertError("connection-timeout", "the server did not open a shell")
      : error;
  }
}

function describeMachine(machine: Machine): string {
  return [machine.id, machine.region, machine.state].filter((part) => part !== "").join(" · ");
}
