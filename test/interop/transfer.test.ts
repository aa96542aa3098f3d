import { afterAll, describe, expect, test } from "vitest";
import type { LiveStack } from "../support/interop/live-stack.ts";
import { createTransferWorld, expectedDigest, type TransferWorld } from "../support/interop/transfer-world.ts";
import { wireguardGoMissing } from "../support/interop/wireguard-go.ts";

/** Bulk data between our stack and Linux's TCP behind wireguard-go, through a bad path, and while keys change. */

const missing = wireguardGoMissing();
if (missing !== undefined) process.stdout.write(`skipped: ${missing}\n`);

/** `npm run transfer` moves 200 MB each way in every row; the suite moves enough to meet every impairment. */
const MIB = Number(process.env["CULVERT_TRANSFER_MIB"] ?? 2);
/** Enough to be under way while two keys change. */
const REKEY_MIB = Math.max(8, MIB);
const FULL_RUN = MIB >= 100;
/** There and back: 60 ms. */
const PATH = { delayMs: 30, loss: 0.01, reorder: 0.05, duplicate: 0.01 };
const REJECT_AFTER_TIME_MS = 180_000;
const REKEY_AFTER_TIME_MS = 120_000;
const TIME_LIMIT_MS = 3_600_000;

const open: TransferWorld[] = [];

// The worlds run at the same time, to save the time that the path costs.
afterAll(async () => {
  for (const world of open.splice(0)) await world.dispose();
});

async function createWorld(options: Parameters<typeof createTransferWorld>[0]): Promise<TransferWorld> {
  const world = await createTransferWorld(options);
  open.push(world);
  return world;
}

/** What a transfer took, told in a full run. */
async function timed(name: string, work: Promise<string>): Promise<string> {
  const began = Date.now();
  const digest = await work;
  const seconds = (Date.now() - began) / 1000;
  if (FULL_RUN)
    process.stdout.write(`${name}: ${MIB} MiB in ${seconds.toFixed(0)} s, ${(MIB / seconds).toFixed(2)} MiB/s\n`);
  return digest;
}

const rows = [1280, 1420, 1500].flatMap((mtu) =>
  [6 as const, 4 as const].flatMap((family) => [true, false].map((weInitiate) => ({ mtu, family, weInitiate }))),
);

describe
  .skipIf(missing !== undefined)
  .concurrent(`${MIB} MiB through 60 ms, 1 % loss, 5 % reordering, 1 % duplicates`, () => {
    for (const { mtu, family, weInitiate } of rows) {
      const name = `IPv${family}, MTU ${mtu}, ${weInitiate ? "we" : "they"} connect`;
      const both = async (): Promise<void> => {
        const world = await createWorld({ mtu, weInitiate, path: PATH });
        const [up, down] = await Promise.all([
          timed(`${name}, we send`, world.upload(family, MIB)),
          timed(`${name}, they send`, world.download(family, MIB)),
        ]);
        expect([up, down]).toEqual([expectedDigest(MIB), expectedDigest(MIB)]);
        const { toRight, toLeft } = await world.relay.stats();
        for (const { lost, reordered, duplicated } of [toRight, toLeft])
          expect(Math.min(lost, reordered, duplicated)).toBeGreaterThan(0);
      };
      test(`${name}: both directions at once, equal hashes`, both, TIME_LIMIT_MS);
    }
  });

/** Lets time pass for the keys twice while `work` goes on: each time the session must be renewed under the data. */
async function throughTwoRekeys<T>(us: LiveStack, ageMs: number, work: Promise<T>): Promise<T> {
  const count = (): number => us.events.filter(({ kind }) => kind === "handshake-complete").length;
  let over = false;
  const end = (): void => {
    over = true;
  };
  work.then(end, end);
  for (let rekey = 0; rekey < 2; rekey++) {
    await new Promise((resolve) => setTimeout(resolve, 2000));
    const before = count();
    us.ageKeys(ageMs + 1000);
    while (count() === before && !over) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(count(), "the transfer was over before the key was renewed").toBeGreaterThan(before);
  }
  return await work;
}

describe.skipIf(missing !== undefined).concurrent(`${REKEY_MIB} MiB while keys change`, () => {
  test.each([
    // A responder does not renew by age alone (W22); its peer does on hearing nothing, once we no longer take its key.
    { weInitiate: true, family: 6 as const, ageMs: REKEY_AFTER_TIME_MS },
    { weInitiate: false, family: 4 as const, ageMs: REJECT_AFTER_TIME_MS },
  ])(
    "we initiate and connect: $weInitiate, IPv$family: both directions at once, across two rekeys",
    async ({ weInitiate, family, ageMs }) => {
      const world = await createWorld({ weInitiate, path: PATH });
      const work = Promise.all([world.upload(family, REKEY_MIB), world.download(family, REKEY_MIB)]);
      const [up, down] = await throughTwoRekeys(world.us, ageMs, work);
      expect([up, down]).toEqual([expectedDigest(REKEY_MIB), expectedDigest(REKEY_MIB)]);
    },
    TIME_LIMIT_MS,
  );
});
