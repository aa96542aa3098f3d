/** Our SSH client against Debian's OpenSSH server: logins, terminals, ends of programs, flow control, refusals. */
import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { DisposableStore } from "../../electron/base/dispose.ts";
import { formatPublicKey, generateKeyPair, signCertificate } from "../../electron/ssh/certificates.ts";
import { connectSsh, type SshClient, type SshConnectOptions, type SshLogin } from "../../electron/ssh/client.ts";
import { fingerprint, HostKeyStore } from "../../electron/ssh/host-keys.ts";
import { type Sshd, type SshdOptions, sshdMissing, startSshd } from "../support/interop/sshd.ts";
import { collect, outputOf, until } from "../support/ssh-shell.ts";

const missing = sshdMissing();
if (missing !== undefined) process.stdout.write(`skipped: ${missing}\n`);

const random = (length: number) => new Uint8Array(randomBytes(length));
const ca = generateKeyPair(random);
const foreignCa = generateKeyPair(random);
const user = generateKeyPair(random);
const text = (value: string) => new TextEncoder().encode(value);
const now = () => Math.floor(Date.now() / 1000);

function certificate(changes: Partial<Parameters<typeof signCertificate>[0]> = {}): SshLogin {
  const line = signCertificate({
    ca,
    publicKey: user.publicKey,
    keyId: "person@example.com",
    principals: ["root", "fly"],
    validAfter: now() - 300,
    validBefore: now() + 3600,
    extensions: ["permit-pty"],
    random,
    ...changes,
  });
  return { kind: "certificate", privateKey: user.privateKey, certificate: line };
}

describe.skipIf(missing !== undefined)("OpenSSH server", () => {
  const owned = new DisposableStore();
  const perTest = new Set<{ dispose(): void }>();
  let directory: string;
  let sshd: Sshd;

  async function login(server: Sshd, options: Partial<SshConnectOptions> = {}): Promise<SshClient> {
    const client = await connectSsh({
      transport: await tcp(server),
      user: "root",
      login: certificate(),
      verifyHostKey: () => true,
      ...options,
    });
    perTest.add(client);
    return client;
  }

  async function serve(options: SshdOptions): Promise<Sshd> {
    const server = await startSshd({ trustedUserCas: [formatPublicKey(ca.publicKey)], ...options });
    perTest.add(server);
    return server;
  }

  function keygen(name: string, ...args: string[]): { file: string; text: string; publicLine: string } {
    const file = join(directory, name);
    execFileSync("ssh-keygen", ["-q", "-C", name, "-f", file, ...args]);
    return { file, text: readFileSync(file, "utf8"), publicLine: readFileSync(`${file}.pub`, "utf8").trim() };
  }

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "culvert-keys-"));
    sshd = owned.add(await startSshd({ trustedUserCas: [formatPublicKey(ca.publicKey)] }));
  });
  afterAll(() => {
    owned.dispose();
    rmSync(directory, { recursive: true, force: true });
  });
  afterEach(() => {
    for (const item of perTest) item.dispose();
    perTest.clear();
  });

  describe("certificate", () => {
    test("opens a shell with a terminal of the right size and kind", async () => {
      const client = await login(sshd);
      const shell = await client.openShell({ term: "xterm-256color", columns: 101, rows: 37 });
      const output = outputOf(shell);
      shell.write(text('stty size; echo "[$TERM]"; stty -a; exit\n'));
      expect(await shell.exit).toEqual({ code: 0, signal: null });
      expect(output()).toMatch(/37 101\r\n/);
      expect(output()).toContain("[xterm-256color]");
      expect(output()).toMatch(/ icanon iexten echo /);
      expect(output()).toMatch(/[^-]iutf8/);
    });

    test("is refused when made out to another user, with both names", async () => {
      await expect(login(sshd, { login: certificate({ principals: ["alice", "bob"] }) })).rejects.toMatchObject({
        code: "ssh-auth-failed",
        detail: expect.stringContaining("the certificate is for alice, bob, not for root"),
      });
    });

    test("is refused when expired, with the date", async () => {
      const expired = certificate({ validAfter: 1_000_000_000, validBefore: 1_000_003_600 });
      await expect(login(sshd, { login: expired })).rejects.toMatchObject({
        code: "ssh-auth-failed",
        detail: expect.stringContaining("expired at 2001-09-09T02:46:40.000Z"),
      });
    });

    test("is refused before its time", async () => {
      const early = certificate({ validAfter: now() + 3600, validBefore: now() + 7200 });
      await expect(login(sshd, { login: early })).rejects.toMatchObject({
        code: "ssh-auth-failed",
        detail: expect.stringContaining("is not valid before"),
      });
    });

    test("of a foreign authority is refused, naming that authority", async () => {
      const print = fingerprint(Buffer.from(formatPublicKey(foreignCa.publicKey).split(" ")[1] ?? "", "base64"));
      await expect(login(sshd, { login: certificate({ ca: foreignCa }) })).rejects.toMatchObject({
        code: "ssh-auth-failed",
        detail: expect.stringContaining(print),
      });
    });

    test("for a host is refused", async () => {
      await expect(login(sshd, { login: certificate({ type: "host" }) })).rejects.toMatchObject({
        code: "ssh-auth-failed",
        detail: expect.stringContaining("for a host"),
      });
    });

    test("with an unknown critical option is refused", async () => {
      const odd = certificate({ criticalOptions: { "no-such-option@example.com": "1" } });
      await expect(login(sshd, { login: odd })).rejects.toMatchObject({ code: "ssh-auth-failed" });
    });

    test("without permit-pty gives no shell but runs commands", async () => {
      const client = await login(sshd, { login: certificate({ extensions: [] }) });
      await expect(client.openShell({ term: "xterm", columns: 80, rows: 24 })).rejects.toMatchObject({
        code: "shell-refused",
        detail: expect.stringContaining("permit-pty"),
      });
      expect(await collect(await client.exec("echo fine"))).toMatchObject({ stdout: "fine\n", exit: { code: 0 } });
    });

    test("names are the server's business: AuthorizedPrincipalsFile", async () => {
      const file = join(directory, "principals");
      writeFileSync(file, "deploy\n");
      const server = await serve({ extraConfig: [`AuthorizedPrincipalsFile ${file}`] });
      const client = await login(server, { login: certificate({ principals: ["deploy"] }) });
      expect((await collect(await client.exec("id -un"))).stdout).toBe("root\n");
    });

    test("force-command is obeyed by the server", async () => {
      const client = await login(sshd, { login: certificate({ criticalOptions: { "force-command": "echo forced" } }) });
      expect((await collect(await client.exec("echo chosen"))).stdout).toBe("forced\n");
    });
  });

  describe("key files and passwords", () => {
    test.each([
      ["ed25519", ["-t", "ed25519", "-N", ""], undefined],
      ["ed25519 with a passphrase", ["-t", "ed25519", "-N", "pass word"], "pass word"],
      ["rsa", ["-t", "rsa", "-b", "2048", "-N", ""], undefined],
      ["rsa with a passphrase", ["-t", "rsa", "-b", "2048", "-N", "pass word"], "pass word"],
      ["rsa in PEM", ["-t", "rsa", "-b", "2048", "-N", "", "-m", "PEM"], undefined],
      ["rsa in PKCS #8 with a passphrase", ["-t", "rsa", "-b", "2048", "-N", "pass word", "-m", "PKCS8"], "pass word"],
      ["ecdsa 256", ["-t", "ecdsa", "-b", "256", "-N", ""], undefined],
      ["ecdsa 384 in PKCS #8", ["-t", "ecdsa", "-b", "384", "-N", "", "-m", "PKCS8"], undefined],
      ["ecdsa 521 with a passphrase", ["-t", "ecdsa", "-b", "521", "-N", "pass word"], "pass word"],
    ])("%s", async (name, args, passphrase) => {
      const key = keygen(name.replaceAll(" ", "-").replace("#", ""), ...args);
      const server = await serve({ authorizedKeys: [key.publicLine] });
      const login_: SshLogin = {
        kind: "key",
        privateKey: key.text,
        ...(passphrase === undefined ? {} : { passphrase }),
      };
      const client = await login(server, { login: login_ });
      expect((await collect(await client.exec("echo in"))).stdout).toBe("in\n");
      if (passphrase !== undefined) {
        await expect(login(server, { login: { kind: "key", privateKey: key.text } })).rejects.toMatchObject({
          code: "key-invalid",
          detail: "the key is encrypted and needs its passphrase",
        });
        const wrong: SshLogin = { kind: "key", privateKey: key.text, passphrase: "wrong" };
        await expect(login(server, { login: wrong })).rejects.toMatchObject({ code: "key-invalid" });
      }
    });

    test("an unknown key is refused with its fingerprint", async () => {
      const key = keygen("stranger", "-t", "ed25519", "-N", "");
      await expect(login(sshd, { login: { kind: "key", privateKey: key.text } })).rejects.toMatchObject({
        code: "ssh-auth-failed",
        detail: expect.stringMatching(/user root, key SHA256:/),
      });
    });

    test("two factors: the refusal says what else is wanted", async () => {
      const key = keygen("first-factor", "-t", "ed25519", "-N", "");
      const server = await serve({
        authorizedKeys: [key.publicLine],
        extraConfig: ["PasswordAuthentication yes", "AuthenticationMethods publickey,password"],
      });
      await expect(login(server, { login: { kind: "key", privateKey: key.text } })).rejects.toMatchObject({
        code: "ssh-auth-failed",
        detail: expect.stringContaining("accepted, but the server also wants password"),
      });
    });

    test.each([
      ["password", ["PasswordAuthentication yes"]],
      ["keyboard-interactive", ["UsePAM yes", "KbdInteractiveAuthentication yes"]],
    ])("a password by the method %s", async (_method, extraConfig) => {
      const server = await serve({ extraConfig, commandPrefix: withRootPassword(directory, "öpen sesame") });
      const client = await login(server, { login: { kind: "password", password: "öpen sesame" } });
      expect((await collect(await client.exec("echo in"))).stdout).toBe("in\n");
      await expect(login(server, { login: { kind: "password", password: "wrong" } })).rejects.toMatchObject({
        code: "ssh-auth-failed",
        detail: expect.stringContaining("user root, password"),
      });
    });
  });

  describe("programs", () => {
    test.each([0, 1, 7, 255])("exit code %i", async (code) => {
      const client = await login(sshd);
      expect((await collect(await client.exec(`exit ${code}`))).exit).toEqual({ code, signal: null });
    });

    test.each(["TERM", "KILL", "SEGV"])("signal %s", async (signal) => {
      const client = await login(sshd);
      const { exit } = await collect(await client.exec(`kill -${signal} $$`));
      expect(exit).toEqual({ code: null, signal: `SIG${signal}` });
    });

    test("standard error is kept apart, standard input ends", async () => {
      const client = await login(sshd);
      const shell = await client.exec("cat; echo problem >&2");
      const done = collect(shell);
      shell.write(text("hello"));
      shell.end();
      expect(await done).toEqual({ stdout: "hello", stderr: "problem\n", exit: { code: 0, signal: null } });
    });

    test("a resize reaches the terminal", async () => {
      const client = await login(sshd);
      const shell = await client.openShell({ term: "xterm", columns: 80, rows: 24 });
      const output = outputOf(shell);
      shell.write(text("echo rea''dy; while [ \"$(stty size)\" != '43 132' ]; do sleep 0.02; done; exit\n"));
      await until(() => output().includes("ready\r\n"));
      shell.resize(132, 43);
      expect((await shell.exit).code).toBe(0);
    });

    test("^C stops an endless program while the output is paused", async () => {
      const client = await login(sshd);
      const shell = await client.openShell({ term: "xterm", columns: 80, rows: 24 });
      let received = 0;
      let tail = "";
      shell.onData((bytes) => {
        received += bytes.length;
        tail = (tail + Buffer.from(bytes).toString("latin1")).slice(-200);
      });
      shell.write(text("yes\n"));
      await until(() => received > 4_000_000);
      shell.pause();
      shell.write(text("\x03"));
      shell.write(text("echo $((6*7))\n"));
      shell.resume();
      await until(() => /\b42\r\n/.test(tail));
    });

    test("closing the shell hangs up its programs", async () => {
      const client = await login(sshd);
      const shell = await client.openShell({ term: "xterm", columns: 80, rows: 24 });
      const output = outputOf(shell);
      shell.write(text("echo pid=$$=\n"));
      await until(() => /pid=\d+=/.test(output()));
      const pid = Number(/pid=(\d+)=/.exec(output())?.[1]);
      shell.dispose();
      expect((await shell.exit).error?.code).toBe("cancelled");
      const other = await collect(
        await client.exec(`while kill -0 ${pid} 2>/dev/null; do sleep 0.05; done; echo gone`),
      );
      expect(other.stdout).toBe("gone\n");
    });

    test("refused variables do not matter, accepted ones arrive", async () => {
      const server = await serve({ extraConfig: ["AcceptEnv CULVERT_*"] });
      const client = await login(server);
      const environment = { FLY_SSH_MACHINE: "1", CULVERT_TEST: "grün", LANG: "C" };
      const shell = await client.exec('echo "$FLY_SSH_MACHINE,$CULVERT_TEST"', { environment });
      expect((await collect(shell)).stdout).toBe(",grün\n");
    });

    test("ten shells share one connection", async () => {
      const client = await login(sshd);
      const results = await Promise.all(
        Array.from({ length: 10 }, async (_, i) => (await collect(await client.exec(`echo ${i}`))).stdout),
      );
      expect(results).toEqual(Array.from({ length: 10 }, (_, i) => `${i}\n`));
    });
  });

  describe("bulk and back-pressure", () => {
    const size = 32 * 1024 * 1024;

    test("output waits for a paused reader and arrives whole, across many re-keyings", async () => {
      const server = await serve({ extraConfig: ["RekeyLimit 1M", "LogLevel DEBUG1"] });
      let asked = 0;
      const client = await login(server, {
        verifyHostKey: () => {
          asked++;
          return true;
        },
      });
      const shell = await client.exec(`bash -c 'head -c ${size} /dev/urandom | tee >(sha256sum >&2); wait'`);
      const hash = createHash("sha256");
      let received = 0;
      let stderr = "";
      shell.onStderr((bytes) => {
        stderr += Buffer.from(bytes).toString();
      });
      let pauses = 0;
      shell.onData((bytes) => {
        hash.update(bytes);
        received += bytes.length;
        if (received / size > (pauses + 1) / 8) {
          pauses++;
          shell.pause();
          const before = received;
          setTimeout(() => {
            expect(received).toBe(before);
            shell.resume();
          }, 50);
        }
      });
      expect(await shell.exit).toEqual({ code: 0, signal: null });
      expect(received).toBe(size);
      expect(pauses).toBe(7);
      expect(stderr).toContain(hash.digest("hex"));
      expect(asked).toBe(1);
      expect(server.log().split("SSH2_MSG_NEWKEYS received").length).toBeGreaterThan(10);
    });

    test("a reader that never comes back holds a bounded amount", async () => {
      const client = await login(sshd);
      const transport = await tcp(sshd);
      let arrived = 0;
      transport.on("data", (chunk: Buffer) => {
        arrived += chunk.length;
      });
      transport.pause();
      const second = await login(sshd, { transport });
      const shell = await second.exec("cat /dev/zero");
      shell.onData(() => undefined);
      shell.pause();
      await until(() => arrived > 1_000_000);
      let last = -1;
      while (last !== arrived) {
        last = arrived;
        await collect(await client.exec("sleep 0.2"));
      }
      expect(arrived).toBeLessThan(3 * 1024 * 1024);
    });

    test("input waits for a slow program and arrives whole", async () => {
      const client = await login(sshd);
      const shell = await client.exec("sleep 0.3; sha256sum");
      const done = collect(shell);
      const hash = createHash("sha256");
      let sent = 0;
      let waits = 0;
      while (sent < size) {
        const chunk = random(64 * 1024);
        hash.update(chunk);
        sent += chunk.length;
        if (!shell.write(chunk)) {
          waits++;
          await new Promise<void>((resolve) => {
            const subscription = shell.onDrain(() => {
              subscription.dispose();
              resolve();
            });
          });
        }
      }
      shell.end();
      expect((await done).stdout.split(" ")[0]).toBe(hash.digest("hex"));
      expect(waits).toBeGreaterThan(3);
    });
  });

  describe("host keys", () => {
    test("a refused key ends everything before any login", async () => {
      const server = await serve({});
      await expect(login(server, { verifyHostKey: () => false })).rejects.toMatchObject({ code: "host-key-changed" });
      await until(() => /closed|Disconnected|reset/i.test(server.log()));
      expect(server.log()).not.toMatch(/Accepted|Failed|userauth/i);
    });

    test("the store knows the key again; the fingerprint is ssh-keygen's", async () => {
      const store = new HostKeyStore();
      const prints: string[] = [];
      const verifyHostKey: SshConnectOptions["verifyHostKey"] = (key) => {
        prints.push(`${String(store.check("machine-1", key))} ${fingerprint(key)}`);
        store.add("machine-1", key);
        return true;
      };
      (await login(sshd, { verifyHostKey })).dispose();
      (await login(sshd, { verifyHostKey })).dispose();
      writeFileSync(join(directory, "host.pub"), `${sshd.hostKeys.ed25519}\n`);
      const listed = execFileSync("ssh-keygen", ["-l", "-f", join(directory, "host.pub")], { encoding: "utf8" });
      const print = listed.split(" ")[1];
      expect(prints).toEqual([`new ${print}`, `known ${print}`]);
    });

    test.each(["ecdsa-sha2-nistp256", "ssh-rsa", "ssh-ed25519"])(
      "a server known by %s shows that key",
      async (type) => {
        let shown = "";
        await login(sshd, {
          knownHostKeyTypes: [type],
          verifyHostKey: (key) => {
            shown = key.type;
            return true;
          },
        });
        expect(shown).toBe(type);
      },
    );
  });

  describe("algorithms", () => {
    test.each([
      ["curve25519-sha256", "aes128-gcm@openssh.com", "hmac-sha2-256", "ssh-ed25519"],
      ["curve25519-sha256@libssh.org", "aes256-gcm@openssh.com", "hmac-sha2-256", "rsa-sha2-512"],
      ["ecdh-sha2-nistp256", "aes128-ctr", "hmac-sha2-256-etm@openssh.com", "rsa-sha2-256"],
      ["ecdh-sha2-nistp384", "aes256-ctr", "hmac-sha2-512-etm@openssh.com", "ecdsa-sha2-nistp256"],
      ["ecdh-sha2-nistp521", "aes128-ctr", "hmac-sha2-256", "ssh-ed25519"],
      ["diffie-hellman-group16-sha512", "aes256-ctr", "hmac-sha2-512", "ssh-ed25519"],
      ["diffie-hellman-group14-sha256", "aes128-gcm@openssh.com", "hmac-sha2-512", "ssh-ed25519"],
    ])("%s, %s, %s, %s", async (kex, cipher, mac, hostKey) => {
      const extraConfig = [`KexAlgorithms ${kex}`, `Ciphers ${cipher}`, `MACs ${mac}`, `HostKeyAlgorithms ${hostKey}`];
      const client = await login(await serve({ extraConfig }));
      expect((await collect(await client.exec("echo agreed"))).stdout).toBe("agreed\n");
    });

    test("nothing in common is said so", async () => {
      const server = await serve({ extraConfig: ["Ciphers chacha20-poly1305@openssh.com"] });
      await expect(login(server)).rejects.toMatchObject({
        code: "ssh-failed",
        detail: expect.stringMatching(/cipher/),
      });
    });
  });

  describe("ends", () => {
    test("a silent server is noticed by keepalives, and the shell says why", async () => {
      const server = await serve({});
      const client = await login(server, { keepaliveMs: 50, keepaliveCount: 2 });
      const shell = await client.exec("kill -STOP $PPID; cat");
      shell.onData(() => undefined);
      const exit = await shell.exit;
      expect(exit).toMatchObject({ code: null, signal: null, error: { code: "connection-timeout" } });
    });

    test("an idle connection outlives many keepalives", async () => {
      const client = await login(sshd, { keepaliveMs: 200, keepaliveCount: 3 });
      const { exit } = await collect(await client.exec("sleep 2"));
      expect(exit).toEqual({ code: 0, signal: null });
    });

    test("a server that goes away ends its shells with a reason", async () => {
      const client = await login(sshd);
      const shell = await client.exec("kill -KILL $PPID; cat");
      shell.onData(() => undefined);
      expect(await shell.exit).toMatchObject({ code: null, error: { code: "connection-reset" } });
      await new Promise((resolve) => client.onClosed(resolve));
      await expect(client.exec("true")).rejects.toMatchObject({ code: "connection-reset" });
    });

    test("the banner is handed over", async () => {
      const file = join(directory, "banner");
      writeFileSync(file, "Mind the gap\n");
      let banner = "";
      await login(await serve({ extraConfig: [`Banner ${file}`] }), {
        onBanner: (shown) => {
          banner += shown;
        },
      });
      expect(banner).toBe("Mind the gap\n");
    });
  });
});

function tcp(server: Sshd): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = connect(server.port, server.address);
    socket.once("error", reject).once("connect", () => resolve(socket));
  });
}

/** sshd in a mount namespace where root has a password; the machine's own /etc/shadow is not touched. */
function withRootPassword(directory: string, password: string): string[] {
  const hash = execFileSync("openssl", ["passwd", "-6", "-stdin"], { input: password, encoding: "utf8" }).trim();
  const shadow = readFileSync("/etc/shadow", "utf8").replace(/^root:[^:]*:.*$/m, `root:${hash}:19000:0:99999:7:::`);
  const file = join(directory, "shadow");
  writeFileSync(file, shadow, { mode: 0o600 });
  const script = 'mount --bind "$0" /etc/shadow && exec "$@"';
  return ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, file];
}
