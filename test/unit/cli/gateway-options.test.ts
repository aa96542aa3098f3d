import { Command, CommanderError } from "commander";
import { expect, test } from "vitest";
import { ORDINARY_MODES } from "../../../electron/demo/gateway-modes.ts";
import {
  faultsOf,
  type GatewayOptions,
  modesOf,
  withGatewayOptions,
} from "../../../electron/entries/gateway-options.ts";

function modes(...words: string[]) {
  const command = withGatewayOptions(new Command("demo").exitOverride().configureOutput({ writeErr: () => undefined }));
  return modesOf(command.parse(words, { from: "user" }).opts<GatewayOptions>());
}

test("without a word the gateway is an ordinary one", () => {
  expect(modes()).toEqual(ORDINARY_MODES);
});

test.each([
  [["--late-peer", "3"], { latePeerMs: 3_000 }],
  [["--call-back", "--lookup", "0.7"], { callBack: true, lookupMs: 700 }],
  [["--drop-initiations", "2"], { dropInitiations: 2 }],
  [["--unknown-peers"], { unknownPeers: true }],
  [["--under-load"], { underLoad: true }],
  [["--udp-blocked"], { udpBlocked: true }],
])("%s is a mode of the gateway", (words, mode) => {
  expect(modes(...words)).toEqual({ ...ORDINARY_MODES, ...mode });
});

test.each([
  ["--late-peer", "-1"],
  ["--late-peer", "soon"],
  ["--lookup", "3601"],
  ["--drop-initiations", "1.5"],
  ["--evict-every", "0"],
])("%s %s is refused", (...words) => {
  expect(() => modes(...words)).toThrow(CommanderError);
});

test("each fault is told, and none without one", () => {
  const calm = { callBack: false, unknownPeers: false, underLoad: false, udpBlocked: false };
  expect(faultsOf(calm)).toEqual([]);
  const all = { latePeer: 3, callBack: true, lookup: 0.5, dropInitiations: 2, evictEvery: 30 };
  expect(faultsOf({ ...all, unknownPeers: true, underLoad: true, udpBlocked: true })).toHaveLength(8);
  expect(faultsOf({ ...calm, udpBlocked: true })).toEqual(["nothing passes over UDP"]);
});
