import { execFile, execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../electron/base/clock.ts";
import { asCulvertError } from "../../electron/base/errors.ts";
import { type IpAddress, parseIp } from "../../electron/base/ip-address.ts";
import { silentLog } from "../../electron/base/log.ts";
import { publicKeyOf } from "../../electron/crypto/x25519.ts";
import { parseConfig, tunnelSpecOf } from "../../electron/engine/backends/config-backend.ts";
import { Tunnel } from "../../electron/engine/tunnel.ts";
import {
  type CertificateRequest,
  formatPrivateKey,
  formatPublicKey,
  generateKeyPair,
  signCertificate,
} from "../../electron/ssh/certificates.ts";
import { connectSsh, type SshClient } from "../../electron/ssh/client.ts";
import { type Sshd, sshdMissing, startSshd } from "../support/interop/sshd.ts";
import { startWireguardGo, type WireguardGo, wireguardGoMissing } from "../support/interop/wireguard-go.ts";
import { collect, outputOf, until } from "../support/ssh-shell.ts";

/** The product's own path against real peers: a wg-quick file, our tunnel, wireguard-go, Linux, OpenSSH. */

const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const missing =
  wireguardGoMissing() ??
  sshdMissing() ??
  (existsSync(CLI) || process.env["CI"] === "true" ? undefined : "dist/cli.js is not built (npm run build)");
if (missing !== undefined) process.stdout.write(`skipped: ${missing}\n`);

const LINUX = "fd79::1";
const OURS = "fd79::2";
const SSH_PORT = 2222;
const random = (length: number): Uint8Array => Uint8Array.from(randomBytes(length));
const nowSeconds = (): number => Math.floor(Date.now() / 1000);
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

describe.skipIf(missing !== undefined)("sshd behind wireguard-go", () => {
  const ca = generateKeyPair(random);
  const user = generateKeyPair(random);
  const privateKey = random(32);
  const directory = mkdtempSync(join(tmpdir(), "culvert-tunnel-"));
  const configFile = join(directory, "wg.conf");
  const clients: SshClient[] = [];
  let go: WireguardGo;
  let sshd: Sshd;
  let tunnel: Tunnel;

  beforeAll(async () => {
    go = await startWireguardGo({
      addresses: [`${LINUX}/64`],
      peers: [{ publicKey: publicKeyOf(privateKey), allowedIps: [`${OURS}/128`] }],
    });
    sshd = await startSshd({
      listenAddress: LINUX,
      port: SSH_PORT,
      commandPrefix: go.commandPrefix,
      trustedUserCas: [formatPublicKey(ca.publicKey)],
      authorizedKeys: [formatPublicKey(user.publicKey)],
    });
    writeFileSync(configFile, wgQuickFile(), { mode: 0o600 });
    const spec = tunnelSpecOf(parseConfig(readFileSync(configFile, "utf8")), { id: "t", accountId: "t", orgSlug: "t" });
    tunnel = await Tunnel.open(spec, { clock: systemClock, log: silentLog });
  });

  afterAll(async () => {
    for (const client of clients) client.dispose();
    tunnel?.dispose();
    await sshd?.stop();
    await go?.dispose();
    rmSync(directory, { recursive: true, force: true });
  });

  function wgQuickFile(): string {
    return [
      "[Interface]",
      `PrivateKey = ${Buffer.from(privateKey).toString("base64")}`,
      `Address = ${OURS}/64`,
      "[Peer]",
      `PublicKey = ${Buffer.from(go.publicKey).toString("base64")}`,
      "AllowedIPs = fd79::/64",
      `Endpoint = 127.0.0.1:${go.port}`,
      "",
    ].join("\n");
  }

  function certificate(changes: Partial<CertificateRequest> = {}): string {
    return signCertificate({
      ca,
      publicKey: user.publicKey,
      keyId: "person@example.com",
      principals: ["root", "fly"],
      validAfter: nowSeconds() - 300,
      validBefore: nowSeconds() + 3600,
      extensions: ["permit-pty"],
      random,
      ...changes,
    });
  }

  async function login(changes: Partial<CertificateRequest> = {}): Promise<SshClient> {
    const { signal } = new AbortController();
    const client = await connectSsh({
      transport: await tunnel.connect([parseIp(LINUX) as IpAddress], SSH_PORT, signal),
      user: "root",
      login: { kind: "certificate", privateKey: user.privateKey, certificate: certificate(changes) },
      verifyHostKey: () => true,
    });
    clients.push(client);
    return client;
  }

  const refusal = (changes: Partial<CertificateRequest>): Promise<string> =>
    login(changes).then(
      () => "logged in",
      (error: unknown) => `${asCulvertError(error).code}: ${asCulvertError(error).message}`,
    );

  test("a certificate logs in; the pty has the size asked for and follows a resize; the exit code arrives", async () => {
    const client = await login();
    const shell = await client.openShell({ term: "xterm-256color", columns: 97, rows: 31 });
    const output = outputOf(shell);
    shell.write(text("stty size\n"));
    await until(() => output().includes("31 97"));
    shell.resize(120, 40);
    shell.write(text("stty size; exit 42\n"));
    expect((await shell.exit).code).toBe(42);
    expect(output()).toContain("40 120");
  });

  test("ten shells share the tunnel", async () => {
    const before = go.log().split("Received handshake initiation").length;
    const answers = await Promise.all(
      Array.from({ length: 10 }, async (_, i) => collect(await (await login()).exec(`echo shell-${i}`))),
    );
    expect(answers.map(({ stdout }) => stdout.trim())).toEqual(Array.from({ length: 10 }, (_, i) => `shell-${i}`));
    expect(go.log().split("Received handshake initiation").length).toBe(before);
  });

  test.each([
    ["a wrong principal", { principals: ["deploy"] }, /ssh-auth-failed: .*(principal|deploy|root)/],
    ["an expired certificate", { validBefore: nowSeconds() - 60 }, /ssh-auth-failed: .*expired/],
    ["a foreign authority", { ca: generateKeyPair(random) }, /ssh-auth-failed: .*certificate/],
  ])("%s is refused, and the message says so", async (_what, changes, message) => {
    expect(await refusal(changes)).toMatch(message);
  });

  test("an address outside AllowedIPs is refused here, and a closed port over there", async () => {
    const { signal } = new AbortController();
    const code = (address: string, port: number): Promise<string> =>
      tunnel.connect([parseIp(address) as IpAddress], port, signal).then(
        () => "connected",
        (error: unknown) => asCulvertError(error).code,
      );
    expect(await code("fd80::1", 22)).toBe("not-allowed");
    expect(await code(LINUX, 9)).toBe("connection-refused");
  });

  describe("culvert nc as ProxyCommand", () => {
    const options = (): string[] => [
      "-F",
      "none",
      "-o",
      `ProxyCommand=${process.execPath} ${CLI} nc --config ${configFile} %h %p`,
      "-o",
      "StrictHostKeyChecking=no",
      "-o",
      `UserKnownHostsFile=${join(directory, "known_hosts")}`,
      "-o",
      "BatchMode=yes",
      "-i",
      join(directory, "id"),
    ];

    beforeAll(() => writeFileSync(join(directory, "id"), formatPrivateKey(user), { mode: 0o600 }));

    test("ssh runs a command, and its exit status comes through", async () => {
      const { stdout, code } = await run("ssh", [
        ...options(),
        "-p",
        String(SSH_PORT),
        `root@${LINUX}`,
        "id -un; exit 7",
      ]);
      expect([stdout.trim(), code]).toEqual(["root", 7]);
    });

    test("scp copies a file there and back", async () => {
      const file = join(directory, "file");
      writeFileSync(file, randomBytes(3_000_000));
      const there = `root@[${LINUX}]:${directory}/there`;
      for (const way of [
        [file, there],
        [there, `${file}.back`],
      ]) {
        const { code, stderr } = await run("scp", [...options(), "-P", String(SSH_PORT), ...way]);
        expect(code, stderr).toBe(0);
      }
      const digest = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");
      expect([digest(join(directory, "there")), digest(`${file}.back`)]).toEqual([digest(file), digest(file)]);
    });

    test("bytes only on stdout, the reason on stderr, and an exit code that says what failed", async () => {
      const nc = (...args: string[]) => run(process.execPath, [CLI, "nc", "--config", configFile, ...args]);
      const refused = await nc(LINUX, "9");
      expect([refused.stdout, refused.code]).toEqual(["", 1]);
      expect(refused.stderr).toMatch(/refused/);
      writeFileSync(`${configFile}.bad`, wgQuickFile().replace("AllowedIPs = fd79::/64", "AllowedIPs = fd79::/644"));
      const bad = await run(process.execPath, [CLI, "nc", "--config", `${configFile}.bad`, LINUX, "22"]);
      expect([bad.stdout, bad.code]).toEqual(["", 65]);
      expect(bad.stderr).toMatch(/line 6/);
    });

    test("half-close both ways: what cat sends back after our end arrives whole", async () => {
      const port = 7100;
      const server = `const s=require("net").createServer({allowHalfOpen:true},c=>{let n=0;c.on("data",d=>n+=d.length);c.on("end",()=>c.end("got "+n))});s.listen(${port},"${LINUX}",()=>console.log("up"))`;
      const child = execFile(go.commandPrefix[0] ?? "", [...go.commandPrefix.slice(1), process.execPath, "-e", server]);
      await new Promise((resolve) => child.stdout?.once("data", resolve));
      try {
        const input = randomBytes(500_000);
        const answer = execFileSync(process.execPath, [CLI, "nc", "--config", configFile, LINUX, String(port)], {
          input,
        });
        expect(answer.toString()).toBe("got 500000");
      } finally {
        child.kill();
      }
    });
  });
});

function run(
  program: string,
  args: readonly string[],
): Promise<{ stdout: string; stderr: string; code: number | null }> {
  return new Promise((resolve) => {
    const child = execFile(program, args, (_error, stdout, stderr) =>
      resolve({ stdout, stderr, code: child.exitCode }),
    );
    child.stdin?.end();
  });
}
