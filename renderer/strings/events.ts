import { type ErrorCode, sentenceFor } from "../../shared/errors.ts";
import type { EventFacts, EventKind } from "../../shared/network-events.ts";

type Told = { readonly [K in EventKind]: (facts: Extract<EventFacts, { kind: K }>, words: EventWords) => string };

/** What sentences need of the rest of the catalogue and of the formats. */
export interface EventWords {
  carrier(name: "udp" | "websocket"): string;
  duration(ms: number): string;
  count(value: number): string;
  /** Words for why a handshake was refused. */
  reason(name: string): string;
}

const shell = ({ app, machine, region }: { app: string; machine: string; region: string }): string =>
  [app, machine, region].filter(Boolean).join(" · ");

const because = (code: ErrorCode): string => sentenceFor(code);

/** The event's name: a word or two beside its shape. */
const names: Record<EventKind, string> = {
  "tunnel-opened": "Tunnel opened",
  "tunnel-failed": "Tunnel failed",
  "tunnel-closed": "Tunnel closed",
  "tunnel-up": "Tunnel up",
  handshake: "New keys",
  "gateway-silent": "Gateway silent",
  "gateway-gave-up": "Calls given up",
  "handshake-refused": "Handshake refused",
  "cookie-asked": "Address proved",
  "keys-erased": "Keys erased",
  "carrier-changed": "Carrier switched",
  roamed: "Gateway moved",
  "network-changed": "Network changed",
  resumed: "Computer woke up",
  retried: "Tried again",
  "name-looked-up": "Name looked up",
  "capture-started": "Capture started",
  "capture-ended": "Capture ended",
  "shell-opened": "Shell opened",
  "shell-ended": "Shell ended",
  "shell-closed": "Shell closed",
  "shell-lost": "Shell lost",
  "shell-failed": "Shell failed",
  "host-key-forgotten": "Host key forgotten",
};

const sentences: Told = {
  "tunnel-opened": ({ gateway }) => `To ${gateway}; nothing was sent yet.`,
  "tunnel-failed": ({ gateway, code, detail }) => [`${gateway}: ${because(code)}`, detail].filter(Boolean).join(" "),
  "tunnel-closed": ({ gateway }) => `To ${gateway}.`,
  "tunnel-up": ({ carrier, rttMs }, words) =>
    rttMs === null
      ? `The gateway called us over ${words.carrier(carrier)}.`
      : `Handshake over ${words.carrier(carrier)} in ${words.duration(rttMs)}.`,
  handshake: ({ carrier, rttMs }, words) =>
    rttMs === null
      ? `The gateway renewed them over ${words.carrier(carrier)}.`
      : `Handshake over ${words.carrier(carrier)} in ${words.duration(rttMs)}.`,
  "gateway-silent": ({ attempts }, words) => `${words.count(attempts)} handshake messages in a row without an answer.`,
  "gateway-gave-up": ({ attempts }, words) =>
    `No answer to ${words.count(attempts)} handshake messages. The next packet calls again.`,
  "handshake-refused": ({ reason }, words) => words.reason(reason),
  "cookie-asked": () => "The gateway is under load and asked for a proof of our address.",
  "keys-erased": ({ cause }) =>
    cause === "age" ? "They had not been renewed for nine minutes." : "Before sleep, or because the network changed.",
  "carrier-changed": ({ carrier, gateway }, words) => `To ${words.carrier(carrier)}, ${gateway}.`,
  roamed: ({ endpoint }) => `It was heard from ${endpoint}.`,
  "network-changed": () => "New sockets, names looked up, gateways called at once.",
  resumed: () => "New sockets, names looked up, gateways called at once.",
  retried: () => "New sockets, names looked up, gateways called at once.",
  "name-looked-up": ({ host, address, moved }) => {
    if (address === null) return `${host} has no address at the moment.`;
    return moved ? `${host} is at ${address} now.` : `${host} is still at ${address}.`;
  },
  "capture-started": () => "Packets inside the tunnel go to a file.",
  "capture-ended": ({ state, packets }, words) => {
    const held = `${words.count(packets)} packets.`;
    if (state === "full") return `It reached its limit: ${held}`;
    return state === "failed" ? `The file could not be written: ${held}` : held;
  },
  "shell-opened": (facts, words) =>
    facts.readyMs === null ? shell(facts) : `${shell(facts)}, ready in ${words.duration(facts.readyMs)}`,
  "shell-ended": (facts) => {
    const { exitCode, signal } = facts;
    const how = exitCode !== null ? `exit ${exitCode}` : signal !== null ? `by ${signal}` : "without a status";
    return `${shell(facts)}, ${how}`;
  },
  "shell-closed": (facts) => shell(facts),
  "shell-lost": (facts) => `${shell(facts)}: ${because(facts.code)}`,
  "shell-failed": (facts) => `${shell(facts)}: ${because(facts.code)}`,
  "host-key-forgotten": ({ alias, fingerprint }) =>
    `${alias}, ${fingerprint}. The next login trusts the key that is shown then.`,
};

/** Typed by the kind: the compiler asks for a sentence for each. */
function sentence<K extends EventKind>(facts: Extract<EventFacts, { kind: K }>, words: EventWords): string {
  const tell: Told[K] = sentences[facts.kind as K];
  return tell(facts, words);
}

/** What happened to tunnels and shells. */
export const eventWords = {
  events: {
    title: "Events",
    names,
    sentence,
    times: (count: string) => `×${count}`,
    timesSpoken: (count: string, since: string) => `${count} times, first at ${since}`,
    filter: "Show events",
    groups: { all: "All", tunnel: "Tunnel", shells: "Shells", trouble: "Trouble" },
    search: "Filter events",
    none: "Nothing happened yet.",
    noneText: "Tunnels, handshakes, changes of network and shells are listed here as they come and go.",
    noMatch: "No event fits.",
    showAll: "Show all",
    time: "Time",
    what: "What happened",
    details: "Details",
    about: "Where",
    copy: "Copy these events",
    shown: (shown: string, all: string) => `${shown} of ${all}`,
  },
} as const;
