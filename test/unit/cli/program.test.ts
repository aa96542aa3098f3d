import { CommanderError } from "commander";
import { describe, expect, test } from "vitest";
import { CulvertError } from "../../../electron/base/errors.ts";
import { exitCodeFor } from "../../../electron/entries/exit-codes.ts";
import { type Commands, createProgram } from "../../../electron/entries/program.ts";
import { ProfileHeldError } from "../../../electron/host/profile-lock.ts";
import { ERROR_CODES } from "../../../shared/errors.ts";

/** What was called with what, and the exit code; usage messages are kept off the terminal. */
async function run(...words: string[]): Promise<{ called: unknown[]; code: number; output: string }> {
  const called: unknown[] = [];
  let output = "";
  let code = -1;
  const note = (name: string) => async (options: unknown) => {
    called.push([name, options]);
    return 0;
  };
  const commands: Commands = {
    desktop: note("desktop"),
    serve: note("serve"),
    demo: note("demo"),
    nc: note("nc"),
    ping: note("ping"),
    dig: note("dig"),
  };
  const program = createProgram(commands, (exitCode) => {
    code = exitCode;
  });
  const write = (text: string): void => {
    output += text;
  };
  for (const command of [program, ...program.commands]) command.configureOutput({ writeOut: write, writeErr: write });
  try {
    await program.parseAsync(words, { from: "user" });
  } catch (error) {
    code = exitCodeFor(error);
  }
  return { called, code, output };
}

const PING = {
  count: Number.POSITIVE_INFINITY,
  interval: 1,
  size: 56,
  timeout: 5,
  ipv4: false,
  ipv6: false,
  json: false,
};

const GOOD_GATEWAY = { json: false, callBack: false, unknownPeers: false, underLoad: false, udpBlocked: false };

describe("commands", () => {
  test.each([
    [[], ["desktop", { demo: false, demoIfEmpty: false }]],
    [["--demo-if-empty"], ["desktop", { demo: false, demoIfEmpty: true }]],
    [["serve"], ["serve", { port: 0, demo: false, demoIfEmpty: false, open: true, json: false }]],
    [
      ["serve", "--demo", "--no-open", "--json", "--port", "4000"],
      ["serve", { port: 4000, demo: true, demoIfEmpty: false, open: false, json: true }],
    ],
    [
      ["demo", "--json"],
      ["demo", { ...GOOD_GATEWAY, json: true }],
    ],
    [
      ["demo", "--late-peer", "3", "--lookup", "0.5", "--drop-initiations", "2", "--evict-every", "30"],
      ["demo", { ...GOOD_GATEWAY, latePeer: 3, lookup: 0.5, dropInitiations: 2, evictEvery: 30 }],
    ],
    [
      ["demo", "--call-back", "--unknown-peers", "--under-load", "--udp-blocked"],
      ["demo", { json: false, callBack: true, unknownPeers: true, underLoad: true, udpBlocked: true }],
    ],
    [
      ["nc", "--config", "wg.conf", "fdaa::3", "22"],
      ["nc", { config: "wg.conf", host: "fdaa::3", port: 22 }],
    ],
    [
      ["nc", "web.internal", "8080", "--config=a b.conf"],
      ["nc", { config: "a b.conf", host: "web.internal", port: 8080 }],
    ],
    [
      ["nc", "--config", "wg.conf", "--capture", "a.pcapng", "host", "22"],
      ["nc", { config: "wg.conf", capture: "a.pcapng", host: "host", port: 22 }],
    ],
    [
      ["nc", "--config", "wg.conf", "--carrier", "websocket", "host", "22"],
      ["nc", { config: "wg.conf", carrier: "websocket", host: "host", port: 22 }],
    ],
    [
      ["dig", "--config", "wg.conf", "--carrier", "auto", "web.internal"],
      ["dig", { config: "wg.conf", carrier: "auto", name: "web.internal", type: undefined, json: false }],
    ],
    [
      ["ping", "--config", "wg.conf", "web.internal"],
      ["ping", { ...PING, config: "wg.conf", host: "web.internal" }],
    ],
    [
      ["ping", "-4", "-c", "3", "-i", "0.2", "-s", "0", "-W", "1.5", "--json", "--config", "wg.conf", "web.internal"],
      [
        "ping",
        {
          config: "wg.conf",
          host: "web.internal",
          count: 3,
          interval: 0.2,
          size: 0,
          timeout: 1.5,
          ipv4: true,
          ipv6: false,
          json: true,
        },
      ],
    ],
    [
      ["dig", "--config", "wg.conf", "fdaa::3"],
      ["dig", { config: "wg.conf", name: "fdaa::3", type: undefined, json: false }],
    ],
    [
      ["dig", "--config", "wg.conf", "--json", "_apps.internal", "txt"],
      ["dig", { config: "wg.conf", name: "_apps.internal", type: "TXT", json: true }],
    ],
  ])("%j", async (words, wanted) => {
    const { called, code } = await run(...words);
    expect(called).toEqual([wanted]);
    expect(code).toBe(0);
  });

  test.each([
    [["nc", "host", "22"]],
    [["nc", "--config", "f", "host"]],
    [["nc", "--config", "f", "host", "0"]],
    [["nc", "--config", "f", "host", "65536"]],
    [["nc", "--config", "f", "host", "22x"]],
    [["nc", "--config", "f", "host", "-1"]],
    [["nc", "--config", "f", "host", "22", "more"]],
    [["nc", "--config", "", "host", "22"]],
    [["ping", "--config", "f", "--capture", "", "host"]],
    [["demo", "--write-config", ""]],
    [["ping", "host"]],
    [["ping", "--config", "f"]],
    [["ping", "--config", "f", "-c", "0", "host"]],
    [["ping", "--config", "f", "-c", "1.5", "host"]],
    [["ping", "--config", "f", "-i", "0", "host"]],
    [["ping", "--config", "f", "-s", "70000", "host"]],
    [["ping", "--config", "f", "-4", "-6", "host"]],
    [["dig", "--config", "f"]],
    [["dig", "--config", "f", "name", "AXFR"]],
    [["serve", "--port", "http"]],
    [["serve", "--port"]],
    [["serve", "--host", "0.0.0.0"]],
    [["sevre"]],
    [["--nonsense"]],
  ])("%j is wrong use", async (words) => {
    const { called, code, output } = await run(...words);
    expect(called).toEqual([]);
    expect(code).toBe(64);
    expect(output).toMatch(/^culvert: /);
  });

  test.each([
    [["pnig", "--config", "x", "y"], "There is no command pnig. Did you mean ping?"],
    [["sevre", "--port"], "There is no command sevre. Did you mean serve?"],
    [["foo"], "There is no command foo."],
    [["foo", "bar", "--json"], "There is no command foo."],
    [["--dmeo"], "There is no option --dmeo. Did you mean --demo?"],
    [["--nonsense", "serve"], "There is no option --nonsense."],
  ])("%j says what is wrong, and what was meant", async (words, fault) => {
    const { called, code, output } = await run(...words);
    expect([called, code, output.split("\n")[0]]).toEqual([[], 64, `culvert: ${fault}`]);
  });

  const label = "a".repeat(70);
  test.each([
    [["dig", "@1.2.3.4", "web.internal"], "change the DNS line of --config."],
    [["dig", "web.internal", "@1.2.3.4"], "change the DNS line of --config."],
    [["dig", "+short", "web.internal"], "Options of this dig begin with --"],
    [["ping", ""], "There is no name."],
    [["nc", "", "22"], "There is no name."],
    [["ping", `${label}.internal`], "at most 63 bytes; there are 70."],
    [["dig", `${"a.".repeat(127)}b`], "A name has at most 253 bytes; this one has 255."],
  ])("%j: what can be no name says why", async ([command = "", ...words], fault) => {
    const { called, code, output } = await run(command, "--config", "f", ...words);
    expect([called, code]).toEqual([[], 64]);
    expect(output).toContain(fault);
  });

  test("an option that was mistyped is named before the one that is missing for it", async () => {
    const { called, code, output } = await run("ping", "--conifg", "x", "host");
    expect([called, code]).toEqual([[], 64]);
    expect(output).toContain("--conifg");
    expect(output).toContain("--config?");
    expect((await run("ping", "host")).output).toContain("required option '--config <file>' not specified");
  });

  test("help and version succeed, and help tells the exit codes", async () => {
    const help = await run("--help");
    expect(help.code).toBe(0);
    for (const exitCode of [0, 1, 64, 65, 69, 70, 75, 77, 78, 130])
      expect(help.output).toMatch(new RegExp(`^  ${exitCode}\\s`, "m"));
    expect((await run("help", "nc")).output).toContain("ProxyCommand");
    expect((await run("--version")).output).toMatch(/^\d+\.\d+\.\d+/);
  });
});

describe("exit codes", () => {
  const documented = [1, 64, 65, 69, 70, 75, 77, 78, 130];

  test.each(ERROR_CODES)("%s has a documented one", (code) => {
    expect(documented).toContain(exitCodeFor(new CulvertError(code)));
  });

  test("special cases", () => {
    expect(exitCodeFor(new CulvertError("connection-refused"))).toBe(1);
    expect(exitCodeFor(new CulvertError("config-invalid"))).toBe(65);
    // A script that tries again on 75 must not do so for ever.
    expect(exitCodeFor(new CulvertError("dns-refused"))).toBe(1);
    expect(exitCodeFor(new CulvertError("gateway-silent"))).toBe(69);
    expect(exitCodeFor(new CulvertError("unauthorized"))).toBe(77);
    expect(exitCodeFor(new ProfileHeldError({ pid: 1, born: "" }))).toBe(75);
    expect(exitCodeFor(new TypeError("bug"))).toBe(70);
    expect(exitCodeFor(new CommanderError(1, "x", "y"))).toBe(64);
  });
});
