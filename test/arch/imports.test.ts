import { describe, expect, test } from "vitest";
import { type SourceFile, sourcesBelow } from "./sources.ts";

/** Who may import whom (design.md, "Rooms"). A room may always import itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  shared: [],
  base: ["shared"],
  crypto: ["base"],
  wireguard: ["base", "crypto"],
  netstack: ["base"],
  ssh: ["base"],
  platform: ["base", "shared"],
  engine: ["base", "shared", "crypto", "wireguard", "netstack", "ssh", "platform"],
  // The same rooms in the other role, and the parts of the engine that any owner of a device needs.
  demo: [
    "base",
    "shared",
    "crypto",
    "wireguard",
    "netstack",
    "ssh",
    "platform",
    "electron/engine/core-loop.ts",
    "electron/engine/udp-bind.ts",
    "electron/engine/carriers/record-pacer.ts",
    "electron/engine/carriers/record-stream.ts",
  ],
  host: ["base", "shared", "electron/engine/client.ts", "electron/engine/store.ts"],
  renderer: ["shared"],
  entries: ["base", "shared", "engine", "host", "demo", "package.json"],
};

/** main.ts, preload.ts, cli.ts, serve.ts count to the entries. */
function roomOf(path: string): string {
  const [first = "", second = ""] = path.split("/");
  if (first !== "electron") return first;
  return second.endsWith(".ts") ? "entries" : second;
}

const sources = sourcesBelow("electron", "shared", "renderer").filter(({ path }) => !path.endsWith("vite.config.ts"));

function offences(check: (file: SourceFile) => readonly string[]): string[] {
  return sources.flatMap((file) => check(file).map((fault) => `${file.path}: ${fault}`));
}

function packagesOf(file: SourceFile): string[] {
  return file.imports.filter(({ isPackage }) => isPackage).map(({ target }) => target);
}

describe("import rules", () => {
  test("the sources are found", () => {
    const rooms = new Set(sources.map(({ path }) => roomOf(path)));
    expect([...rooms].sort()).toEqual(Object.keys(MAY_IMPORT).sort());
  });

  test("every room imports only what it may", () => {
    const faults = offences((file) => {
      const room = roomOf(file.path);
      const allowed = [room, ...(MAY_IMPORT[room] ?? [])];
      return file.imports
        .filter(({ isPackage, target }) => !isPackage && !allowed.includes(roomOf(target)) && !allowed.includes(target))
        .map(({ target }) => `imports ${target}`);
    });
    expect(faults).toEqual([]);
  });

  test('"electron" is imported by the desktop shell, main.ts and preload.ts only', () => {
    const faults = offences((file) => {
      const mayUse = /^electron\/(main|preload)\.ts$|^electron\/host\/electron\//.test(file.path);
      return mayUse ? [] : packagesOf(file).filter((name) => name === "electron" || name.startsWith("electron/"));
    });
    expect(faults).toEqual([]);
  });

  test("the preload script imports nothing but electron", () => {
    const preload = sources.find(({ path }) => path === "electron/preload.ts");
    expect(preload?.imports.map(({ target }) => target)).toEqual(["electron"]);
  });

  test("only entries and the desktop shell reach the desktop shell", () => {
    const faults = offences((file) =>
      file.imports
        .filter(({ target }) => target.startsWith("electron/host/electron/"))
        .filter(() => roomOf(file.path) !== "entries" && !file.path.startsWith("electron/host/electron/"))
        .map(({ target }) => `imports ${target}`),
    );
    expect(faults).toEqual([]);
  });

  test("the kernel is told addresses of memory beneath udp-bind.ts only", () => {
    const faults = offences((file) => [
      ...file.imports
        .filter(({ target }) => target.startsWith("electron/engine/linux-udp/"))
        .filter(() => !/^electron\/engine\/(linux-udp\/|udp-bind\.ts$)/.test(file.path))
        .map(({ target }) => `imports ${target}`),
      ...packagesOf(file).filter((name) => name === "koffi" && !file.path.startsWith("electron/engine/linux-udp/")),
    ]);
    expect(faults).toEqual([]);
  });

  test("sockets are opened in the engine, the web server and the demo only", () => {
    const socketModules = /^(node:)?(dgram|net|tls|http|https|http2)$|^ws$/;
    const mayOpen = /^electron\/(engine|demo|host\/web)\//;
    const faults = offences((file) => {
      if (mayOpen.test(file.path)) return [];
      // Types open nothing.
      const code = file.text.replace(/^import type .*$/gm, "");
      return packagesOf(file).filter((name) => socketModules.test(name) && code.includes(`"${name}"`));
    });
    expect(faults).toEqual([]);
  });

  test("the system's resolver is asked in one place only, for the gateways", () => {
    const faults = offences((file) =>
      file.path === "electron/engine/gateway-place.ts"
        ? []
        : packagesOf(file).filter((name) => /^(node:)?dns(\/promises)?$/.test(name)),
    );
    expect(faults).toEqual([]);
  });

  test("shared and the page know no Node", () => {
    const faults = offences((file) =>
      /^(shared|renderer)\//.test(file.path) ? packagesOf(file).filter((name) => name.startsWith("node:")) : [],
    );
    expect(faults).toEqual([]);
  });

  test("shared imports zod and nothing else", () => {
    const faults = offences((file) =>
      file.path.startsWith("shared/") ? packagesOf(file).filter((name) => name !== "zod") : [],
    );
    expect(faults).toEqual([]);
  });
});
