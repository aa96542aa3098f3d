import { z } from "zod";
import { CALLS, type CallInput, type CallName } from "../../shared/contract.ts";
import { DNS_TYPES } from "../../shared/dns-types.ts";
import type { ShellRequest } from "../../shared/layout.ts";
import type { FuzzRandom } from "./fuzz-random.ts";
import type { FuzzPage } from "./page-fuzz.ts";

/** Nobody listens there: what is sent to it ends on this computer. */
const NOWHERE = "127.0.0.1:9";
const KEY = Buffer.alloc(32, 7).toString("base64");
const MOST_REMEMBERED = 40;
/** What an input names, as far as it does. */
const at = z.object({
  accountId: z.string().default(""),
  orgSlug: z.string().default(""),
  appName: z.string().default(""),
});

/** Names of one kind: some exist, some did, some never will. */
class Pool {
  readonly #names: string[] = [];
  readonly #random: FuzzRandom;

  constructor(random: FuzzRandom) {
    this.#random = random;
  }

  add(name: string): void {
    if (this.#names.includes(name)) return;
    this.#names.push(name);
    if (this.#names.length > MOST_REMEMBERED) this.#names.splice(this.#random.below(MOST_REMEMBERED / 2), 1);
  }

  any(): string {
    if (this.#names.length === 0 || this.#random.oneIn(12))
      return this.#random.pick(["never-was", "__proto__", "constructor", "..", "x".repeat(80), "ünï/コ", "0"]);
    // The latest are the likeliest to be there still.
    const back = this.#random.oneIn(2)
      ? this.#random.below(Math.min(4, this.#names.length))
      : this.#random.below(this.#names.length);
    return this.#names[this.#names.length - 1 - back] ?? "";
  }
}

interface Place {
  readonly accountId: string;
  readonly orgSlug: string;
  readonly appName: string;
  readonly machineId: string | null;
}

type Inputs = { [N in CallName]: () => CallInput<N> };

/** What a page gone wrong asks for: always well-formed, in no order, with names that exist, did or never will. */
export class PageMoves {
  readonly channels: number[] = [];
  readonly #random: FuzzRandom;
  readonly #demo: { api(): string; token(): string };
  readonly #accounts: Pool;
  readonly #orgs: Pool;
  readonly #apps: Pool;
  readonly #machines: Pool;
  /** Apps and machines that were listed, where they are. */
  readonly #places: Place[] = [];
  readonly #sessions: Pool;
  readonly #tunnels: Pool;
  readonly #peers: Pool;
  readonly #revisions: Pool;
  #named = 0;

  constructor(random: FuzzRandom, demo: { api(): string; token(): string }) {
    this.#random = random;
    this.#demo = demo;
    const pool = (): Pool => new Pool(random);
    this.#accounts = pool();
    this.#orgs = pool();
    this.#apps = pool();
    this.#machines = pool();
    this.#sessions = pool();
    this.#tunnels = pool();
    this.#peers = pool();
    this.#revisions = pool();
  }

  /** One call with its input. */
  async call(page: FuzzPage): Promise<void> {
    const name = this.#random.pick(DRAW);
    const input = this.#inputs[name]();
    const reply = await page.call(name, input);
    if (reply !== undefined && "ok" in reply) this.#learn(name, input, reply.ok);
  }

  /** A frame of a channel that is the page's, was, or never will be. */
  frame(page: FuzzPage): void {
    const channel =
      this.#random.oneIn(6) || this.channels.length === 0 ? this.#random.below(400) : this.#random.pick(this.channels);
    const text = this.#random.pick([
      "ls\r",
      "\x03",
      "echo $((6*7))\r",
      "cat README.md\r",
      "exit\r",
      "\x1b[A",
      "yes\r",
      "",
    ]);
    const payload = this.#random.oneIn(8)
      ? this.#random.bytes(this.#random.below(2000))
      : new TextEncoder().encode(text);
    if (this.#random.oneIn(4)) page.drawn(channel, this.#random.pick([0, 1, 500, 100_000, 2 ** 31]));
    else if (this.#random.oneIn(20)) page.frame("detach", channel, new Uint8Array());
    else page.frame(this.#random.pick(["input", "input", "input", "paste"] as const), channel, payload);
  }

  #learn(name: CallName, input: object, ok: unknown): void {
    const { accountId, orgSlug, appName } = at.parse(input);
    switch (name) {
      case "accounts.list":
        for (const { id } of CALLS[name].output.parse(ok)) this.#accounts.add(id);
        break;
      case "accounts.startDemo":
      case "accounts.signIn":
      case "accounts.importConfig":
        this.#accounts.add(CALLS[name].output.parse(ok).id);
        break;
      case "organizations.list":
        for (const { slug } of CALLS[name].output.parse(ok)) {
          this.#orgs.add(slug);
          this.#place({ accountId, orgSlug: slug, appName: this.#apps.any(), machineId: null });
        }
        break;
      case "apps.list":
        for (const app of CALLS[name].output.parse(ok)) {
          this.#apps.add(app.name);
          this.#place({ accountId, orgSlug, appName: app.name, machineId: null });
        }
        break;
      case "machines.list":
        for (const { id } of CALLS[name].output.parse(ok)) {
          this.#machines.add(id);
          this.#place({ accountId, orgSlug, appName, machineId: id });
        }
        break;
      case "sessions.open":
      case "sessions.restore":
        this.#sessions.add(CALLS[name].output.parse(ok).id);
        break;
      case "sessions.attach":
        this.channels.push(CALLS[name].output.parse(ok).channel);
        break;
      case "tunnels.list":
        for (const { id } of CALLS[name].output.parse(ok)) this.#tunnels.add(id);
        break;
      case "peers.list":
        for (const peer of CALLS[name].output.parse(ok)) this.#peers.add(peer.name);
        break;
      case "accounts.readConfig":
        this.#revisions.add(CALLS[name].output.parse(ok).revision);
        break;
      default:
    }
  }

  #place(place: Place): void {
    this.#places.push(place);
    if (this.#places.length > MOST_REMEMBERED) this.#places.splice(this.#random.below(MOST_REMEMBERED), 1);
  }

  /** Mostly one that was listed, and now and then names that do not belong together. */
  #anywhere(): Place {
    if (this.#places.length > 0 && !this.#random.oneIn(5)) return this.#random.pick(this.#places);
    const names = { accountId: this.#accounts.any(), orgSlug: this.#orgs.any(), appName: this.#apps.any() };
    return { ...names, machineId: this.#machines.any() };
  }

  readonly #cells = () => ({
    columns: this.#random.pick([1, 2, 80, 80, 133, 1000]),
    rows: this.#random.pick([1, 24, 24, 1000]),
  });
  readonly #org = () => {
    const { accountId, orgSlug } = this.#anywhere();
    return { accountId, orgSlug };
  };
  readonly #app = () => {
    const { accountId, orgSlug, appName } = this.#anywhere();
    return { accountId, orgSlug, appName };
  };
  readonly #account = () => ({ accountId: this.#accounts.any() });
  readonly #session = () => ({ sessionId: this.#sessions.any() });
  readonly #tunnel = () => ({ tunnelId: this.#tunnels.any() });
  readonly #nothing = (): Record<string, never> => ({});

  /** A page names its shells; some names are taken already. */
  #ownName(): string {
    if (this.#random.oneIn(4)) return `page-${this.#random.below(this.#named + 1)}`;
    this.#named += 1;
    this.#sessions.add(`page-${this.#named}`);
    return `page-${this.#named}`;
  }

  #request(): ShellRequest {
    const { machineId, ...app } = this.#anywhere();
    return { ...app, machine: machineId === null ? null : { id: machineId, name: "", region: "ams" } };
  }

  #open(): CallInput<"sessions.open"> {
    const { machineId, ...app } = this.#anywhere();
    const sessionId = this.#random.oneIn(2) ? { sessionId: this.#ownName() } : {};
    return { ...app, ...(machineId === null ? {} : { machineId }), ...sessionId, ...this.#cells() };
  }

  #config(): string {
    const peer = `[Peer]\nPublicKey = ${KEY}\nEndpoint = ${NOWHERE}\nAllowedIPs = fdaa::/16\n`;
    const secret = this.#random.pick([KEY, KEY, "(kept 1)", "short"]);
    return `[Interface]\nPrivateKey = ${secret}\nAddress = fdaa::${1 + this.#random.below(9)}/120\n${this.#random.oneIn(6) ? "" : peer}`;
  }

  #settings(): CallInput<"settings.set"> {
    const app = `${this.#accounts.any()}/${this.#orgs.any()}/${this.#apps.any()}`;
    return this.#random.pick<CallInput<"settings.set">>([
      {},
      { theme: this.#random.pick(["system", "light", "dark"] as const), fontSize: 8 + this.#random.below(25) },
      { carrier: this.#random.pick(["auto", "udp", "websocket"] as const) },
      { restore: this.#random.oneIn(2), scrollback: this.#random.below(100_001) },
      { pins: [app], recent: [{ app, machineId: this.#machines.any(), at: this.#random.u32() }] },
      { marks: { [app]: { colour: "red", production: this.#random.oneIn(2) } }, clipboardWrites: { [app]: "deny" } },
      { keys: { find: "Ctrl+Alt+K", stats: "" }, tour: { done: ["shell"], dismissed: true } },
    ]);
  }

  #layout(): CallInput<"layout.set"> {
    const pane = () => ({
      pane: { request: this.#request(), sessionId: this.#random.oneIn(3) ? null : this.#ownName() },
    });
    const split = { split: this.#random.pick(["row", "column"] as const), sizes: [0.5, 0.5] };
    const tabs = Array.from({ length: this.#random.below(4) }, () => ({
      nodes: this.#random.oneIn(2) ? [pane()] : [split, pane(), pane()],
      focused: this.#random.below(3),
      zoomed: this.#random.oneIn(2),
    }));
    return { layout: { version: 1, active: this.#random.oneIn(3) ? null : this.#random.below(5), tabs } };
  }

  #signIn(): CallInput<"accounts.signIn"> {
    return this.#random.pick([
      { token: this.#demo.token(), endpoint: this.#demo.api() },
      { token: "wrong", endpoint: this.#demo.api() },
      { token: this.#demo.token(), endpoint: `http://${NOWHERE}/graphql` },
      { token: "x", endpoint: "ftp://nowhere" },
    ]);
  }

  #host(): CallInput<"hosts.add">["host"] {
    return {
      name: `host-${this.#random.below(5)}`,
      host: this.#random.pick(["fdaa::2", "db.internal"]),
      port: 22,
      user: "root",
      login: this.#random.pick([
        { kind: "password", password: "x" },
        { kind: "key", privateKey: "none" },
      ] as const),
    };
  }

  readonly #inputs: Inputs = {
    "app.info": this.#nothing,
    "engine.restart": this.#nothing,
    "security.report": this.#nothing,
    "hostKeys.list": this.#nothing,
    "hostKeys.forget": () => ({
      alias: `${this.#machines.any()}.vm.${this.#apps.any()}.internal`,
      fingerprint: "SHA256:x",
    }),
    "links.take": this.#nothing,
    "layout.get": this.#nothing,
    "layout.set": () => this.#layout(),
    "settings.get": this.#nothing,
    "settings.set": () => this.#settings(),
    "accounts.list": this.#nothing,
    "accounts.signIn": () => this.#signIn(),
    "accounts.startDemo": this.#nothing,
    "accounts.checkConfig": () => ({ text: this.#config(), ...(this.#random.oneIn(2) ? this.#account() : {}) }),
    "accounts.importConfig": () => ({
      label: this.#random.pick(["Office", "‮", "x".repeat(200)]),
      text: this.#config(),
    }),
    "accounts.rename": () => ({ ...this.#account(), label: this.#random.pick(["Home", "Office", "\u200b"]) }),
    "accounts.readConfig": this.#account,
    "accounts.changeConfig": () => ({ ...this.#account(), text: this.#config(), revision: this.#revisions.any() }),
    "accounts.exportConfig": this.#account,
    "accounts.remove": this.#account,
    "accounts.leavePeers": this.#account,
    "organizations.list": this.#account,
    "apps.list": this.#org,
    "machines.list": this.#app,
    "hosts.add": () => ({ ...this.#account(), host: this.#host() }),
    "hosts.read": () => ({ ...this.#account(), appName: this.#apps.any() }),
    "hosts.change": () => {
      const host = this.#random.oneIn(2) ? this.#host() : { ...this.#host(), login: { kind: "kept" } as const };
      return { ...this.#account(), appName: this.#apps.any(), host };
    },
    "hosts.remove": () => ({ ...this.#account(), appName: this.#apps.any() }),
    "sessions.list": this.#nothing,
    "sessions.open": () => this.#open(),
    "sessions.restore": () => ({ sessionId: this.#ownName(), request: this.#request(), ...this.#cells() }),
    "sessions.reopen": this.#session,
    "sessions.close": this.#session,
    "sessions.resize": () => ({ ...this.#session(), ...this.#cells() }),
    "sessions.acceptHostKey": () => ({ ...this.#session(), offeredFingerprint: "SHA256:x" }),
    "sessions.attach": () => ({ ...this.#session(), ...this.#cells() }),
    "tunnels.list": this.#nothing,
    "tunnels.watch": () => ({ on: this.#random.oneIn(2), closely: this.#random.oneIn(2) }),
    "tunnels.events": this.#nothing,
    "tunnels.retry": this.#tunnel,
    "tunnels.startCapture": () => ({ ...this.#tunnel(), limitBytes: 64 * 1024 }),
    "tunnels.stopCapture": this.#tunnel,
    "tunnels.ping": () => ({
      ...this.#tunnel(),
      host: `${this.#apps.any()}.internal`.slice(0, 250),
      count: 1,
      intervalMs: 200,
    }),
    "tunnels.dig": () => ({
      ...this.#tunnel(),
      name: `${this.#apps.any()}.internal`.slice(0, 250),
      type: this.#random.pick(DNS_TYPES),
    }),
    "peers.list": this.#org,
    "peers.left": this.#nothing,
    "peers.forgetLeft": this.#nothing,
    "peers.create": this.#org,
    "peers.remove": () => ({ ...this.#org(), name: this.#peers.any() }),
    "regions.nearest": this.#account,
  };
}

/** How often each call is drawn, where once is not it: what makes names is asked for more often, what costs a handshake less. */
const WEIGHTS: Partial<Record<CallName, number>> = {
  "accounts.remove": 0.2,
  "accounts.startDemo": 0.5,
  "accounts.list": 2,
  "organizations.list": 2,
  "apps.list": 3,
  "machines.list": 4,
  "sessions.open": 2,
  "sessions.reopen": 0.5,
  "sessions.close": 2,
  "sessions.resize": 4,
  "sessions.attach": 4,
  "tunnels.list": 4,
  "tunnels.startCapture": 2,
  "tunnels.stopCapture": 1,
  "peers.create": 0.5,
  "peers.remove": 0.5,
};

const DRAW: readonly CallName[] = (Object.keys(CALLS) as CallName[]).flatMap((name) =>
  Array.from({ length: 10 * (WEIGHTS[name] ?? 1) }, () => name),
);
