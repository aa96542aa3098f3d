import type { TcpStream } from "../../electron/netstack/tcp-stream.ts";

/** One byte at a time: the reader that is told of an echo writes the next byte, as ssh2 does with our streams. Times in ms. */
export function echoTimes(stream: TcpStream, count: number): Promise<number[]> {
  const times: number[] = [];
  return new Promise((resolve, reject) => {
    let startedAt = 0;
    const write = (): void => {
      startedAt = performance.now();
      stream.write(Uint8Array.of(42));
    };
    const ended = (): void => reject(new Error(`the stream ended after ${times.length} echoes`));
    const onData = (): void => {
      times.push(performance.now() - startedAt);
      if (times.length < count) {
        write();
        return;
      }
      stream.off("data", onData).off("close", ended);
      resolve(times);
    };
    stream.on("data", onData).once("close", ended);
    write();
  });
}
