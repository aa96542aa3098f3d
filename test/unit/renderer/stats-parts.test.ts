import { describe, expect, it } from "vitest";
import { datagramsIn, datagramsOut, unanswered } from "../../../renderer/features/stats/handshake-figures.ts";
import { middleCut } from "../../../renderer/ui/format.ts";
import { tunnel } from "../../support/renderer-fixtures.ts";

describe("what handshakes came to", () => {
  it("counts those that nobody answered, also before an attempt is given up", () => {
    expect(unanswered(tunnel({ handshakesSent: 18, handshakesReceived: 0, handshakesFailed: 0 }))).toBe(18);
    expect(unanswered(tunnel({ handshakesSent: 4, handshakesReceived: 1 }))).toBe(3);
  });

  it("a peer that asks more often than it is answered is not less than none", () => {
    expect(unanswered(tunnel({ handshakesSent: 2, handshakesReceived: 5 }))).toBe(0);
  });

  it("datagrams are packets, keepalives and handshakes", () => {
    const one = tunnel({
      packetsOut: 0,
      keepalivesOut: 1,
      handshakesSent: 18,
      packetsIn: 7,
      keepalivesIn: 2,
      handshakesReceived: 3,
    });
    expect([datagramsOut(one), datagramsIn(one)]).toEqual([19, 12]);
  });
});

describe("a long address", () => {
  it.each(["", "127.0.0.1:51820", "[fdaa:2::a7b:1:0:2]:22"])("%s fits as it is", (text) => {
    expect(middleCut(text)).toEqual([text, "", ""]);
  });

  it("keeps its network, its host and its port in sight, and all of it in the page", () => {
    const text = "[fdaa:2:cf8e:a7c:10:1675:285e:2]:22";
    const [start, middle, end] = middleCut(text);
    expect([start, end]).toEqual(["[fdaa:2:", ":285e:2]:22"]);
    expect(start + middle + end).toBe(text);
  });
});
