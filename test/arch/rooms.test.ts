import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { PROJECT, sourcesBelow } from "./sources.ts";

/** style.md, principles 1, 2, 8 and 20: rooms explain themselves, files stay small, cores own no I/O. */

const MOST_LINES = 400;
/** A suite may be longer: it is read test by test. */
const MOST_TEST_LINES = 600;
const MOST_README_LINES = 40;

const ROOMS = [
  "shared",
  "renderer",
  ...readdirSync(join(PROJECT, "electron"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `electron/${entry.name}`),
];

describe("rooms", () => {
  test.each(ROOMS)("%s has a README of at most 40 lines", (room) => {
    const path = join(PROJECT, room, "README.md");
    expect(existsSync(path), `${room}/README.md is missing`).toBe(true);
    expect(readFileSync(path, "utf8").trimEnd().split("\n").length).toBeLessThanOrEqual(MOST_README_LINES);
  });
});

describe("files", () => {
  test("are at most 400 lines long, unless their head says why", () => {
    const generated = /graphql-env\.d\.ts$/;
    const faults = sourcesBelow("electron", "shared", "renderer", "test")
      .filter(({ path }) => !generated.test(path))
      .map(({ path, text }) => ({ path, lines: text.trimEnd().split("\n") }))
      .filter(
        ({ path, lines }) =>
          lines.length > (path.startsWith("test/") ? MOST_TEST_LINES : MOST_LINES) &&
          !/400/.test(lines.slice(0, 20).join("\n")),
      )
      .map(({ path, lines }) => `${path}: ${lines.length} lines`);
    expect(faults).toEqual([]);
  });

  test("suppress no check", () => {
    const suppression = /@ts-(ignore|expect-error|nocheck)|biome-ignore|eslint-disable/;
    const faults = sourcesBelow("electron", "shared", "renderer")
      .filter(({ path, text }) => suppression.test(text) && !path.endsWith(".d.ts"))
      .map(({ path }) => path);
    expect(faults).toEqual([]);
  });
});

describe("cores", () => {
  /** Names that mean time, waiting or output. */
  const FORBIDDEN = new Set([
    "setTimeout",
    "setInterval",
    "setImmediate",
    "queueMicrotask",
    "Promise",
    "console",
    "performance",
    "process",
    "fetch",
  ]);
  /** Where a core meets Node: a stream is its whole purpose. */
  const SEAM = "electron/netstack/tcp-stream.ts";

  test("use no timer, promise, console or clock", () => {
    const faults = sourcesBelow("electron/wireguard", "electron/netstack")
      .filter(({ path }) => path !== SEAM)
      .flatMap(({ path, text }) => forbiddenNames(path, text).map((name) => `${path}: ${name}`));
    expect(faults).toEqual([]);
  });

  function forbiddenNames(path: string, text: string): string[] {
    const found = new Set<string>();
    const visit = (node: ts.Node): void => {
      if (ts.isIdentifier(node) && FORBIDDEN.has(node.text) && !isMemberName(node)) found.add(node.text);
      if (ts.isPropertyAccessExpression(node) && ["Date.now", "Math.random"].includes(node.getText()))
        found.add(node.getText());
      if (node.kind === ts.SyntaxKind.AsyncKeyword || ts.isAwaitExpression(node)) found.add("async");
      ts.forEachChild(node, visit);
    };
    visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true));
    return [...found];
  }

  /** `peer.process` and `{ process: … }` are names of ours. */
  function isMemberName(node: ts.Identifier): boolean {
    const { parent } = node;
    if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
    return (
      ts.isPropertyAssignment(parent) ||
      ts.isMethodDeclaration(parent) ||
      ts.isPropertySignature(parent) ||
      ts.isMethodSignature(parent)
    );
  }
});
