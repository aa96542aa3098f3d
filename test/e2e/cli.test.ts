import { createSocket } from "node:dgram";
import { existsSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { DemoProcess } from "./support/demo-cloud.ts";
import { expect, test } from "./support/fixtures.ts";
import { type Ended, ProfileFolder, Program } from "./support/program.ts";

/** The command line as scripts use it: output, exit codes, streams. */

test("help and version", async ({ profile }) => {
  const version = await new Program(["--version"], profile).ended;
  expect([version.code, version.stdout.toString()]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+\n$/)]);
  const help = await new Program(["help"], profile).ended;
  expect(help.stdout.toString()).toContain("Exit codes:");
});

test("wrong use is 64, with the reason on standard error", async ({ profile }) => {
  const { code, stdout, stderr } = await new Program(["nc", "--config", "wg.conf", "host"], profile).ended;
  expect([code, stdout.length]).toEqual([64, 0]);
  expect(stderr).toContain("missing required argument");
});

test("errors are JSON where --json was asked for", async ({ profile }) => {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, "127.0.0.1", resolve));
  const taken = holder.address();
  const port = typeof taken === "object" && taken !== null ? taken.port : 0;
  const { code, stdout } = await new Program(["serve", "--no-open", "--json", "--port", String(port)], profile).ended;
  holder.close();
  expect(code).toBe(69);
  expect(JSON.parse(stdout.toString())).toMatchObject({ error: { code: "port-in-use", action: expect.any(String) } });
});

test("wrong use is told once, as JSON where --json was asked for", async ({ profile }) => {
  const { code, stdout, stderr } = await new Program(["ping", "--json", "--config", "wg.conf"], profile).ended;
  expect([code, stderr]).toEqual([64, ""]);
  expect(JSON.parse(stdout.toString())).toMatchObject({
    error: { code: "usage", message: "missing required argument 'host'" },
  });
});

test.describe("nc", () => {
  // One for all of these tests: each is a peer of its own.
  let demo: DemoProcess;
  let run: (text: string, ...words: string[]) => Program;
  let cloud: ProfileFolder;

  test.beforeAll(async () => {
    cloud = new ProfileFolder();
    demo = await DemoProcess.start(cloud);
  });

  test.beforeEach(({ profile }) => {
    run = (text, ...words) => {
      const path = join(profile.path, "wg.conf");
      writeFileSync(path, text);
      return new Program(["nc", "--config", path, ...words], profile);
    };
  });

  test.afterAll(async () => {
    const { code } = await demo.program.stop("SIGINT");
    await cloud.remove();
    expect(code).toBe(0);
  });

  /** Sends the text, ends the input, and waits for the end. */
  function converse(program: Program, text: string): Promise<Ended> {
    program.child.stdin.end(text);
    return program.ended;
  }

  test("joins standard input and output to a service, by name and by address", async () => {
    const config = await demo.wireGuardFile("northwind-labs");
    const request = "GET / HTTP/1.1\r\nHost: web.internal\r\nConnection: close\r\n\r\n";
    const byName = await converse(run(config, "web.internal", "8080"), request);
    expect(byName.stderr).toBe("");
    expect(byName.code).toBe(0);
    expect(byName.stdout.toString()).toMatch(/^HTTP\/1\.1 200 /);
    const machine = demo.access.apps
      .find(({ name }) => name === "web")
      ?.machines.find(({ state }) => state === "started");
    const byAddress = await converse(run(config, machine?.address ?? "", "8080"), request);
    expect(byAddress.stdout.toString()).toMatch(/^HTTP\/1\.1 200 /);
  });

  test("shows the SSH server's banner, and SIGTERM ends it with 143", async () => {
    const program = run(await demo.wireGuardFile("northwind-labs"), "web.internal", "22");
    expect(await program.firstLine()).toMatch(/^SSH-2\.0-/);
    expect((await program.stop("SIGTERM")).code).toBe(143);
  });

  test("a gateway that goes away is told of once, and so is its return", async () => {
    const program = run(await demo.wireGuardFile("northwind-labs"), "web.internal", "22");
    await program.firstLine();
    demo.program.child.kill("SIGSTOP");
    try {
      program.child.stdin.write("SSH-2.0-test\r\n");
      const silent = `culvert: the gateway ${demo.access.gateway.udp} is silent; it is being called.\n`;
      await expect.poll(() => program.stderrText, { timeout: 90_000 }).toBe(silent);
      demo.program.child.kill("SIGCONT");
      const back = `culvert: the gateway ${demo.access.gateway.udp} answers again.\n`;
      await expect.poll(() => program.stderrText, { timeout: 90_000 }).toBe(silent + back);
    } finally {
      demo.program.child.kill("SIGCONT");
    }
    expect((await program.stop("SIGTERM")).code).toBe(143);
  });

  test("ends cleanly when nobody reads any more", async () => {
    const program = run(await demo.wireGuardFile("northwind-labs"), "web.internal", "22");
    await program.firstLine();
    program.child.stdout.destroy();
    program.child.stdin.end("SSH-2.0-test\r\n");
    const { code, stderr } = await program.ended;
    expect(stderr).toBe("");
    expect(code).toBe(0);
  });

  test("a port where nothing listens is 1, a name that is none too", async () => {
    const config = await demo.wireGuardFile("northwind-labs");
    const refused = await converse(run(config, "web.internal", "9"), "");
    expect([refused.code, refused.stdout.length]).toEqual([1, 0]);
    expect(refused.stderr).toMatch(
      /^culvert: The other side refused the connection: web\.internal \(fdaa:[0-9a-f:, ]+\) port 9\. /,
    );
    expect((await converse(run(config, "nowhere.internal", "22"), "")).code).toBe(1);
  });

  test("a file with errors is 65 with its lines, a missing one 78", async ({ profile }) => {
    const bad = await converse(run("[Interface]\nPrivateKey = short\n", "host", "22"), "");
    expect([bad.code, bad.stdout.length]).toEqual([65, 0]);
    expect(bad.stderr).toMatch(/line 2: /);
    const missing = new Program(["nc", "--config", join(profile.path, "none.conf"), "host", "22"], profile);
    expect((await missing.ended).code).toBe(78);
    expect(bad.stderr).toMatch(/Correct .*wg\.conf and run the command again\./);
    const folder = await new Program(["nc", "--config", profile.path, "host", "22"], profile).ended;
    expect([folder.code, folder.stderr]).toEqual([78, expect.stringContaining(`${profile.path}: it is a folder.`)]);
  });

  test("a signal before the tunnel is up is told, and leaves no empty capture", async ({ profile }) => {
    const capture = join(profile.path, "a.pcapng");
    const config = (await demo.wireGuardFile("northwind-labs")).replace(/Endpoint = .*/, "Endpoint = 127.0.0.1:9");
    const program = run(config, "--capture", capture, "web.internal", "22");
    while (!existsSync(capture)) await new Promise((resolve) => setTimeout(resolve, 20));
    const { code, stderr } = await program.stop("SIGINT");
    expect([code, stderr]).toEqual([130, "culvert: ended before the tunnel was up.\n"]);
    expect(existsSync(capture)).toBe(false);
  });

  test("an address outside AllowedIPs is 78", async () => {
    const config = await demo.wireGuardFile("northwind-labs");
    expect((await converse(run(config, "fdff::1", "22"), "")).code).toBe(78);
  });

  test("a gateway that never answers is 69", async () => {
    const silent = createSocket("udp4");
    await new Promise<void>((resolve) => silent.bind(0, "127.0.0.1", resolve));
    const config = await demo.wireGuardFile("northwind-labs");
    const dead = config.replace(/Endpoint = .*/, `Endpoint = 127.0.0.1:${silent.address().port}`);
    const { code, stderr } = await converse(run(dead, "web.internal", "22"), "");
    silent.close();
    expect(stderr).toContain("gateway");
    expect(code).toBe(69);
  });
});
