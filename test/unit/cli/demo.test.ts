import { expect, test } from "vitest";
import { demoText } from "../../../electron/entries/demo.ts";

const access = {
  api: "http://127.0.0.1:1/graphql",
  token: "t",
  gateway: { udp: "127.0.0.1:2" },
  ca: "",
  apps: [
    {
      name: "foreign",
      organization: "p",
      network: null,
      machines: [{ id: "m", region: "ams", state: "started", address: "fdaa::2" }],
    },
    { name: "off", organization: "o", network: null, machines: [] },
    {
      name: "api",
      organization: "o",
      network: null,
      machines: [{ id: "m", region: "ams", state: "started", address: "fdaa::1" }],
    },
  ],
} as const;

test("both carriers and the faults are told", () => {
  const text = demoText(access, ["nothing passes over UDP"], undefined);
  expect(text).toContain("gateway  127.0.0.1:2 (UDP, and WebSocket over TCP at the same port)");
  expect(text).toContain("\n  fault    nothing passes over UDP");
  expect(text).not.toContain("culvert ping");
});

test("with a configuration the commands to try are told, as a shell takes them", () => {
  const text = demoText(access, [], { path: "it's wg.conf", orgSlug: "o", udpBlocked: false });
  expect(text).toContain("\n  culvert ping --config 'it'\\''s wg.conf' -c 3 api.internal\n");
  expect(text).toMatch(/\| culvert nc --config .* api\.internal 8080$/);
});

test("where nothing passes over UDP the commands to try ask for the WebSocket as well", () => {
  const text = demoText(access, [], { path: "wg.conf", orgSlug: "o", udpBlocked: true });
  const commands = text.split("\n").filter((line) => line.includes("--config"));
  expect(commands).toHaveLength(3);
  for (const command of commands) expect(command).toContain("--config wg.conf --carrier auto ");
});
