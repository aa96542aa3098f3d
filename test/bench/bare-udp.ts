import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createTransportCipher, packetSlots, TAG_LENGTH } from "../../electron/crypto/aead.ts";
import { UdpBind, udpEndpoint } from "../../electron/engine/udp-bind.ts";
import { HEADROOM } from "../../electron/wireguard/seam.ts";

/**
 * A process that does nothing but move UDP datagrams on loopback, as fast as one Node process can: the measure of what a
 * tunnel's packet may cost. Two roles are bare, two are the floor: Culvert's socket and cipher, and the acknowledgements that
 * a transfer has, but no WireGuard and no TCP.
 *
 *     receive [EVERY]     bare; answers each datagram of so many with one of an acknowledgement's size
 *     send PORT BYTES     bare
 *     open EVERY          opens each datagram, and answers with a sealed one
 *     seal PORT BYTES     seals each datagram, and opens the answers
 *
 * Told a number over its parent's IPC, it moves so many and says what they cost; told "stop", it stops sending.
 */
export interface BareUdpResult {
  readonly datagrams: number;
  readonly cpuUs: number;
}

const BATCH = 64;
const BATCHES_PER_TURN = 16;
const SOCKET_BUFFER_BYTES = 4 * 1024 * 1024;
/** An IPv6 packet with nothing but TCP's header and timestamps, padded and sealed. */
const ANSWER_BYTES = HEADROOM + 80 + TAG_LENGTH;

const cipher = createTransportCipher(new Uint8Array(32));
const slots = packetSlots();
const slot = slots.acquire() ?? 0;

/** `bytes` long, in the slot, its text sealed anew. */
function seal(datagram: Uint8Array): Uint8Array {
  cipher.seal(0, 0, slots.memory, slot + HEADROOM, datagram.length - HEADROOM - TAG_LENGTH);
  return datagram;
}

function open(datagram: Uint8Array): void {
  slots.memory.set(datagram, slot);
  if (!cipher.open(0, 0, slots.memory, slot + HEADROOM, datagram.length - HEADROOM)) throw new Error("a wrong tag");
}

function inSlot(bytes: number): Uint8Array {
  return slots.memory.subarray(slot, slot + bytes);
}

function cpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

function report(result: BareUdpResult): void {
  process.send?.(result);
}

/** Answers what is to be called for each datagram: true for one that wants an answer. */
function counter(answerEvery: number): () => boolean {
  let wanted = 0;
  let datagrams = 0;
  let startedAt = 0;
  process.on("message", (count: number) => {
    wanted = count;
    datagrams = 0;
  });
  return () => {
    if (datagrams++ === 0) startedAt = cpuUs();
    if (datagrams === wanted) report({ datagrams, cpuUs: cpuUs() - startedAt });
    return answerEvery > 0 && datagrams % answerEvery === 0;
  };
}

async function receive(answerEvery: number): Promise<void> {
  const answer = Uint8Array.from(seal(inSlot(ANSWER_BYTES)));
  const isAnswered = counter(answerEvery);
  const socket = createSocket("udp4", (_datagram, from) => {
    if (isAnswered()) socket.send(answer, from.port, from.address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  socket.setRecvBufferSize(SOCKET_BUFFER_BYTES);
  process.send?.(socket.address().port);
}

async function receiveAndOpen(answerEvery: number): Promise<void> {
  const answer = inSlot(ANSWER_BYTES);
  const isAnswered = counter(answerEvery);
  const bind = await UdpBind.open({
    family: 4,
    host: "127.0.0.1",
    onDatagram: (datagram, from) => {
      open(datagram);
      if (isAnswered()) bind.sendDatagram(seal(answer), from);
    },
  });
  process.send?.(bind.localPort);
}

/** `sendBatch` sends BATCH datagrams and resolves once they have left. */
function sendWhenTold(sendBatch: () => Promise<void> | void, batchesPerTurn: number): void {
  let stopped = false;
  const run = async (count: number): Promise<void> => {
    stopped = false;
    const cpu = cpuUs();
    let datagrams = 0;
    while (datagrams < count && !stopped) {
      for (let i = 0; i < batchesPerTurn; i++) await sendBatch();
      datagrams += BATCH * batchesPerTurn;
      // The parent's word, and answers, come in turns of the event loop.
      await new Promise((resolve) => setImmediate(resolve));
    }
    report({ datagrams, cpuUs: cpuUs() - cpu });
  };
  process.on("message", (message: number | "stop") => {
    if (message === "stop") stopped = true;
    else void run(message);
  });
}

async function send(port: number, bytes: number): Promise<void> {
  const socket = createSocket("udp4");
  socket.connect(port, "127.0.0.1");
  await once(socket, "connect");
  socket.setSendBufferSize(SOCKET_BUFFER_BYTES);
  // Sealed once, for those that open it.
  const datagram = Uint8Array.from(seal(inSlot(bytes)));
  // Without a callback each, which would cost a tenth: on loopback the system takes a datagram during the call.
  const sendBatch = (): void => {
    for (let i = 0; i < BATCH; i++) socket.send(datagram);
  };
  sendWhenTold(sendBatch, BATCHES_PER_TURN);
  process.send?.(port);
}

async function sealAndSend(port: number, bytes: number): Promise<void> {
  const to = udpEndpoint("127.0.0.1", port);
  if (to === undefined) throw new Error("no address");
  const bind = await UdpBind.open({ family: 4, onDatagram: open });
  const datagram = inSlot(bytes);
  const sendBatch = (): void => {
    for (let i = 0; i < BATCH; i++) bind.sendDatagram(seal(datagram), to);
  };
  sendWhenTold(sendBatch, 1);
  process.send?.(port);
}

const [, , role, first = "0", bytes = "0"] = process.argv;
if (role === "receive") void receive(Number(first));
else if (role === "open") void receiveAndOpen(Number(first));
else if (role === "send") void send(Number(first), Number(bytes));
else void sealAndSend(Number(first), Number(bytes));
process.once("disconnect", () => process.exit(0));
