import { createHash } from "node:crypto";
import { once } from "node:events";
import { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { afterEach, describe, expect, test } from "vitest";
import { CulvertError } from "../../../electron/base/errors.ts";
import type { TcpConnection, TcpOptions } from "../../../electron/netstack/tcp/connection.ts";
import { connectStream, TcpStream } from "../../../electron/netstack/tcp-stream.ts";
import { TcpLink } from "../../support/tcp-link.ts";

let stop: (() => void) | undefined;
afterEach(() => stop?.());

/** A path whose virtual time passes while the event loop turns. */
function livingLink(options: Omit<ConstructorParameters<typeof TcpLink>[0], "seed"> = { delayMs: 2 }): TcpLink {
  const link = new TcpLink({ seed: 1, ...options });
  let running = true;
  const turn = (): void => {
    if (!running) return;
    link.run(() => false, 1);
    setImmediate(turn);
  };
  setImmediate(turn);
  stop = () => {
    running = false;
  };
  return link;
}

async function open(link: TcpLink, options?: TcpOptions): Promise<[TcpStream, TcpStream]> {
  const accepted = new Promise<TcpStream>((resolve) => {
    link.b.listen({ port: 80 }, (connection) => resolve(new TcpStream(connection, link.clock)));
  });
  const client = await connectStream(connector(link), link.clock, {
    remote: link.addressB,
    port: 80,
    ...(options === undefined ? {} : { options }),
  });
  return [client, await accepted];
}

function connector(link: TcpLink): {
  connectTcp: (to: Parameters<TcpLink["a"]["connect"]>[0], now: number) => TcpConnection;
} {
  return { connectTcp: (to, now) => link.a.connect(to, now) };
}

async function collect(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

describe("TcpStream", () => {
  test("bytes both ways, half-close, and a clean end without errors", async () => {
    const link = livingLink();
    const [client, server] = await open(link);
    server.on("data", (data: Uint8Array) => server.write(data));
    server.on("end", () => server.end("bye"));
    client.end("hello");
    expect((await collect(client)).toString()).toBe("hellobye");
    await Promise.all([client.closed || once(client, "close"), server.closed || once(server, "close")]);
    expect([client.errored, server.errored]).toEqual([null, null]);
  });

  test("16 MiB through pipelines over a lossy path arrive unchanged, in large chunks", async () => {
    const link = livingLink({ delayMs: 2, loss: 0.002, reorder: 0.01 });
    const [client, server] = await open(link);
    const sent = createHash("sha256");
    const got = createHash("sha256");
    let chunks = 0;
    let bytes = 0;
    const source = Readable.from(
      (function* () {
        for (let i = 0; i < 256; i++) {
          const chunk = Buffer.alloc(65_536, i);
          sent.update(chunk);
          yield chunk;
        }
      })(),
    );
    const sink = new Writable({
      write(chunk: Buffer, _encoding, done) {
        got.update(chunk);
        chunks++;
        bytes += chunk.length;
        done();
      },
    });
    server.end();
    client.resume();
    await Promise.all([pipeline(source, client), pipeline(server, sink)]);
    expect(bytes).toBe(16 << 20);
    expect(got.digest("hex")).toBe(sent.digest("hex"));
    expect(bytes / chunks).toBeGreaterThan(4000);
  });

  test("back-pressure: a reader that stops stops the writer, with bounded memory, and nothing is lost", async () => {
    const link = livingLink({ delayMs: 1 });
    const [client, server] = await open(link);
    let written = 0;
    const chunk = Buffer.alloc(65_536, 1);
    const write = (): void => {
      while (written < 64 << 20) {
        written += chunk.length;
        if (!client.write(chunk)) {
          client.once("drain", write);
          return;
        }
      }
      client.end();
    };
    write();
    for (let before = -1; before !== written; ) {
      before = written;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(written).toBeLessThan(8 << 20);
    let received = 0;
    for await (const data of server) received += (data as Buffer).length;
    expect(received).toBe(64 << 20);
  });

  test("what comes byte by byte while nobody reads is kept by TCP, not as a chunk each", async () => {
    const link = livingLink({ delayMs: 1 });
    const [client, server] = await open(link);
    // Wants bytes once, and never takes them.
    server.read(0);
    for (let sent = 1; sent <= 500; sent++) {
      client.write("x");
      while (server.connection.readableLength + server.readableLength < sent)
        await new Promise((resolve) => setImmediate(resolve));
    }
    let chunks = 0;
    let bytes = 0;
    server.on("data", (data: Uint8Array) => {
      chunks++;
      bytes += data.length;
    });
    client.end();
    await once(server, "end");
    expect(bytes).toBe(500);
    expect(chunks).toBeLessThanOrEqual(3);
  });

  test("connection refused, cancelled, timed out, no route: each with its code", async () => {
    const link = livingLink();
    const code = async (promise: Promise<unknown>): Promise<string> =>
      promise.then(
        () => "connected",
        (error: unknown) => (error instanceof CulvertError ? error.code : String(error)),
      );
    const to = { remote: link.addressB, port: 9 };
    expect(await code(connectStream(connector(link), link.clock, to))).toBe("connection-refused");
    expect(await code(connectStream(connector(link), link.clock, { ...to, signal: AbortSignal.abort() }))).toBe(
      "cancelled",
    );
    link.filter = () => true;
    const abort = new AbortController();
    const pending = code(connectStream(connector(link), link.clock, { ...to, signal: abort.signal }));
    abort.abort();
    expect(await pending).toBe("cancelled");
    expect(await code(connectStream(connector(link), link.clock, { ...to, timeoutMs: 20 }))).toBe("connection-timeout");
    const nowhere = {
      connectTcp: (): TcpConnection => {
        throw new CulvertError("host-unreachable");
      },
    };
    expect(await code(connectStream(nowhere, link.clock, to))).toBe("host-unreachable");
    expect([...link.a.connections]).toEqual([]);
  });

  test("T55 a reset: what was received before it is read first, then the error comes", async () => {
    const link = livingLink();
    const [client, server] = await open(link);
    server.write(Buffer.alloc(300_000, 7));
    while (client.connection.readableLength + client.readableLength < 256 << 10)
      await new Promise((resolve) => setImmediate(resolve));
    server.connection.abort(link.now);
    await new Promise((resolve) => setTimeout(resolve, 30));
    let received = 0;
    let error: unknown;
    try {
      for await (const data of client) received += (data as Buffer).length;
    } catch (thrown) {
      error = thrown;
    }
    expect(received).toBeGreaterThanOrEqual(256 << 10);
    expect((error as CulvertError).code).toBe("connection-reset");
  });

  test("a reset fails a write that waits", async () => {
    const link = livingLink();
    const [client, server] = await open(link);
    client.on("error", () => undefined);
    const failed = new Promise((resolve) => client.write(Buffer.alloc(32 << 20), resolve));
    await new Promise((resolve) => setTimeout(resolve, 20));
    server.connection.abort(link.now);
    expect(((await failed) as CulvertError).code).toBe("connection-reset");
  });

  test("destroy: gracefully when nothing is left over, with RST when something is", async () => {
    const link = livingLink();
    const [client, server] = await open(link);
    client.destroy();
    await once(server.resume(), "end");
    expect(server.errored).toBeNull();

    const [busy, peer] = await new Promise<[TcpStream, TcpStream]>((resolve) => {
      link.b.listen({ port: 81 }, (connection) => resolve([stream, new TcpStream(connection, link.clock)]));
      const stream = new TcpStream(link.a.connect({ remote: link.addressB, port: 81 }, link.now), link.clock);
    });
    busy.write(Buffer.alloc(32 << 20));
    await new Promise((resolve) => setTimeout(resolve, 10));
    busy.on("error", () => undefined);
    busy.destroy();
    peer.resume();
    const [error] = (await once(peer, "error")) as [CulvertError];
    expect(error.code).toBe("connection-reset");
  });
});
