import { CommanderError } from "commander";
import { describe, expect, test, vi } from "vitest";
import { CulvertError } from "../../../electron/base/errors.ts";
import { failures } from "../../../electron/entries/dig.ts";
import { advised } from "../../../electron/entries/own-tunnel.ts";
import { reportError } from "../../../electron/entries/report.ts";
import type { DigReport } from "../../../shared/models.ts";

describe("dig without records says why, and what may help", () => {
  const none: DigReport = {
    name: "web.internal",
    type: "AAAA",
    rcode: "NOERROR",
    server: "fdaa::3",
    transport: "udp",
    timeMs: 3.14,
    authoritative: true,
    answers: [],
    authority: [],
    negativeTtl: null,
  };

  test.each([
    [["NOERROR", "NOERROR"], /^web\.internal has no AAAA or A records, says fdaa::3\. /],
    [["NXDOMAIN", "NXDOMAIN"], /^There is no name web\.internal, says fdaa::3\. Check the spelling/],
    [["REFUSED"], /does not answer for that name: fdaa::3 says REFUSED\. Ask for a name of the private network/],
    [["SERVFAIL"], /answered with an error: fdaa::3 says SERVFAIL\. Try again/],
    [["SERVFAIL", "NOERROR"], /says SERVFAIL\. .*\nweb\.internal has no A records/],
  ] as const)("%j", (rcodes, wanted) => {
    const types = ["AAAA", "A"] as const;
    const reports = rcodes.map((rcode, index): DigReport => ({ ...none, type: types[index] ?? "A", rcode }));
    expect(failures(reports).join("\n")).toMatch(wanted);
  });
});

test("a DNS server that is silent is looked for in the file", () => {
  const silent = new CulvertError("dns-timeout", "web.internal");
  expect(advised(silent, "wg.conf", false)).toMatchObject({ action: expect.stringMatching(/^Check DNS in wg\.conf/) });
});

test("wrong use is told in JSON without a second word for it", () => {
  const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  reportError(new CommanderError(1, "commander.missingArgument", "error: missing required argument 'host'"), true);
  const told = write.mock.calls.map(([text]) => JSON.parse(String(text)) as unknown);
  write.mockRestore();
  expect(told).toEqual([
    { error: { code: "usage", message: "missing required argument 'host'", action: "Try --help." } },
  ]);
});
