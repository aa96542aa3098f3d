/** Servers that break the rules: nothing crashes, nothing grows without bound, and the error says what happened. */
import { Duplex } from "node:stream";
import ssh2, { type Connection } from "ssh2";
import { describe, expect, test } from "vitest";
import { formatPrivateKey, generateKeyPair } from "../../../electron/ssh/certificates.ts";
import { connectSsh, type SshConnectOptions } from "../../../electron/ssh/client.ts";
import { clientInternals, protocolInternals, sendPayload } from "../../../electron/ssh/ssh2-internals.ts";
import { guardTransport } from "../../../electron/ssh/transport-guard.ts";
import { concat, string, uint32 } from "../../../electron/ssh/wire.ts";
import { duplexPair } from "../../support/ssh-duplex.ts";
import {
  clientDefaults,
  connectToTestServer,
  onProgram,
  randomKey,
  startTestServer,
} from "../../support/ssh-server.ts";
import { until } from "../../support/ssh-shell.ts";

/** Sends one raw message as the server. */
function send(server: Connection, ...parts: Uint8Array[]): void {
  sendPayload(protocolInternals(server), concat(...parts));
}

function connectTo(behave: (wire: Duplex) => void, options: Partial<SshConnectOptions> = {}): Promise<unknown> {
  const [transport, wire] = duplexPair();
  wire.on("error", () => undefined);
  wire.resume();
  behave(wire);
  return connectSsh({ ...clientDefaults(), ...options, transport });
}

describe("before the handshake", () => {
  test("a server that closes at once", async () => {
    await expect(connectTo((wire) => wire.end())).rejects.toMatchObject({ code: "connection-reset" });
    await expect(connectTo((wire) => wire.destroy())).rejects.toMatchObject({ code: "connection-reset" });
  });

  test("a server that says nothing", async () => {
    const failed = connectTo(() => undefined, { readyTimeoutMs: 50 });
    await expect(failed).rejects.toMatchObject({ code: "connection-timeout" });
  });

  test("a server of another protocol", async () => {
    const failed = connectTo((wire) => wire.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    await expect(failed).rejects.toMatchObject({ code: "connection-reset" });
    const endless = connectTo((wire) => {
      const flood = () => {
        while (!wire.destroyed && wire.write("a".repeat(1000)));
        if (!wire.destroyed) wire.once("drain", flood);
      };
      flood();
    });
    await expect(endless).rejects.toMatchObject({ code: "ssh-failed", detail: "the other side does not speak SSH" });
  });

  test("an old protocol version", async () => {
    const failed = connectTo((wire) => wire.write("SSH-1.5-old\r\n"));
    await expect(failed).rejects.toMatchObject({ code: "ssh-failed" });
  });

  test("a packet that is too long", async () => {
    const failed = connectTo((wire) =>
      wire.write(concat(Buffer.from("SSH-2.0-x\r\n"), uint32(0x7fff_fff8), randomKey(8))),
    );
    await expect(failed).rejects.toMatchObject({ code: "ssh-failed", detail: "Bad packet length" });
  });

  test("a transport that breaks keeps its own reason", async () => {
    const [transport] = duplexPair();
    const connecting = connectSsh({ ...clientDefaults(), transport });
    transport.destroy(Object.assign(new Error("no route"), { code: "EHOSTUNREACH" }));
    await expect(connecting).rejects.toMatchObject({ code: "host-unreachable", detail: "no route" });
  });
});

describe("in the login", () => {
  test("a disconnect instead of a refusal is a refused login, in the server's words", async () => {
    const { transport, connected } = startTestServer({
      authenticate: () => {
        void connected.then((server) =>
          send(server, Uint8Array.of(1), uint32(2), string("Too many authentication failures\u001b[2J"), string("")),
        );
      },
    });
    await expect(connectSsh({ ...clientDefaults(), transport })).rejects.toMatchObject({
      code: "ssh-auth-failed",
      detail: expect.stringMatching(
        /user root, certificate "test": .*; it said: Too many authentication failures \[2J$/,
      ),
    });
  });

  test("SSH_MSG_USERAUTH_PK_OK in answer to a signature makes no second signature", async () => {
    let requests = 0;
    const { transport, connected } = startTestServer({
      authenticate: (context) => {
        requests++;
        void connected.then((server) => {
          for (let i = 0; i < 5; i++)
            send(server, Uint8Array.of(60), string("ssh-ed25519-cert-v01@openssh.com"), string("any"));
          setTimeout(() => context.reject(["publickey"]), 30);
        });
      },
    });
    await expect(connectSsh({ ...clientDefaults(), transport })).rejects.toMatchObject({ code: "ssh-auth-failed" });
    expect(requests).toBe(1);
  });

  test("endless banners are cut", async () => {
    let length = 0;
    const { transport, connected } = startTestServer({
      authenticate: (context) => {
        void connected.then((server) => {
          for (let i = 0; i < 100; i++) send(server, Uint8Array.of(53), string("b".repeat(10_000)), string(""));
          context.accept();
        });
      },
    });
    const client = await connectSsh({
      ...clientDefaults(),
      transport,
      onBanner: (text) => {
        length += text.length;
      },
    });
    expect(length).toBe(60_000);
    client.dispose();
  });
});

describe("after the login", () => {
  test("another host key in a later key exchange", async () => {
    const { client, server } = await connectToTestServer();
    const closed = new Promise((resolve) => client.onClosed(resolve));
    const other = ssh2.utils.parseKey(formatPrivateKey(generateKeyPair(randomKey)));
    const hostKeys: unknown = Reflect.get(protocolInternals(server), "_hostKeys");
    Reflect.set(Object(hostKeys), "ssh-ed25519", other);
    server.rekey(() => undefined);
    expect(await closed).toMatchObject({ code: "host-key-changed" });
  });

  test.each([false, true])("more data than the window allows; the shell is open: %s", async (isOpen) => {
    let requested = false;
    const { client, server } = await connectToTestServer({
      session: (session) =>
        void session.on("exec", (accept) => {
          requested = true;
          if (isOpen) accept();
        }),
    });
    const closed = new Promise((resolve) => client.onClosed(resolve));
    const opening = client.exec("flood");
    opening.catch(() => undefined);
    if (isOpen) {
      const shell = await opening;
      shell.onData(() => undefined);
      shell.pause();
    } else {
      await until(() => requested);
    }
    for (let i = 0; i < 200; i++) send(server, Uint8Array.of(94), uint32(0), string(new Uint8Array(30_000)));
    expect(await closed).toMatchObject({ code: "ssh-failed", detail: "the server sends more than the window allows" });
    if (!isOpen) await expect(opening).rejects.toMatchObject({ code: "ssh-failed" });
  });

  test("packets of no size would make a writer spin", async () => {
    const { client, server } = await connectToTestServer({ session: onProgram(() => undefined) });
    const inner = protocolInternals(server);
    const confirm: unknown = Reflect.get(inner, "channelOpenConfirm");
    Reflect.set(inner, "channelOpenConfirm", (remote: number, local: number, window: number) => {
      if (typeof confirm === "function") confirm.call(inner, remote, local, window, 0);
    });
    await expect(client.exec("x")).rejects.toMatchObject({
      code: "ssh-failed",
      detail: expect.stringContaining("0 bytes"),
    });
    client.dispose();
  });

  test("answers that it asks for and never reads", () => {
    const violations: unknown[] = [];
    let parsed = 0;
    const transport = new Duplex();
    Object.defineProperty(transport, "writableLength", { value: 65 * 1024 * 1024 });
    const internals = clientInternals(connectedClient());
    internals._protocol.parse = () => {
      parsed++;
    };
    guardTransport({ internals, transport, onBytes: () => undefined, onViolation: (error) => violations.push(error) });
    const bytes = Buffer.from("SSH-2.0-x\r\n");
    internals._protocol.parse(bytes, 0, bytes.length);
    internals._protocol.parse(bytes, 0, bytes.length);
    expect(violations).toMatchObject([{ code: "ssh-failed", detail: "the server asks without reading the answers" }]);
    expect(parsed).toBe(1);
  });
});

describe("another version of ssh2", () => {
  test("is refused by name when a member is missing", () => {
    expect(() => clientInternals(new ssh2.Client())).toThrow(/ssh2 package is not supported: the client/);
    const client = connectedClient();
    expect(() => clientInternals(client)).not.toThrow();
    Reflect.set(clientInternals(client)._protocol, "_packetRW", {});
    expect(() => clientInternals(client)).toThrow(expect.objectContaining({ code: "internal" }));
  });
});

function connectedClient(): ssh2.Client {
  const [sock] = duplexPair();
  const client = new ssh2.Client();
  client.on("error", () => undefined);
  return client.connect({ sock, username: "x", readyTimeout: 0 });
}
