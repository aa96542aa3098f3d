import { describe, expect, test } from "vitest";
import { keyPairFromSeed } from "../../../electron/ssh/certificates.ts";
import { testHost } from "../../support/demo-host.ts";
import { CA, certificate, connectDemo } from "../../support/demo-ssh.ts";
import { collect, outputOf, until } from "../../support/ssh-shell.ts";

const host = testHost();
const now = Math.floor(host.wall() / 1000);
const CTRL_C = Uint8Array.of(3);

describe("login", () => {
  test("a certificate of the demo's authority opens a shell", async () => {
    const { client } = await connectDemo();
    const shell = await client.openShell({ columns: 100, rows: 30, term: "xterm-256color" });
    const output = outputOf(shell);
    await until(() => output().includes("# "));
    shell.write(Buffer.from("echo $((6*7))\r"));
    await until(() => output().includes("\x1b[?2004l42\r\n"));
    shell.write(Buffer.from("exit 5\r"));
    expect((await shell.exit).code).toBe(5);
    client.dispose();
  });

  test.each([
    ["another authority", certificate(host, { ca: keyPairFromSeed(new Uint8Array(32).fill(1)) }), "root"],
    ["another principal", certificate(host, { principals: ["deploy"] }), "root"],
    ["no principal", certificate(host, { principals: [] }), "root"],
    ["another login name", certificate(host), "postgres"],
    ["an expired one", certificate(host, { validBefore: now - 1 }), "root"],
    ["one of tomorrow", certificate(host, { validAfter: now + 86_400, validBefore: now + 90_000 }), "root"],
    ["a host certificate", certificate(host, { type: "host" }), "root"],
    ["an unknown critical option", certificate(host, { criticalOptions: { "force-command": "ls" } }), "root"],
  ])("refuses %s", async (_, line, user) => {
    await expect(connectDemo({ line, user })).rejects.toMatchObject({ code: "ssh-auth-failed" });
  });

  test("refuses when the server trusts another authority", async () => {
    const trustedCa = keyPairFromSeed(new Uint8Array(32).fill(2)).publicKey;
    await expect(connectDemo({ server: { trustedCa } })).rejects.toMatchObject({ code: "ssh-auth-failed" });
  });

  test("without permit-pty there is no terminal, but commands run", async () => {
    const { client } = await connectDemo({ line: certificate(host, { extensions: [] }) });
    await expect(client.openShell({ columns: 80, rows: 24, term: "xterm" })).rejects.toThrow();
    expect((await collect(await client.exec("echo hi"))).stdout).toBe("hi\n");
    client.dispose();
  });

  test("a second principal of the certificate logs in too", async () => {
    const { client } = await connectDemo({ user: "fly" });
    expect((await collect(await client.exec("whoami"))).stdout).toBe("root\n");
    client.dispose();
  });

  test("the authority's own key without a certificate is not enough", async () => {
    const line = certificate(host, { publicKey: CA.publicKey, ca: keyPairFromSeed(new Uint8Array(32).fill(3)) });
    await expect(connectDemo({ line })).rejects.toMatchObject({ code: "key-invalid" });
  });
});

describe("commands without a terminal", () => {
  test("status, standard output and standard error", async () => {
    const { client } = await connectDemo();
    expect(await collect(await client.exec("echo out; echo err >&2; exit 7"))).toMatchObject({
      stdout: "out\n",
      stderr: "err\n",
      exit: { code: 7, signal: null },
    });
    client.dispose();
  });

  test("standard input reaches the command and its end ends it", async () => {
    const { client } = await connectDemo();
    const shell = await client.exec("tr a-z A-Z");
    const collected = collect(shell);
    shell.write(Buffer.from("half "));
    shell.write(Buffer.from("done\n"));
    shell.end();
    expect(await collected).toMatchObject({ stdout: "HALF DONE\n", exit: { code: 0 } });
    client.dispose();
  });

  test("bytes pass through cat unchanged", async () => {
    const { client } = await connectDemo();
    const shell = await client.exec("cat");
    const chunks: Uint8Array[] = [];
    shell.onData((bytes) => chunks.push(bytes));
    const sent = Buffer.from(Array.from({ length: 70_000 }, (_, i) => (i * 31) & 0xff));
    shell.write(Uint8Array.from(sent));
    shell.end();
    await shell.exit;
    expect(Buffer.concat(chunks).equals(sent)).toBe(true);
    client.dispose();
  });

  test("a command that reads nothing does not wait for the end of standard input", async () => {
    const { client } = await connectDemo();
    const { stdout } = await collect(await client.exec("grep -c MHz /proc/cpuinfo"));
    expect(stdout).toBe("1\n");
    client.dispose();
  });

  test("a shell without a terminal runs what standard input says", async () => {
    const { client } = await connectDemo();
    const shell = await client.exec("sh");
    const collected = collect(shell);
    shell.write(Buffer.from("cd /etc\npwd\n"));
    shell.end();
    expect((await collected).stdout).toBe("/etc\n");
    client.dispose();
  });

  test("the client's environment arrives, the machine's own stays", async () => {
    const { client } = await connectDemo();
    const environment = { FLY_SSH_CONTAINER: "app", LANG: "nl_NL.UTF-8", PATH: "/evil", FLY_REGION: "moon" };
    const shell = await client.exec("echo $FLY_SSH_CONTAINER $LANG $PATH $FLY_REGION", { environment });
    const { stdout } = await collect(shell);
    expect(stdout).toMatch(/^app nl_NL\.UTF-8 \/usr\S+ ams\n$/);
    client.dispose();
  });
});

describe("terminal", () => {
  test("has the size that was asked for and follows a change", async () => {
    const { client } = await connectDemo();
    const shell = await client.openShell({ columns: 91, rows: 17, term: "xterm" });
    const output = outputOf(shell);
    shell.write(Buffer.from("stty size\r"));
    await until(() => output().includes("17 91"));
    shell.resize(120, 40);
    shell.write(Buffer.from("stty size; echo $COLUMNS\r"));
    await until(() => output().includes("40 120\r\n120"));
    client.dispose();
  });

  test("a command may have a terminal too", async () => {
    const { client } = await connectDemo();
    const shell = await client.exec("stty size", { pty: { columns: 70, rows: 20, term: "xterm" } });
    expect(await collect(shell)).toMatchObject({ stdout: "20 70\r\n", exit: { code: 0 } });
    client.dispose();
  });

  test("yes waits for a reader that pauses, and Ctrl+C stops it", async () => {
    const { client } = await connectDemo();
    const shell = await client.openShell({ columns: 80, rows: 24, term: "xterm" });
    let received = 0;
    let tail = "";
    shell.onData((bytes) => {
      received += bytes.length;
      tail = (tail + Buffer.from(bytes).toString("latin1")).slice(-400);
    });
    await until(() => tail.includes("# "));
    shell.write(Buffer.from("yes\r"));
    await until(() => received > 8 * 1024 * 1024);
    shell.pause();
    const atPause = received;
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(received - atPause).toBeLessThan(4 * 1024 * 1024);
    shell.resume();
    await until(() => received > atPause + 4 * 1024 * 1024);
    shell.write(CTRL_C);
    await until(() => tail.includes("^C\r\n") && tail.includes("\x1b[J", tail.indexOf("^C")));
    const stopped = received;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(received).toBe(stopped);
    client.dispose();
  });

  test("a connection that dies in the middle of yes takes the shell along", async () => {
    const { client, transport } = await connectDemo();
    const shell = await client.openShell({ columns: 80, rows: 24, term: "xterm" });
    let received = 0;
    shell.onData((bytes) => {
      received += bytes.length;
    });
    shell.write(Buffer.from("yes\r"));
    await until(() => received > 1024 * 1024);
    transport.destroy();
    const written = transport.sent;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(transport.sent).toBe(written);
    client.dispose();
  });

  test("closing the channel in the middle of yes leaves the connection usable", async () => {
    const { client, transport } = await connectDemo();
    const shell = await client.openShell({ columns: 80, rows: 24, term: "xterm" });
    let received = 0;
    shell.onData((bytes) => {
      received += bytes.length;
    });
    shell.write(Buffer.from("yes\r"));
    await until(() => received > 1024 * 1024);
    shell.dispose();
    expect((await collect(await client.exec("echo still here"))).stdout).toBe("still here\n");
    const written = transport.sent;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(transport.sent).toBe(written);
    client.dispose();
  });
});
