import { machineFiles } from "../../electron/demo/shell/machine-files.ts";
import type { ShellHost } from "../../electron/demo/shell/types.ts";

const BOOTED = Date.UTC(2026, 10, 20, 8, 30);

/** A machine for shell tests that has run for so many hours, with one other host in its network. */
export function testHost(upHours = 1): ShellHost {
  const facts = {
    app: "api",
    machineId: "148e21dad76789",
    region: "ams",
    organization: "northwind-labs",
    image: "northwind/api:1",
    processGroup: "app",
    address: "fdaa:0:1:a7b:1::2",
    bootedAt: BOOTED,
  };
  return {
    ...facts,
    fs: machineFiles(facts),
    wall: () => BOOTED + upHours * 3_600_000,
    resolve: (name) => (name === "web.internal" || name === "fdaa::7" ? ["fdaa::7"] : []),
    roundTrip: (address) => (address === "fdaa::7" ? 1.5 : undefined),
    get: (address, port, path) =>
      address === "fdaa::7" && port === 8080
        ? { status: 200, reason: "OK", headers: { "content-type": "text/plain" }, body: `hello from ${path}\n` }
        : undefined,
  };
}
