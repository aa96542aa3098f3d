import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readPcapng } from "../support/netstack-pcapng.ts";
import { DemoProcess } from "./support/demo-cloud.ts";
import { expect, test } from "./support/fixtures.ts";
import { ProfileFolder, Program } from "./support/program.ts";

/** `culvert ping` and `culvert dig` on the demo network, as a person or a script uses them. */

/** One for all of these tests: each is a peer of its own. */
let demo: DemoProcess;
let run: (...words: string[]) => Program;
let web: string;
let cloud: ProfileFolder;

test.beforeAll(async () => {
  cloud = new ProfileFolder();
  demo = await DemoProcess.start(cloud);
});

test.beforeEach(async ({ profile }) => {
  const path = join(profile.path, "wg.conf");
  writeFileSync(path, await demo.wireGuardFile("northwind-labs"));
  run = (command, ...words) => new Program([command, "--config", path, ...words], profile);
  const machines = demo.access.apps.find(({ name }) => name === "web")?.machines ?? [];
  web = machines.find(({ state }) => state === "started")?.address ?? "";
});

test.afterAll(async () => {
  const { code } = await demo.program.stop("SIGINT");
  await cloud.remove();
  expect(code).toBe(0);
});

/** What ping had to say besides that the gateway is slow to answer, which on a busy machine it may be. */
function said(stderr: string): string {
  return stderr.replace(/^culvert: calling the gateway \S+ …\n/, "");
}

test("ping counts, and tells what came back", async () => {
  const { code, stdout, stderr } = await run("ping", "-c", "3", "-i", "0.2", "-s", "100", web).ended;
  expect(said(stderr)).toBe("");
  expect(code).toBe(0);
  const lines = stdout.toString().split("\n");
  expect(lines[0]).toBe(`${web}: 100 bytes of data in each request`);
  for (const sequence of [1, 2, 3])
    expect(lines[sequence]).toMatch(new RegExp(`^100 bytes from ${web}: seq=${sequence} time=\\d+\\.\\d+ ms$`));
  expect(lines[6]).toBe("3 sent, 3 received, 0 lost (0 %)");
  expect(lines[7]).toMatch(/^round trip min\/avg\/max\/mdev (\d+\.\d{3}\/){3}\d+\.\d{3} ms$/);
});

test("ping without end: Ctrl+C shows the statistics", async () => {
  const program = run("ping", "-i", "0.2", "--json", "web.internal");
  expect(JSON.parse(await program.firstLine())).toMatchObject({ kind: "reply", sequence: 1, bytes: 56 });
  const { code, stdout } = await program.stop("SIGINT");
  expect(code).toBe(0);
  const last: unknown = JSON.parse(stdout.toString().trim().split("\n").at(-1) ?? "");
  expect(last).toMatchObject({ host: "web.internal", lost: 0, rttMs: { min: expect.any(Number) } });
});

test("ping: what is not there is 1, what the tunnel does not lead to 78, and no name at all 1", async () => {
  const nobody = web.replace(/[^:]*$/, "ffff");
  const silent = await run("ping", "-c", "1", "-W", "0.5", nobody).ended;
  expect(silent.code).toBe(1);
  expect(silent.stdout.toString()).toContain("1 sent, 0 received, 1 lost (100 %)");
  const outside = await run("ping", "-c", "1", "192.0.2.1").ended;
  expect([outside.code, outside.stdout.length]).toEqual([78, 0]);
  const unknown = await run("ping", "--json", "nowhere.internal").ended;
  expect(unknown.code).toBe(1);
  expect(JSON.parse(unknown.stdout.toString())).toMatchObject({ error: { code: "name-not-found" } });
  const { stderr } = await run("ping", "-4", "-c", "1", "web.internal").ended;
  expect(stderr).toContain("web.internal has no IPv4 address. It has an IPv6 address: leave out -4.");
});

test("two commands with one configuration: the second hears which one has it, and may once that has ended", async () => {
  const first = run("ping", "-i", "0.2", web);
  await first.firstLine();
  const second = await run("ping", "-c", "1", web).ended;
  expect([second.code, second.stdout.length]).toEqual([75, 0]);
  expect(second.stderr).toMatch(
    new RegExp(`uses this WireGuard configuration: process ${first.pid}\\. .* a peer, and a file`),
  );
  const { code, stdout } = await first.stop("SIGINT");
  expect(code).toBe(0);
  expect(stdout.toString()).toContain(" 0 lost (0 %)");
  expect((await run("ping", "-c", "1", web).ended).code).toBe(0);
});

test("W44 a clock that is set back after a command does not lock the next one out", async ({ profile }) => {
  const ahead = "const real = Date.now.bind(Date); Date.now = () => real() + 3_600_000;";
  const options = `--import=data:text/javascript,${encodeURIComponent(ahead)}`;
  const words = ["ping", "--config", join(profile.path, "wg.conf"), "-c", "1", web];
  expect((await new Program(words, profile, { NODE_OPTIONS: options }).ended).code).toBe(0);
  const after = await new Program(words, profile).ended;
  expect([said(after.stderr), after.code]).toEqual(["", 0]);
});

test("dig shows the records, their server and their time to live", async () => {
  const { code, stdout, stderr } = await run("dig", "web.internal", "AAAA").ended;
  expect([code, stderr]).toEqual([0, ""]);
  const [first, ...records] = stdout.toString().trim().split("\n");
  expect(first).toMatch(
    /^; AAAA web\.internal\. is NOERROR from fdaa:[0-9a-f:]+::3 \(UDP, \d+\.\d ms, authoritative\)$/,
  );
  expect(records).toContain(`web.internal. 5 IN AAAA ${web}`);
});

test("dig: both families without a type, text records, JSON", async () => {
  const both = (await run("dig", "web.internal").ended).stdout.toString();
  expect(both).toMatch(/^; AAAA web\.internal\. is NOERROR/m);
  expect(both).toMatch(/^; A web\.internal\. is NOERROR .*no records \(cached for 5 s\)$/m);
  const apps = await run("dig", "--json", "_apps.internal", "txt").ended;
  expect(JSON.parse(apps.stdout.toString())).toMatchObject({
    rcode: "NOERROR",
    answers: [{ type: "TXT", ttl: 5, data: expect.stringContaining("web") }],
  });
});

test("dig: an address is asked for its name", async () => {
  const { code, stdout } = await run("dig", web).ended;
  expect(code).toBe(0);
  expect(stdout.toString()).toMatch(
    /^; PTR .* is NOERROR .*\n.*\.ip6\.arpa\. 5 IN PTR [0-9a-z]+\.vm\.web\.internal\.?\n$/,
  );
});

test("dig: no such name is 1 with who says so, a refusal too", async () => {
  const missing = await run("dig", "nowhere.internal", "AAAA").ended;
  expect(missing.code).toBe(1);
  expect(missing.stderr).toMatch(/^culvert: There is no name nowhere\.internal, says fdaa:/);
  expect(missing.stdout.toString()).toMatch(/is NXDOMAIN .*\n; authority\ninternal\. 5 IN SOA /);
  const refused = await run("dig", "2001:db8::1").ended;
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(
    /does not answer for that name: fdaa:[0-9a-f:]+::3 says REFUSED\. Ask for a name of .*\n$/,
  );
  expect(refused.stdout.toString()).toMatch(/^; PTR ([0-9a-f]\.){32}ip6\.arpa\. is REFUSED/);
});

test("--capture writes a private file of what passed inside, and never over another", async ({ profile }) => {
  const path = join(profile.path, "a.pcapng");
  const words = ["--capture", path, "-c", "2", "-i", "0.2", web];
  const { code, stderr } = await run("ping", ...words).ended;
  expect(code).toBe(0);
  expect(said(stderr)).toBe(`culvert: 4 packets are in ${path}\n`);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const { packets, statistics } = readPcapng(readFileSync(path));
  expect(packets).toHaveLength(4);
  // Identifier and sequence. Where all is slow the second request leaves before the first answer is there.
  const echo = (data: Uint8Array): string => Buffer.from(data.subarray(44, 48)).toString("hex");
  const asked = new Set<string>();
  for (const { direction, data } of packets) {
    expect(`${direction} ${data[40]}`).toBe(asked.has(echo(data)) ? "in 129" : "out 128");
    asked.add(echo(data));
  }
  expect(asked.size).toBe(2);
  expect(statistics).toMatchObject({ received: 4, dropped: 0 });
  const again = await run("ping", ...words).ended;
  expect([again.code, again.stdout.length]).toEqual([78, 0]);
  expect(again.stderr).toContain("already");
  expect(readPcapng(readFileSync(path)).packets).toHaveLength(4);
});

test("the demo writes a configuration for the other commands, never over a file, and takes it away", async ({
  profile,
}) => {
  const path = join(profile.path, "demo.conf");
  const giver = new Program(["demo", "--udp-blocked", "--write-config", path], profile);
  await giver.firstLine();
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const again = await new Program(["demo", "--write-config", path], profile).ended;
  expect([again.code, again.stdout.length]).toEqual([78, 0]);
  expect(again.stderr).toContain("already");
  const words = ["ping", "--config", path, "--carrier", "auto", "-c", "1", "web.internal"];
  expect((await new Program(words, profile).ended).code).toBe(0);
  const { code, stdout } = await giver.stop("SIGINT");
  expect(code).toBe(0);
  expect(stdout.toString()).toContain("nothing passes over UDP");
  expect(existsSync(path)).toBe(false);
});
