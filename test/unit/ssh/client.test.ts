import type { ServerChannel } from "ssh2";
import { describe, expect, test, vi } from "vitest";
import { CulvertError } from "../../../electron/base/errors.ts";
import { generateKeyPair } from "../../../electron/ssh/certificates.ts";
import { connectSsh, type SshConnectOptions } from "../../../electron/ssh/client.ts";
import { fingerprint, type HostKey } from "../../../electron/ssh/host-keys.ts";
import { publicKeyBlob } from "../../../electron/ssh/keys.ts";
import {
  certificateLogin,
  clientDefaults,
  connectToTestServer,
  hostKey,
  NOW_SECONDS,
  onProgram,
  randomKey,
  startTestServer,
  type TestServerOptions,
} from "../../support/ssh-server.ts";
import { collect, outputOf, until } from "../../support/ssh-shell.ts";

const text = (value: string) => new TextEncoder().encode(value);
const print = fingerprint(publicKeyBlob(hostKey.publicKey));

function attempt(options: TestServerOptions = {}): Promise<unknown> {
  const { transport } = startTestServer(options);
  return connectSsh({ ...clientDefaults(), ...options.client, transport });
}

describe("login by certificate", () => {
  test("works, and the whole session with it, however the bytes are cut", async () => {
    for (const fragment of [1, 2, 3, 7, 100, Number.POSITIVE_INFINITY]) {
      const { client } = await connectToTestServer({
        fragment,
        session: onProgram((channel, command) => {
          channel.write(`ran ${command}`);
          channel.exit(3);
          channel.end();
        }),
      });
      expect(await collect(await client.exec("it"))).toEqual({
        stdout: "ran it",
        stderr: "",
        exit: { code: 3, signal: null },
      });
      client.dispose();
    }
  });

  test("one signed request is sent, without asking first", async () => {
    const requests: unknown[] = [];
    await connectToTestServer({
      authenticate: (context) => {
        if (context.method === "publickey") requests.push([context.key.algo, context.signature !== undefined]);
        context.accept();
      },
    });
    expect(requests).toEqual([["ssh-ed25519-cert-v01@openssh.com", true]]);
  });

  test.each([
    ["another user", { principals: ["alice"] }, "the certificate is for alice, not for root"],
    ["nobody", { principals: [] }, "names no user"],
    ["the past", { validBefore: NOW_SECONDS - 1, validAfter: 0 }, "expired at 2023-11-14T22:13:19.000Z"],
    ["the future", { validAfter: NOW_SECONDS + 1 }, "not valid before 2023-11-14T22:13:21.000Z"],
    ["a foreign authority", { ca: generateKeyPair(randomKey) }, "may not trust the authority"],
  ])("for %s is refused in plain words", async (_name, changes, detail) => {
    await expect(attempt({ client: { login: certificateLogin(changes) } })).rejects.toMatchObject({
      code: "ssh-auth-failed",
      detail: expect.stringContaining(detail),
    });
  });

  test("of another key or without sense is key-invalid before a byte is sent", async () => {
    const own = certificateLogin();
    const other = generateKeyPair(randomKey);
    const logins = [
      { ...own, privateKey: other.privateKey },
      { ...own, certificate: "ssh-ed25519-cert-v01@openssh.com AAAA" },
      { ...own, privateKey: new Uint8Array(31) },
    ];
    for (const login of logins) {
      const { transport } = startTestServer();
      const options = { ...clientDefaults(), transport, login: login as SshConnectOptions["login"] };
      await expect(connectSsh(options)).rejects.toMatchObject({ code: "key-invalid" });
      expect(transport.destroyed).toBe(true);
      expect(Reflect.get(transport, "sent")).toBe(0);
    }
  });
});

describe("login by password", () => {
  const password: Partial<SshConnectOptions> = { login: { kind: "password", password: "secret" } };

  test("by the method password", async () => {
    await connectToTestServer({
      authenticate: (context) => {
        if (context.method === "password" && context.password === "secret") context.accept();
        else context.reject(["password"]);
      },
      client: password,
    });
  });

  test("by keyboard-interactive where the server wants that", async () => {
    await connectToTestServer({
      authenticate: (context) => {
        if (context.method !== "keyboard-interactive") context.reject(["publickey", "keyboard-interactive"]);
        else
          context.prompt([{ prompt: "Password: ", echo: false }], (answers) => {
            if (answers[0] === "secret") context.accept();
            else context.reject();
          });
      },
      client: password,
    });
  });

  test("a second question is not answered with the password, and named", async () => {
    const given: string[][] = [];
    const failed = attempt({
      authenticate: (context) => {
        if (context.method !== "keyboard-interactive") context.reject(["keyboard-interactive"]);
        else
          context.prompt([{ prompt: "Password: ", echo: false }], (first) => {
            given.push(first);
            context.prompt([{ prompt: "One-time\u001b[2J code: ", echo: true }], (second) => {
              given.push(second);
              context.reject(["keyboard-interactive"]);
            });
          });
      },
      client: password,
    });
    await expect(failed).rejects.toMatchObject({
      code: "ssh-auth-failed",
      detail: 'user root: the server asks "One-time [2J code:"',
    });
    expect(given).toEqual([["secret"], [""]]);
  });

  test("a wrong one is refused, naming user and method and what else would do", async () => {
    await expect(
      attempt({ authenticate: (context) => context.reject(["password", "publickey"]), client: password }),
    ).rejects.toMatchObject({ code: "ssh-auth-failed", detail: "user root, password; it accepts password, publickey" });
  });
});

describe("host key", () => {
  test("is shown before the login and its refusal prevents it", async () => {
    const events: string[] = [];
    const failed = attempt({
      authenticate: (context) => {
        events.push("login");
        context.accept();
      },
      client: {
        verifyHostKey: async (key) => {
          events.push(`${key.type} ${fingerprint(key)}`);
          await new Promise((resolve) => setImmediate(resolve));
          return false;
        },
      },
    });
    await expect(failed).rejects.toMatchObject({ code: "host-key-changed", detail: expect.stringContaining(print) });
    expect(events).toEqual([`ssh-ed25519 ${print}`]);
  });

  test("an error of the check is the error of the connection", async () => {
    const verifyHostKey = () => Promise.reject(new CulvertError("storage", "disk full"));
    await expect(attempt({ client: { verifyHostKey } })).rejects.toMatchObject({
      code: "storage",
      detail: "disk full",
    });
  });

  test("the time for the check does not count", async () => {
    // Timers stand still but for the check: how long the rest takes here decides nothing.
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance", "Date"] });
    try {
      const verifyHostKey = async (): Promise<boolean> => {
        await vi.advanceTimersByTimeAsync(300);
        return true;
      };
      const { client } = await connectToTestServer({ client: { verifyHostKey, readyTimeoutMs: 200 } });
      client.dispose();
    } finally {
      vi.useRealTimers();
    }
  });

  test("is asked for once across key exchanges", async () => {
    const shown: HostKey[] = [];
    const { client, server } = await connectToTestServer({
      session: onProgram((channel) => {
        channel.write("done");
        channel.exit(0);
        channel.end();
      }),
      client: {
        verifyHostKey: (key) => {
          shown.push(key);
          return true;
        },
      },
    });
    await new Promise<void>((resolve) => server.rekey(() => resolve()));
    expect((await collect(await client.exec("after"))).stdout).toBe("done");
    expect(shown).toHaveLength(1);
  });
});

describe("waiting ends", () => {
  test("by the signal, at every step of connecting", async () => {
    for (const when of ["before", "at once", "host key", "login"]) {
      const abort = new AbortController();
      if (when === "before") abort.abort();
      const { transport } = startTestServer({
        authenticate: () => {
          if (when === "login") abort.abort();
        },
      });
      const connecting = connectSsh({
        ...clientDefaults(),
        transport,
        signal: abort.signal,
        verifyHostKey: () => {
          if (when === "host key") abort.abort();
          return when === "host key" ? new Promise<boolean>(() => undefined) : true;
        },
      });
      if (when === "at once") abort.abort();
      await expect(connecting).rejects.toMatchObject({ code: "cancelled" });
      expect(transport.destroyed).toBe(true);
    }
  });

  test("by the time limit when the server says nothing, or nothing more", async () => {
    const { transport } = startTestServer({ authenticate: () => undefined });
    const connecting = connectSsh({ ...clientDefaults(), transport, readyTimeoutMs: 150 });
    await expect(connecting).rejects.toMatchObject({
      code: "connection-timeout",
      detail: "no SSH login within 0.15 s",
    });
  });

  test("by dispose, for a shell that does not open", async () => {
    const { client } = await connectToTestServer({ session: (session) => void session.on("shell", () => undefined) });
    const opening = client.openShell({ term: "xterm", columns: 80, rows: 24 });
    setTimeout(() => client.dispose(), 20);
    await expect(opening).rejects.toMatchObject({ code: "cancelled" });
    await expect(client.exec("late")).rejects.toMatchObject({ code: "cancelled" });
  });

  test("by a signal of its own, for a shell that does not open; a late one is closed", async () => {
    let release: (() => void) | undefined;
    let closed = false;
    const { client } = await connectToTestServer({
      session: (session) =>
        void session.on("shell", (accept) => {
          release = () => {
            const channel = accept();
            channel.on("close", () => {
              closed = true;
            });
            channel.resume();
          };
        }),
    });
    const abort = new AbortController();
    const opening = client.openShell({ term: "xterm", columns: 80, rows: 24, signal: abort.signal });
    await until(() => release !== undefined);
    abort.abort();
    await expect(opening).rejects.toMatchObject({ code: "cancelled" });
    release?.();
    await until(() => closed);
  });
});

describe("shell", () => {
  async function open(program: (channel: ServerChannel) => void) {
    const { client, wire } = await connectToTestServer({ session: onProgram(program) });
    return { client, wire, shell: await client.openShell({ term: "xterm", columns: 80, rows: 24 }) };
  }

  test("a refused terminal is shell-refused", async () => {
    const { client } = await connectToTestServer();
    await expect(client.openShell({ term: "xterm", columns: 80, rows: 24 })).rejects.toMatchObject({
      code: "shell-refused",
    });
  });

  test("output that came before the first listener is kept", async () => {
    const { shell } = await open((channel) => {
      channel.write("early ");
      channel.write("bird");
      channel.exit(0);
      channel.end();
    });
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
    expect((await collect(shell)).stdout).toBe("early bird");
  });

  test("the exit waits for a paused reader", async () => {
    const { shell } = await open((channel) => {
      channel.write("x".repeat(100_000));
      channel.exit("TERM");
      channel.end();
    });
    let exited = false;
    void shell.exit.then(() => (exited = true));
    const output = outputOf(shell);
    shell.pause();
    for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve));
    expect([exited, output().length]).toEqual([false, 0]);
    shell.resume();
    expect(await shell.exit).toEqual({ code: null, signal: "SIGTERM" });
    expect(output().length).toBe(100_000);
  });

  test("a connection that breaks delivers what came, then the reason; later calls do nothing", async () => {
    const { client, wire, shell } = await open((channel) => channel.write("last words"));
    const output = outputOf(shell);
    const closed = new Promise<CulvertError | undefined>((resolve) => client.onClosed(resolve));
    await until(() => output() !== "");
    wire.destroy();
    expect(await shell.exit).toMatchObject({ code: null, signal: null, error: { code: "connection-reset" } });
    expect((await closed)?.code).toBe("connection-reset");
    expect(output()).toBe("last words");
    expect(shell.write(text("x"))).toBe(true);
    shell.resize(1, 1);
    shell.end();
    shell.pause();
    shell.resume();
    shell.dispose();
    client.dispose();
    await new Promise((resolve) => setTimeout(resolve, 20));
  });

  test("a broken connection does not hide an exit that had come", async () => {
    const { wire, shell } = await open((channel) => {
      // In this order on the wire: who has read the text has been told the exit.
      channel.exit(5);
      channel.write("bye");
    });
    const output = outputOf(shell);
    await until(() => output() === "bye");
    wire.destroy();
    expect(await shell.exit).toEqual({ code: 5, signal: null });
  });

  test("dispose ends it for both sides", async () => {
    let closed = false;
    const { client, shell } = await open((channel) => void channel.on("close", () => (closed = true)).resume());
    shell.dispose();
    shell.dispose();
    expect(await shell.exit).toMatchObject({ error: { code: "cancelled" } });
    await until(() => closed);
    client.dispose();
    let told: unknown = "nothing";
    client.onClosed((error) => (told = error));
    expect(told).toBeUndefined();
  });

  test("the window follows the reader: a paused one stops the writer", async () => {
    let written = 0;
    const { shell } = await open((channel) => {
      const chunk = Buffer.alloc(32 * 1024);
      const pump = () => {
        if (written >= 8 * 1024 * 1024) {
          channel.exit(0);
          channel.end();
          return;
        }
        written += chunk.length;
        channel.write(chunk, pump);
      };
      pump();
    });
    let received = 0;
    shell.onData((bytes) => (received += bytes.length));
    shell.pause();
    let last = -1;
    while (last !== written) {
      last = written;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(received).toBe(0);
    expect(written).toBeLessThanOrEqual(128 * 1024 + 64 * 1024);
    shell.resume();
    expect(await shell.exit).toEqual({ code: 0, signal: null });
    expect(received).toBe(8 * 1024 * 1024);
  });

  test("write says false when the program does not read, and drains when it does", async () => {
    let program: ServerChannel | undefined;
    const { shell } = await open((channel) => {
      program = channel;
    });
    let sent = 0;
    while (shell.write(new Uint8Array(64 * 1024))) {
      sent++;
      expect(sent).toBeLessThan(100);
      await new Promise((resolve) => setImmediate(resolve));
    }
    let drained = false;
    shell.onDrain(() => (drained = true));
    await until(() => program !== undefined);
    program?.resume();
    await until(() => drained);
    expect(shell.write(text("more"))).toBe(true);
  });

  test("sizes and terminal names are made fit for the wire", async () => {
    const sizes: unknown[] = [];
    const { client } = await connectToTestServer({
      session: (session) => {
        session.removeAllListeners("pty");
        session.on("pty", (accept, _reject, info) => {
          sizes.push([info.term, info.cols, info.rows]);
          accept?.();
        });
        session.on("window-change", (_accept, _reject, info) => sizes.push([info.cols, info.rows]));
        session.on("shell", (accept) => accept());
      },
    });
    const shell = await client.openShell({ term: "naïve\n", columns: -3, rows: Number.NaN });
    shell.resize(1e9, 0.5);
    await until(() => sizes.length === 2);
    expect(sizes).toEqual([
      ["xterm", 1, 1],
      [65_535, 1],
    ]);
  });
});
