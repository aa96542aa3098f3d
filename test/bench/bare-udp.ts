import { createSocket } from "node:dgram";
import { once } from "node:events";

/**
 * A process that only receives, or only sends, UDP datagrams on loopback, as fast as one Node process can: the measure of
 * what a tunnel's packet may cost. `bare-udp.js receive`; `bare-udp.js send PORT BYTES MS`. Answers over its parent's IPC.
 */
export interface BareUdpResult {
  readonly datagrams: number;
  readonly cpuUs: number;
}

const BATCH = 64;
const SOCKET_BUFFER_BYTES = 4 * 1024 * 1024;

function cpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

async function receive(): Promise<void> {
  let datagrams = 0;
  let startedAt = 0;
  const socket = createSocket("udp4", () => {
    if (datagrams++ === 0) startedAt = cpuUs();
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  socket.setRecvBufferSize(SOCKET_BUFFER_BYTES);
  process.on("message", () => {
    const result: BareUdpResult = { datagrams, cpuUs: cpuUs() - startedAt };
    process.send?.(result);
    datagrams = 0;
  });
  process.send?.(socket.address().port);
}

async function send(port: number, bytes: number, ms: number): Promise<void> {
  const socket = createSocket("udp4");
  socket.connect(port, "127.0.0.1");
  await once(socket, "connect");
  socket.setSendBufferSize(SOCKET_BUFFER_BYTES);
  const datagram = new Uint8Array(bytes);
  let datagrams = 0;
  const cpu = cpuUs();
  const until = performance.now() + ms;
  while (performance.now() < until) {
    await new Promise<void>((resolve) => {
      let left = BATCH;
      const sent = (): void => {
        if (--left === 0) resolve();
      };
      for (let i = 0; i < BATCH; i++) socket.send(datagram, sent);
    });
    datagrams += BATCH;
  }
  const result: BareUdpResult = { datagrams, cpuUs: cpuUs() - cpu };
  process.send?.(result, () => process.exit(0));
}

const [, , role, port, bytes, ms] = process.argv;
if (role === "receive") void receive();
else void send(Number(port), Number(bytes), Number(ms));
