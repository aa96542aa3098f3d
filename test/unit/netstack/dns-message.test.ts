import { describe, expect, it } from "vitest";
import { guard } from "../../../electron/netstack/dns/guard.ts";
import {
  type DnsRecord,
  decodeQuery,
  decodeResponse,
  encodeAnswer,
  encodeQuestion,
  txtStrings,
  txtText,
} from "../../../electron/netstack/dns/message.ts";
import { aaaa, found } from "../../support/netstack-dns.ts";
import { bytesOf, u16, u32 } from "../../support/netstack-packets.ts";

const NAME = "app.internal";
const WIRE_NAME = name("app", "internal");

function name(...labels: string[]): Uint8Array {
  return bytesOf(...labels.map((label) => bytesOf(label.length, new TextEncoder().encode(label))), 0);
}

interface Raw {
  readonly owner: Uint8Array | number[];
  readonly type: number;
  readonly class?: number;
  readonly ttl?: number;
  readonly data: Uint8Array | number[];
}

function record({ owner, type, class: klass = 1, ttl = 60, data }: Raw): Uint8Array {
  return bytesOf(owner, u16(type), u16(klass), u32(ttl), u16(data.length), data);
}

function response(answers: Uint8Array[], authorities: Uint8Array[] = [], question = WIRE_NAME): Uint8Array {
  const counts = [1, answers.length, authorities.length, 0].flatMap(u16);
  return bytesOf(u16(7), 0x84, 0, counts, question, u16(28), u16(1), ...answers, ...authorities);
}

const POINTER = [0xc0, 12];
const ADDRESS = [0xfd, 0xaa, ...new Array<number>(13).fill(0), 3];
const GOOD = record({ owner: POINTER, type: 28, data: ADDRESS });
const PAST_QUESTION = 12 + WIRE_NAME.length + 4;

describe("reading answers", () => {
  it("reads an address under a compressed name", () => {
    expect(decodeResponse(response([GOOD]))).toEqual({
      id: 7,
      truncated: false,
      authoritative: true,
      rcode: 0,
      name: NAME,
      records: [aaaa(NAME, "fdaa::3")],
      authority: [],
      negativeTtl: undefined,
    });
  });

  it("takes the lesser of the SOA's TTL and its minimum", () => {
    const soa = (ttl: number, minimum: number) =>
      record({ owner: POINTER, type: 6, ttl, data: bytesOf(0, 0, [1, 2, 3, 4].flatMap(u32), u32(minimum)) });
    expect(decodeResponse(response([], [soa(30, 20)]))?.negativeTtl).toBe(20);
    expect(decodeResponse(response([], [soa(10, 20)]))?.negativeTtl).toBe(10);
  });

  it("skips what it does not know: other types, other classes, names that are no text", () => {
    const odd = [
      record({ owner: POINTER, type: 46, data: [1, 2, 3] }),
      record({ owner: POINTER, type: 50, data: [] }),
      record({ owner: POINTER, type: 28, class: 0x8001, data: ADDRESS }),
      record({ owner: bytesOf(3, 0x61, 0x2e, 0x62, 0), type: 28, data: ADDRESS }),
      record({ owner: bytesOf(1, 0xff, 0), type: 28, data: ADDRESS }),
      record({ owner: POINTER, type: 5, data: bytesOf(2, 0, 1, 0) }),
    ];
    expect(decodeResponse(response([...odd, GOOD]))?.records).toEqual([aaaa(NAME, "fdaa::3")]);
  });

  it("D07 a name that is 255 bytes long is the longest", () => {
    const label = (length: number) => bytesOf(length, new Uint8Array(length).fill(0x61));
    const long = (last: number) => bytesOf(label(63), label(63), label(63), label(last), 0);
    expect(decodeResponse(response([], [], long(61)))?.name).toHaveLength(253);
    expect(decodeResponse(response([], [], long(62)))).toBeUndefined();
    expect(guard(response([], [], long(62)), "answers")).toBeUndefined();
  });

  it.each<[string, Uint8Array[]]>([
    ["a pointer to itself", [record({ owner: [0xc0, PAST_QUESTION], type: 28, data: ADDRESS })]],
    ["a pointer forward", [record({ owner: [0xc0, PAST_QUESTION + 2], type: 28, data: ADDRESS })]],
    ["a pointer past the end", [record({ owner: [0xff, 0xff], type: 28, data: ADDRESS })]],
    ["a pointer into the header", [record({ owner: [0xc0, 4], type: 28, data: ADDRESS })]],
    ["a label type of old, which is no pointer", [record({ owner: [0x40, 12], type: 28, data: ADDRESS })]],
    ["an address of 15 bytes", [record({ owner: POINTER, type: 28, data: ADDRESS.slice(1) })]],
    ["an address of 5 bytes", [record({ owner: POINTER, type: 1, data: [1, 2, 3, 4, 5] })]],
    ["a string past its record", [record({ owner: POINTER, type: 16, data: [3, 65, 66] }), GOOD]],
    ["no string at all", [record({ owner: POINTER, type: 16, data: [] })]],
    ["bytes behind a server's name", [record({ owner: POINTER, type: 2, data: [0xc0, 12, 0] })]],
    ["a mail exchange without a name", [record({ owner: POINTER, type: 15, data: [0, 10] }), GOOD]],
    ["a service that is cut short", [record({ owner: POINTER, type: 33, data: [0, 1, 0, 1, 0] }), GOOD]],
    ["a service with bytes behind its name", [record({ owner: POINTER, type: 33, data: [0, 1, 0, 1, 0, 9, 0, 0] })]],
    ["an authority that is cut short", [record({ owner: POINTER, type: 6, data: [0, 0, 0, 0, 0, 1] })]],
    ["bytes behind an alias", [record({ owner: POINTER, type: 5, data: [0xc0, 12, 0] })]],
    ["an alias that leaves its record", [record({ owner: POINTER, type: 5, data: [5, 65] }), GOOD]],
    ["data past the end", [GOOD.subarray(0, GOOD.length - 1)]],
    ["a cut header", [GOOD.subarray(0, 7)]],
  ])("D07 %s makes the message malformed", (_, answers) => {
    expect(decodeResponse(response(answers))).toBeUndefined();
    // Not by the library's grace.
    expect(guard(response(answers), "answers")).toBeUndefined();
  });

  it("D07 every cut of a message is malformed or shorter, and nothing throws", () => {
    const whole = response([GOOD, record({ owner: POINTER, type: 5, data: WIRE_NAME })]);
    for (let length = 0; length < whole.length; length++) {
      expect(decodeResponse(whole.slice(0, length))).toBeUndefined();
      expect(guard(whole.slice(0, length), "answers")).toBeUndefined();
    }
    expect(decodeResponse(whole)?.records).toHaveLength(2);
  });

  it("D07 a maze of pointers is given up on: the budget counts each step", () => {
    // One hidden record full of pointers, each to the one before; then records whose names run through all of them.
    const base = PAST_QUESTION + 12;
    const links = Uint8Array.from({ length: 2 * 4000 }, (_, i) => {
      const target = i < 2 ? 12 : base + 2 * (Math.floor(i / 2) - 1);
      return i % 2 === 0 ? 0xc0 | (target >> 8) : target & 0xff;
    });
    const maze = record({ owner: POINTER, type: 10, data: links });
    const last = base + links.length - 2;
    const runner = record({ owner: [0xc0 | (last >> 8), last & 0xff], type: 28, data: ADDRESS });
    expect(decodeResponse(response([maze, runner]))?.records).toHaveLength(1);
    expect(guard(response([maze, runner, runner, runner]), "answers")).toBeUndefined();
  });

  it("of a truncated answer only the question is read", () => {
    const cut = response([GOOD]).slice(0, PAST_QUESTION + 5);
    cut[2]! |= 2;
    expect(decodeResponse(cut)).toMatchObject({ truncated: true, name: NAME, records: [] });
  });
});

describe("the server's side", () => {
  const query = (edns: boolean) => decodeQuery(encodeQuestion(0xbeef, NAME, "AAAA", edns))!;

  it("reads what the client writes", () => {
    expect(query(true)).toMatchObject({ id: 0xbeef, name: NAME, type: "AAAA", payloadSize: 1232, edns: true });
    expect(query(false)).toMatchObject({ payloadSize: 512, edns: false });
  });

  it("knows of other types and classes that it does not know them", () => {
    const message = encodeQuestion(1, NAME, "A", false);
    const at = 12 + WIRE_NAME.length;
    const changed = (bytes: number[], where: number) => {
      const copy = message.slice();
      copy.set(bytes, where);
      return decodeQuery(copy);
    };
    expect(changed([0, 65], at)).toMatchObject({ type: undefined });
    expect(changed([0, 3], at + 2)).toMatchObject({ type: undefined });
    expect(changed([0x84], 2)).toBeUndefined();
    expect(changed([0, 2], 4)).toBeUndefined();
  });

  it("answers with the question as it came, letter case and type included", () => {
    const message = encodeQuestion(1, NAME, "A", false);
    message[13] = "A".charCodeAt(0);
    message[12 + WIRE_NAME.length + 1] = 65;
    const answer = encodeAnswer(decodeQuery(message)!, { rcode: "NOERROR", records: [], negativeTtl: 5 }, "udp");
    expect(answer.subarray(12, PAST_QUESTION)).toEqual(message.subarray(12, PAST_QUESTION));
    expect(answer[2]! & 0x81).toBe(0x81);
  });

  it("round trip of every record type", () => {
    const records: DnsRecord[] = [
      aaaa(NAME, "fdaa::3", 1),
      { type: "CNAME", name: NAME, ttl: 2, target: "b.internal" },
      { type: "PTR", name: "b.internal", ttl: 3, target: NAME },
      { type: "TXT", name: NAME, ttl: 2 ** 31 - 1, strings: txtStrings("x".repeat(600)) },
    ];
    const decoded = decodeResponse(encodeAnswer(query(true), found(...records), "tcp"));
    expect(decoded?.records).toEqual(records);
    const txt = decoded?.records.at(-1);
    expect(txt?.type === "TXT" && txtText(txt)).toBe("x".repeat(600));
  });

  it("above the client's size an answer leaves empty and truncated, but not over TCP", () => {
    const many = Array.from({ length: 20 }, (_, i) => aaaa(NAME, `fdaa::${i}`));
    const cut = encodeAnswer(query(false), found(...many), "udp");
    expect(cut.length).toBeLessThanOrEqual(512);
    expect(decodeResponse(cut)).toMatchObject({ truncated: true, records: [] });
    expect(decodeResponse(encodeAnswer(query(false), found(...many), "tcp"))?.records).toHaveLength(20);
    expect(decodeResponse(encodeAnswer(query(true), found(...many), "udp"))?.records).toHaveLength(20);
  });
});
