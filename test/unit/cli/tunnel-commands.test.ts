import { describe, expect, test, vi } from "vitest";
import { CulvertError } from "../../../electron/base/errors.ts";
import type { OwnTunnelOptions } from "../../../electron/engine/own-tunnel.ts";
import { digText } from "../../../electron/entries/dig.ts";
import { advised, captureLine, inOwnTunnel, readConfig } from "../../../electron/entries/own-tunnel.ts";
import { eventLine, rounded, summary } from "../../../electron/entries/ping.ts";
import { AdvisedError, reportError } from "../../../electron/entries/report.ts";
import type { Capture, DigReport, PingReport } from "../../../shared/models.ts";

describe("ping", () => {
  test.each([
    [{ kind: "reply", sequence: 1, rttMs: 1.23456, bytes: 56 }, "56 bytes from fdaa::3: seq=1 time=1.235 ms"],
    [{ kind: "reply", sequence: 12, rttMs: 251.27, bytes: 0 }, "0 bytes from fdaa::3: seq=12 time=251.3 ms"],
    [{ kind: "duplicate", sequence: 2, rttMs: 12 }, "again from fdaa::3: seq=2 time=12.0 ms (duplicate)"],
    [{ kind: "silence", sequence: 3 }, "no answer: seq=3 within 1.5 s"],
    [
      { kind: "error", sequence: 4, code: "host-unreachable", meaning: "fdaa::1 says: a filter forbids it" },
      "error: seq=4 fdaa::1 says: a filter forbids it",
    ],
  ] as const)("%j", (event, line) => {
    expect(eventLine(event, "fdaa::3", 1.5)).toBe(line);
  });

  test("a gateway that is silent is to blame, not the host", () => {
    expect(eventLine({ kind: "silence", sequence: 3 }, "fdaa::3", 5, "192.0.2.1:51820")).toBe(
      "no answer: seq=3, the gateway 192.0.2.1:51820 is silent",
    );
  });

  const report: PingReport = {
    address: "fdaa::3",
    bytes: 56,
    sent: 8,
    received: 7,
    lost: 1,
    errors: 0,
    duplicates: 0,
    lossPercent: 12.5,
    rttMs: { min: 1, avg: 2.5, max: 4, mdev: 0.25 },
    events: [],
  };

  test("the statistics, with what there was of errors and duplicates", () => {
    expect(summary("web.internal", report)).toBe(
      "--- web.internal ---\n8 sent, 7 received, 1 lost (12.5 %)\nround trip min/avg/max/mdev 1.000/2.500/4.000/0.250 ms",
    );
    expect(
      summary("h", { ...report, received: 0, lost: 8, lossPercent: 100, errors: 2, duplicates: 3, rttMs: null }),
    ).toBe("--- h ---\n8 sent, 0 received, 8 lost (100 %), 2 errors, 3 duplicates");
  });
});

test("JSON has no more digits than mean something", () => {
  const report = { rttMs: { min: 1.23456789012345 }, events: [{ rttMs: 2.00049 }], host: "h", none: null };
  expect(rounded(report)).toEqual({ rttMs: { min: 1.235 }, events: [{ rttMs: 2 }], host: "h", none: null });
});

describe("an error of the command line", () => {
  test("its own advice takes the place of the general one", () => {
    const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    reportError(new AdvisedError(new CulvertError("config-invalid", "no Endpoint"), "Correct wg.conf."), false);
    const told = write.mock.calls.map(([text]) => text);
    write.mockRestore();
    expect(told).toEqual(["culvert: The WireGuard configuration has errors: no Endpoint. Correct wg.conf.\n"]);
  });
});

test("who has only called a silent gateway over UDP hears of the other way, and nobody else", () => {
  const silent = new CulvertError("gateway-silent", "192.0.2.1:51820");
  expect(advised(silent, "wg.conf", true)).toMatchObject({ action: expect.stringMatching(/or try --carrier auto\.$/) });
  expect(advised(silent, "wg.conf", false)).toBe(silent);
  const unchecked = new CulvertError("answer-invalid", "192.0.2.1:51820");
  expect(advised(unchecked, "wg.conf", true)).toMatchObject({
    action: expect.stringMatching(/PresharedKey.* in wg.conf/),
  });
  const refused = new CulvertError("connection-refused");
  expect(advised(refused, "wg.conf", true)).toBe(refused);
});

test.each<[Partial<Capture>, string]>([
  [{}, "5 packets are in a.pcapng"],
  [{ dropped: 2 }, "5 packets are in a.pcapng, 2 more were lost because the file could not keep up"],
  [{ state: "full" }, "5 packets are in a.pcapng; it is full"],
  [
    { state: "failed", error: { code: "disk-full" } },
    "5 packets are in a.pcapng, and then writing failed. The disk, or your share of it, is full. Free space, then start again.",
  ],
  [
    { state: "failed", packets: 0, bytes: 0, error: { code: "file-unwritable", detail: "EIO" } },
    "there is no a.pcapng: no packet could be written. The file could not be written: EIO. Name a new file in a folder that exists and that you may write to.",
  ],
])("of a capture is told what is in its file: %j", (change, line) => {
  const whole = { state: "stopped", path: "a.pcapng", startedAt: 0, packets: 5, dropped: 0, bytes: 700 } as const;
  expect(captureLine({ ...whole, limitBytes: 1e6, error: null, ...change })).toBe(line);
});

describe("dig", () => {
  const report: DigReport = {
    name: "web.internal",
    type: "AAAA",
    rcode: "NOERROR",
    server: "fdaa::3",
    transport: "udp",
    timeMs: 3.14,
    authoritative: true,
    answers: [{ name: "web.internal", ttl: 5, type: "AAAA", data: "fdaa::9" }],
    authority: [],
    negativeTtl: null,
  };

  test("an answer is lines of a zone file below a comment", () => {
    expect(digText(report)).toBe(
      "; AAAA web.internal. is NOERROR from fdaa::3 (UDP, 3.1 ms, authoritative)\nweb.internal. 5 IN AAAA fdaa::9",
    );
  });

  test("a negative one says how long it holds, and who says so", () => {
    const soa = { name: "internal", ttl: 5, type: "SOA", data: "ns.internal. root.internal. 1 2 3 4 5" } as const;
    const text = digText({ ...report, rcode: "NXDOMAIN", answers: [], authority: [soa], negativeTtl: 5 });
    expect(text.split("\n")).toEqual([
      "; AAAA web.internal. is NXDOMAIN from fdaa::3 (UDP, 3.1 ms, authoritative); no records (cached for 5 s)",
      "; authority",
      "internal. 5 IN SOA ns.internal. root.internal. 1 2 3 4 5",
    ]);
  });
});

test("no more of a file is read than a configuration may be long", async () => {
  await expect(readConfig("/dev/zero")).rejects.toMatchObject({
    code: "config-invalid",
    detail: "/dev/zero is longer than 262144 bytes",
  });
  await expect(readConfig("/nowhere/wg.conf")).rejects.toMatchObject({ code: "config-missing" });
});

test.each([
  { who: "ping in a log", isTerminal: false, speaksUp: true, told: 1 },
  { who: "nc in a script", isTerminal: false, speaksUp: false, told: 0 },
  { who: "nc on a terminal", isTerminal: true, speaksUp: false, told: 1 },
])("a gateway that is slow to answer: $who is told $told times", async ({ isTerminal, speaksUp, told }) => {
  const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const { isTTY } = process.stderr;
  process.stderr.isTTY = isTerminal;
  const { signal } = new AbortController();
  const ending = { signal, code: () => undefined, readerLeft: () => false };
  try {
    const waits = async ({ onWaiting }: OwnTunnelOptions): Promise<void> => onWaiting?.("192.0.2.1:51820", ["udp"]);
    await inOwnTunnel({ config: "/dev/null" }, ending, waits, speaksUp);
    expect(write.mock.calls).toEqual(
      Array.from({ length: told }, () => ["culvert: calling the gateway 192.0.2.1:51820 …\n"]),
    );
  } finally {
    process.stderr.isTTY = isTTY;
    write.mockRestore();
  }
});
