import { createHash } from "node:crypto";
import { afterEach, describe, expect, test } from "vitest";
import { CulvertError } from "../../electron/base/errors.ts";
import { FuzzRandom } from "../support/fuzz-random.ts";
import { eventually } from "../support/interop/live-device.ts";
import { createTransferWorld, expectedDigest, type TransferWorld } from "../support/interop/transfer-world.ts";
import { wireguardGoMissing } from "../support/interop/wireguard-go.ts";
import { heapInUse } from "../support/netstack-hostile.ts";
import { seed } from "../support/seed.ts";

/** Many connections to Linux through a path that loses, and what is left of them. */

const missing = wireguardGoMissing();
if (missing !== undefined) process.stdout.write(`skipped: ${missing}\n`);

const CONNECTIONS = 1_000;
const AT_ONCE = 100;
const PATH = { delayMs: 5, loss: 0.01, reorder: 0.02, duplicate: 0.01 };
const CLOSED_PORT = 9;
/** TIME-WAIT and FIN-WAIT-2 are over after this. */
const LINGER_MS = 61_000;
const MIB = 1024 * 1024;
/** An idle connection may cost 32 KiB; none that is over may cost anything. */
const NOISE_BYTES = 8 * MIB;

let world: TransferWorld;

afterEach(async () => await world?.dispose());

/** Sends bytes, half-closes, and is told their digest. */
async function ask(family: 4 | 6, bytes: Uint8Array): Promise<void> {
  const stream = await world.connect(family);
  stream.write("u00000000");
  stream.end(bytes);
  let answer = "";
  for await (const chunk of stream) answer += String(chunk);
  expect(answer).toBe(createHash("sha256").update(bytes).digest("hex"));
}

const lives: ((family: 4 | 6, random: FuzzRandom) => Promise<void>)[] = [
  (family, random) => ask(family, random.bytes(random.below(20_000))),
  // Walks away from a download: what is unread makes the end a reset.
  async (family) => {
    const stream = await world.connect(family);
    stream.write("d00000001");
    await new Promise((resolve) => stream.once("data", resolve));
    stream.destroy();
  },
  // Closes without having asked for anything; the server keeps its half open.
  async (family) => {
    const stream = await world.connect(family);
    stream.destroy();
  },
  async (family) => {
    const stream = await world.connect(family);
    stream.on("error", () => undefined);
    stream.write("u00000000");
    stream.destroy(new Error("changed my mind"));
  },
  async (family) => {
    await expect(world.connect(family, CLOSED_PORT)).rejects.toBeInstanceOf(CulvertError);
  },
];

describe.skipIf(missing !== undefined)("connections come and go", () => {
  test(`${CONNECTIONS} connections opened, used and closed in random order leave nothing behind`, async () => {
    world = await createTransferWorld({ weInitiate: true, path: PATH });
    const random = new FuzzRandom(seed());
    const { stack } = world.us;
    const live = async (count: number): Promise<void> => {
      let left = count;
      const worker = async (): Promise<void> => {
        while (left-- > 0) await random.pick(lives)(random.pick([4, 6]), random);
      };
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
      // Unanswered FINs are sent again in their own time, the rest waits for its linger time.
      const gone = (): boolean => {
        world.us.age(LINGER_MS);
        return [...stack.connections].length === 0 && stack.nextDeadline() === Number.POSITIVE_INFINITY;
      };
      await eventually("the last connection to go", gone);
    };
    // What a first hundred leaves in caches and compiled code is there once.
    await live(AT_ONCE);
    const before = heapInUse();
    await live(CONNECTIONS);
    expect(heapInUse() - before).toBeLessThan(NOISE_BYTES);
    await ask(6, new Uint8Array(100));
  });

  test("a reader that stops reading stops its sender and nothing else", async () => {
    world = await createTransferWorld({ weInitiate: true, path: { delayMs: 5 } });
    const size = 24;
    const stalled = await world.connect(6);
    stalled.write(`d${String(size).padStart(8, "0")}`);
    const held = (): number => stalled.connection.stats.bytesIn;
    await eventually("the window to shut", () => stalled.connection.stats.receiveWindow === 0, 60_000);
    const before = held();
    expect(before).toBeLessThan(size * MIB);
    expect(stalled.connection.readableLength).toBeLessThanOrEqual(6 * MIB + 64 * 1024);
    // Another one comes and goes in the meantime, both ways.
    expect(await world.upload(4, 4)).toBe(expectedDigest(4));
    expect(await world.download(6, 4)).toBe(expectedDigest(4));
    expect(held()).toBe(before);
    const hash = createHash("sha256");
    for await (const chunk of stalled) hash.update(chunk as Uint8Array);
    expect(hash.digest("hex")).toBe(expectedDigest(size));
  });
});
