import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { MOST_BYTES_A_TURN, RecordInbox } from "../../../../electron/engine/carriers/record-inbox.ts";
import { MOST_STRANGE_RECORDS, RecordReader } from "../../../../electron/engine/carriers/record-stream.ts";

const LENGTH = 92;

/** Records that count up. */
function records(count: number): Uint8Array {
  const stream = Buffer.alloc(count * (4 + LENGTH));
  for (let i = 0; i < count; i++) {
    stream.writeUInt32BE(LENGTH, i * (4 + LENGTH));
    stream.writeUInt32BE(i, i * (4 + LENGTH) + 4);
  }
  return stream;
}

function createInbox(sort: (datagram: Uint8Array) => boolean | undefined = () => undefined) {
  const calls: string[] = [];
  const numbers: number[] = [];
  const faults: string[] = [];
  const reader = new RecordReader({
    expectMagic: false,
    onDatagram: (datagram) => {
      numbers.push(Buffer.from(datagram).readUInt32BE(0));
      return sort(datagram);
    },
  });
  const inbox = new RecordInbox({
    socket: { pause: () => calls.push("pause"), resume: () => calls.push("resume") },
    reader,
    onFault: (reason) => {
      faults.push(reason);
      inbox.dispose();
    },
  });
  return { inbox, calls, numbers, faults };
}

test("a message of megabytes is read a share a turn, with the socket paused meanwhile, and nothing is lost", async () => {
  const { inbox, calls, numbers } = createInbox();
  const count = 43_690;
  const all = records(count);
  // Cut where a record is not at its end.
  const cut = 3 * MOST_BYTES_A_TURN + 17;
  inbox.push(all.subarray(0, cut));
  inbox.push(all.subarray(cut));
  const most = Math.ceil(MOST_BYTES_A_TURN / (4 + LENGTH));
  for (let turns = 0; numbers.length < count; turns++) {
    expect(turns).toBeLessThanOrEqual(Math.ceil(all.length / MOST_BYTES_A_TURN));
    expect(numbers.length).toBeLessThanOrEqual((turns + 1) * most);
    expect(calls.at(-1)).toBe("pause");
    await turn();
  }
  await turn();
  expect(calls.at(-1)).toBe("resume");
  expect(numbers).toEqual([...Array(count).keys()]);
  inbox.dispose();
});

test("what one read of a socket brings is read at once, and the next turn has a share of its own", async () => {
  const { inbox, calls, numbers } = createInbox();
  for (let i = 1; i <= 3; i++) {
    inbox.push(records(600));
    expect(numbers.length).toBe(i * 600);
    await turn();
  }
  expect(calls).toEqual([]);
  inbox.push(records(600));
  inbox.push(records(600));
  expect(numbers.length).toBeLessThan(5 * 600);
  expect(calls).toEqual(["pause"]);
  inbox.dispose();
});

test("nothing is handed on once the connection is given up, from within as well", async () => {
  const { inbox, numbers } = createInbox((datagram) => {
    if (Buffer.from(datagram).readUInt32BE(0) === 700) inbox.dispose();
    return true;
  });
  inbox.push(records(40_000));
  for (let i = 0; i < 80; i++) await turn();
  // The share in hand is read to its end.
  expect(numbers.length).toBeLessThanOrEqual((2 * MOST_BYTES_A_TURN) / (4 + LENGTH) + 1);
  inbox.push(records(1));
  await turn();
  expect(numbers.length).toBeLessThanOrEqual((2 * MOST_BYTES_A_TURN) / (4 + LENGTH) + 1);
});

test("records that no peer of ours can have sent end the connection when too many come in a row", async () => {
  const { inbox, numbers, faults } = createInbox(() => false);
  inbox.push(records(40_000));
  for (let i = 0; i < 80; i++) await turn();
  expect(faults).toEqual(["strange-records"]);
  expect(numbers.length).toBe(MOST_STRANGE_RECORDS);
});

test("one of another kind between them shows that somebody is there", async () => {
  let left = 0;
  const { inbox, numbers, faults } = createInbox(() => left++ % MOST_STRANGE_RECORDS === MOST_STRANGE_RECORDS - 1);
  inbox.push(records(5_000));
  for (let i = 0; i < 20; i++) await turn();
  expect([numbers.length, faults]).toEqual([5_000, []]);
  inbox.dispose();
});
