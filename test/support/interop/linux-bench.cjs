/**
 * Linux's own TCP for the benches, run inside a namespace as a process of its own.
 *   node linux-bench.cjs serve ADDRESS           sends for ever on 9001, reads to the end on 9002, echoes on 9003
 *   node linux-bench.cjs recv|send ADDRESS BYTES one transfer with such a server, and a JSON line like the anchor's
 */
const { connect, createServer } = require("node:net");

const PORTS = { source: 9001, sink: 9002, echo: 9003 };
const CHUNK = Buffer.alloc(256 * 1024);

function pump(socket) {
  while (!socket.destroyed && socket.write(CHUNK)) {}
}

function listen(address, port, serve) {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    socket.on("error", () => undefined);
    serve(socket);
  });
  return new Promise((resolve) => server.listen({ host: address, port, backlog: 4096 }, resolve));
}

async function serve(address) {
  await listen(address, PORTS.source, (socket) => {
    socket.on("drain", () => pump(socket)).on("end", () => socket.destroy());
    socket.resume();
    pump(socket);
  });
  await listen(address, PORTS.sink, (socket) => socket.resume().on("end", () => socket.end()));
  await listen(address, PORTS.echo, (socket) => socket.pipe(socket));
  process.stdout.write("listening\n");
}

function transfer(mode, address, bytes) {
  const startedAt = performance.now();
  const port = mode === "recv" ? PORTS.source : PORTS.sink;
  const socket = connect({ host: address, port, allowHalfOpen: true });
  socket.on("error", (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  });
  socket.once("connect", () => {
    const beganAt = performance.now();
    const done = () => {
      const mbPerS = bytes / 1e3 / (performance.now() - beganAt);
      const line = { peer: "linux", mode, connect_ms: beganAt - startedAt, mb_per_s: mbPerS };
      process.stdout.write(`${JSON.stringify(line)}\n`, () => process.exit(0));
    };
    if (mode === "recv") {
      let got = 0;
      socket.on("data", (chunk) => {
        got += chunk.length;
        if (got >= bytes) done();
      });
      return;
    }
    let sent = 0;
    const fill = () => {
      while (sent < bytes) {
        const chunk = CHUNK.subarray(0, Math.min(CHUNK.length, bytes - sent));
        sent += chunk.length;
        if (!socket.write(chunk)) return;
      }
      socket.off("drain", fill).end();
    };
    socket.on("drain", fill).resume().once("end", done);
    fill();
  });
}

const [, , mode, address, bytes] = process.argv;
if (mode === "serve") void serve(address);
else transfer(mode, address, Number(bytes));
