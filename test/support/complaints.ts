import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT, sourcesBelow } from "../arch/sources.ts";

/** The thirty complaints about apps of this kind, and the tests that hold what we say to each. */

interface Complaint {
  readonly text: string;
  /** Tests without the number in their name that hold it too: file, and how a name in it begins. */
  readonly also?: readonly (readonly [file: string, name: string])[];
  /** In plain words, what is not there yet. */
  readonly open?: string;
}

export const COMPLAINTS: Readonly<Record<number, Complaint>> = {
  1: {
    text: "Sessions are dead after sleep or a change of network.",
    also: [
      ["test/unit/engine/wake-detector.test.ts", "a sleep, when the timer came more than 30 s late"],
      ["test/unit/engine/wake.test.ts", "a tunnel lives through sleep and a change of network"],
    ],
  },
  2: {
    text: "“Tunnel unavailable”, without a stage, a reason or a next step.",
    open: "The doctor that shares these checks comes with its own issue.",
  },
  3: {
    text: "UDP is blocked, and the other transport is switched by hand.",
    also: [
      ["test/unit/engine/carriers/carrier-race.test.ts", "UDP is silent: after 1.5 s the WebSocket is connected"],
      ["test/unit/engine/carriers/carrier-memory.test.ts", "what won is remembered for the gateway and the network"],
    ],
  },
  4: {
    text: "Any web page can run commands through the local server.",
    also: [
      ["test/contract/gates.test.ts", "DNS rebinding: Host"],
      ["test/contract/gates.test.ts", "cross-site WebSocket: Origin"],
      ["test/contract/router-fuzz.test.ts", "any text gets exactly one valid answer"],
      ["test/e2e/life.test.ts", "a page of another server on this computer cannot open the link"],
    ],
  },
  5: {
    text: "The client hangs when the machine goes away.",
  },
  6: {
    text: "The shell opens in another machine than was asked for.",
    also: [["test/unit/engine/engine-core.test.ts", "a stopped machine is refused with its state, and never replaced"]],
  },
  7: {
    text: "Large output freezes the window or is lost.",
    also: [["test/e2e/demo.test.ts", "a flood leaves the page responsive, and Ctrl+C ends it within 150 ms"]],
  },
  8: {
    text: "Electron terminals are slow to start, to type in, and heavy.",
    open: "Times are no test, since other work on the machine would decide it: `npm run bench -- browser` prints each with its bound.",
  },
  9: {
    text: "Host keys are forgotten, or not checked at all.",
    also: [
      ["test/unit/engine/engine-core.test.ts", "another host key than the pinned one stops the login"],
      ["test/unit/renderer/window.test.tsx", "whose host key changed is stopped by a dialog with both fingerprints"],
    ],
  },
  10: {
    text: "Secrets are lost, or silently in plain text.",
    also: [["test/unit/host/files.test.ts", "a seal keeps the plain value out of the file"]],
  },
  11: { text: "Login is forced, and there is telemetry." },
  12: { text: "A terminal dies when one looks elsewhere, or when a part of the program blips." },
  13: { text: "Tabs and splits are not restored." },
  14: { text: "Ctrl+C kills instead of copying; keys for copy and paste are missing." },
  15: { text: "Shortcuts of the app take keys from the shell." },
  16: { text: "In a browser Ctrl+W, T and N cannot be caught." },
  17: {
    text: "File transfer is too thin.",
    open: "Files are a later issue; their place in the rail is not there before it.",
  },
  18: { text: "Forwards die, and stay dead.", open: "Forwards are a later issue." },
  19: {
    text: "Agent, certificates and IdentitiesOnly are ignored.",
    open: "Culvert logs in with certificates that the platform issues, or the key or password of a host. The user's own agent comes with a later issue.",
    also: [["test/interop/openssh.test.ts", ""]],
  },
  20: { text: "WebGL: blank or garbled text after a reset of the graphics." },
  21: {
    text: "WireGuard configurations cannot be imported as they are.",
    also: [
      ["test/e2e/cli.test.ts", "a file with errors is 65 with its lines"],
      ["test/unit/renderer/window.test.tsx", "a configuration with errors is shown with its lines"],
    ],
  },
  22: { text: "“Am I connected?” is not answered." },
  23: {
    text: "Stale peers pile up, and cannot be removed.",
    also: [["test/unit/engine/engine-core.test.ts", "a new peer takes the tunnel's place, and the old one is gone"]],
  },
  24: { text: "Input methods double text, or show it in the wrong place." },
  25: { text: "Not usable with a screen reader; the focus is trapped." },
  26: { text: "A paste runs commands; programs reach the clipboard." },
  27: { text: "Which tab is production, and which has news?" },
  28: { text: "Find is slow, or miscounts." },
  29: { text: "The theme does not follow the system; colours cannot be read." },
  30: {
    text: "On Linux: blurry on Wayland, errors of the updater.",
    open: "Packages and updates come with the release; there is no updater that could fail.",
  },
};

/** The opening of a test or group, with its name. */
const NAMED = /\b(?:test|it|describe)(?:\.\w+)*(?:\([^()]*\))?\(\s*(["'`])((?:\\.|(?!\1)[^\\\n])*)\1/g;

export interface Held {
  readonly path: string;
  readonly name: string;
}

/** Tests and groups by the complaint whose number is in their name. */
export function testsByNumber(): ReadonlyMap<number, readonly Held[]> {
  const found = new Map<number, Held[]>();
  for (const { path, text } of sourcesBelow("test").sort((a, b) => (a.path < b.path ? -1 : 1))) {
    if (!/\.test\.tsx?$/.test(path)) continue;
    for (const [, , name = ""] of text.matchAll(NAMED)) {
      for (const [, number] of name.matchAll(/#(\d{1,2})\b/g)) {
        found.set(Number(number), [...(found.get(Number(number)) ?? []), { path, name }]);
      }
    }
  }
  return found;
}

/** Whether a file has a test or group whose name begins so. */
export function hasTest(path: string, beginning: string): boolean {
  const text = readFileSync(join(PROJECT, path), "utf8");
  return [...text.matchAll(NAMED)].some(([, , name = ""]) => name.startsWith(beginning));
}

/** docs/complaints.md. */
export function complaintsPage(): string {
  const byNumber = testsByNumber();
  const parts = Object.entries(COMPLAINTS).map(([number, { text, also = [], open }]) => {
    const tests = [
      ...(byNumber.get(Number(number)) ?? []).map(({ path, name }) => `- ${clean(name)} (\`${path}\`)`),
      ...also.map(([path, name]) => `- ${name === "" ? "all of it" : `${clean(name)} …`} (\`${path}\`)`),
    ];
    const lead = [`## ${number}. ${text}`, ""];
    const end = open === undefined ? [] : [...(tests.length > 0 ? [""] : []), `Not yet: ${open}`];
    return [...lead, ...tests, ...end, ""].join("\n");
  });
  return [
    "# The complaints, and the tests that hold our answers",
    "",
    "What people say of apps of this kind, ordered by importance, with the tests whose names carry the number. Written by",
    "`npx vitest run --config test/vitest.unit.ts test/arch/complaints.test.ts -u`, which also fails when it is out of date.",
    "",
    ...parts,
  ].join("\n");
}

function clean(name: string): string {
  return name
    .replaceAll(/#\d{1,2}\b ?/g, "")
    .replaceAll(/\\(["'`])/g, "$1")
    .trim();
}
