import { execFile } from "node:child_process";
import { stat } from "node:fs/promises";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Capture } from "../../shared/models.ts";
import { EngineOnDemo } from "../support/engine-on-demo.ts";

/** Our captures in Wireshark's own reader: the demo network's inside, while a shell is opened and used. */

const run = promisify(execFile);
const hasTshark = await run("tshark", ["--version"]).then(
  () => true,
  () => false,
);
if (!hasTshark) process.stdout.write("skipped: tshark is not installed\n");

let world: EngineOnDemo;

beforeEach(async () => {
  world = await EngineOnDemo.start();
});

afterEach(() => world.dispose());

/** Rows of fields, one per packet. Checksums are verified, which tshark leaves to offloading otherwise. */
async function tshark(path: string, ...fields: string[]): Promise<string[][]> {
  const check = ["-o", "tcp.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE"];
  const { stdout, stderr } = await run(
    "tshark",
    ["-r", path, ...check, "-T", "fields", ...fields.flatMap((f) => ["-e", f])],
    {
      maxBuffer: 64 << 20,
    },
  );
  // It says so there when a file is damaged or cut short.
  expect(stderr.replace(/^Running as user.*$/m, "").trim()).toBe("");
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.split("\t"));
}

async function captured(work: (tunnelId: string) => Promise<void>): Promise<Capture> {
  const { id } = await world.open("api");
  await world.settled(id, "open");
  const [tunnel] = await world.call("tunnels.list", {});
  await world.call("tunnels.startCapture", { tunnelId: tunnel!.id });
  await work(tunnel!.id);
  const capture = await world.call("tunnels.stopCapture", { tunnelId: tunnel!.id });
  expect(capture?.state).toBe("stopped");
  return capture!;
}

test.skipIf(!hasTshark)(
  "tshark reads every packet of a shell, with its time, direction and checksums",
  async () => {
    const from = Date.now() / 1000;
    const capture = await captured(async () => {
      const { id } = await world.open("api");
      await world.settled(id, "open");
      const channel = await world.attach(id);
      world.type(channel, "echo $((6*7))\r");
      await world.shows(channel, /42\r\n/);
    });
    const to = Date.now() / 1000;
    expect((await stat(capture.path)).size).toBe(capture.bytes);
    const rows = await tshark(
      capture.path,
      "frame.time_epoch",
      "frame.packet_flags_direction",
      "frame.interface_name",
      "frame.protocols",
      "_ws.expert.message",
      "tcp.checksum.status",
      "tcp.dstport",
    );
    expect(rows).toHaveLength(capture.packets);
    const org = await world.orgSlug();
    for (const [time, , name, protocols, expert, checksum] of rows) {
      expect(Number(time)).toBeGreaterThan(from - 1);
      expect(Number(time)).toBeLessThan(to + 1);
      expect(name).toContain(org);
      expect(protocols).toMatch(/^raw:ipv6:(udp:dns|tcp)/);
      // tshark's SSH takes encrypted packets for damaged ones.
      if (protocols?.includes("ssh") !== true) expect(expert ?? "").not.toMatch(/[Mm]alformed/);
      if (protocols?.includes("tcp") === true) expect(checksum).toBe("1");
    }
    const outwards = rows.filter(([, , , , , , port]) => port === "22").map(([, direction]) => direction);
    // SYN, ACK, and what SSH must say before it may be answered; the rest may share segments.
    expect(outwards.length).toBeGreaterThanOrEqual(5);
    expect(new Set(outwards.map((direction) => Number(direction)))).toEqual(new Set([2]));
    expect(rows.some(([, direction]) => Number(direction) === 1)).toBe(true);
    expect(rows.some(([, , , protocols]) => protocols?.includes("ssh"))).toBe(true);
  },
  60_000,
);

test.skipIf(!hasTshark)(
  "a capture that is full is whole, and the shell goes on",
  async () => {
    const { id } = await world.open("api");
    await world.settled(id, "open");
    const [tunnel] = await world.call("tunnels.list", {});
    await world.call("tunnels.startCapture", { tunnelId: tunnel!.id, limitBytes: 64 << 10 });
    const channel = await world.attach(id);
    world.type(channel, "for i in $(seq 1 8000); do echo line-$i-of-much-text; done; echo $((6*7))\r");
    await world.shows(channel, /42\r\n/);
    const capture = (await world.call("tunnels.stopCapture", { tunnelId: tunnel!.id }))!;
    expect(capture.state).toBe("full");
    expect((await stat(capture.path)).size).toBeLessThanOrEqual(64 << 10);
    expect(await tshark(capture.path, "frame.number")).toHaveLength(capture.packets);
  },
  60_000,
);
