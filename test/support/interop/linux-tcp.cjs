/**
 * Linux's own TCP, run inside a namespace: node linux-tcp.cjs serve ADDRESS PORT, or connect ADDRESS PORT.
 * The first byte that the other side sends chooses: "u" it uploads until FIN and gets the SHA-256 in hex; "d" and eight
 * digits, it downloads so many MiB of a fixed pseudo-random stream. `connect` does the opposite: it plays both at once.
 */
const { createCipheriv, createHash } = require("node:crypto");
const { createServer, connect } = require("node:net");
const { Readable } = require("node:stream");
const { pipeline } = require("node:stream/promises");

const MIB = 1024 * 1024;

/** The same bytes on both sides: AES-CTR over zeros. */
function* stream(mib, key) {
  const cipher = createCipheriv("aes-128-ctr", Buffer.alloc(16, key), Buffer.alloc(16));
  const zeros = Buffer.alloc(MIB);
  for (let i = 0; i < mib; i++) yield cipher.update(zeros);
}

async function digest(readable) {
  const hash = createHash("sha256");
  // Iterated to its end, a duplex is otherwise destroyed, and the answer with it.
  for await (const chunk of readable.iterator({ destroyOnReturn: false })) hash.update(chunk);
  return hash.digest("hex");
}

async function serve(socket) {
  socket.on("error", () => undefined);
  let head = Buffer.alloc(0);
  while (head.length < 9) {
    const chunk =
      socket.read() ?? (await new Promise((resolve) => socket.once("readable", () => resolve(Buffer.alloc(0)))));
    head = Buffer.concat([head, chunk]);
  }
  const rest = head.subarray(9);
  if (rest.length > 0) socket.unshift(rest);
  const mib = Number(head.subarray(1, 9));
  if (head[0] === 0x75) socket.end(await digest(socket));
  else await pipeline(Readable.from(stream(mib, 1)), socket);
}

async function upload(address, port, mib) {
  const socket = connect({ host: address, port, allowHalfOpen: true });
  await new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  socket.write(`u${String(mib).padStart(8, "0")}`);
  const sent = pipeline(Readable.from(stream(mib, 1)), socket);
  let answer = "";
  for await (const chunk of socket) answer += chunk;
  await sent.catch(() => undefined);
  return answer;
}

async function download(address, port, mib) {
  const socket = connect({ host: address, port, allowHalfOpen: true });
  await new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  socket.write(`d${String(mib).padStart(8, "0")}`);
  socket.end();
  return await digest(socket);
}

async function main() {
  const [, , mode, address, port, mib] = process.argv;
  if (mode === "serve") {
    const server = createServer({ allowHalfOpen: true }, (socket) => void serve(socket).catch(() => socket.destroy()));
    server.listen(Number(port), address, () => process.stdout.write("listening\n"));
    return;
  }
  const job = mode === "upload" ? upload : download;
  process.stdout.write(`${await job(address, Number(port), Number(mib))}\n`);
}

module.exports = { stream, digest, serve };
if (require.main === module) void main();
