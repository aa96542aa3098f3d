import { createSocket } from "node:dgram";

/** The receiver of the bare UDP bench, a process of its own: answers every message of its parent with what it has got. */
export interface BareUdpCount {
  readonly port: number;
  readonly datagrams: number;
  /** Of this process so far, user and system. */
  readonly cpuUs: number;
}

const socket = createSocket("udp4");
let datagrams = 0;
socket.on("message", () => {
  datagrams++;
});
const report = (): void => {
  const { user, system } = process.cpuUsage();
  process.send?.({ port: socket.address().port, datagrams, cpuUs: user + system } satisfies BareUdpCount);
};
socket.bind(0, "127.0.0.1", () => {
  socket.setRecvBufferSize(4 << 20);
  report();
});
process.on("message", report);
process.once("disconnect", () => process.exit(0));
