// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { linkAddress, webSocketLink } from "../../../renderer/bridge/web-socket-link.ts";

class FakeSocket {
  static readonly OPEN = 1;
  static made: FakeSocket[] = [];
  binaryType = "blob";
  readyState = 0;
  readonly sent: unknown[] = [];
  onopen: () => void = () => undefined;
  onclose: () => void = () => undefined;
  onmessage: (event: { data: unknown }) => void = () => undefined;
  readonly address: string;

  constructor(address: string) {
    this.address = address;
    FakeSocket.made.push(this);
  }

  send(message: unknown): void {
    this.sent.push(message);
  }

  open(): void {
    this.readyState = 1;
    this.onopen();
  }

  close(): void {
    this.readyState = 3;
    this.onclose();
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.made = [];
  vi.stubGlobal("WebSocket", FakeSocket);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("the address of the link", () => {
  it.each([
    ["http://127.0.0.1:4010/", "ws://127.0.0.1:4010/link"],
    ["http://127.0.0.1:4010/?token=secret", "ws://127.0.0.1:4010/link"],
    ["https://box.example/culvert/", "wss://box.example/culvert/link"],
    ["https://box.example/culvert/index.html#x", "wss://box.example/culvert/link"],
  ])("of %s is %s", (page, expected) => {
    expect(linkAddress(page)).toBe(expected);
  });
});

describe("the WebSocket link", () => {
  it("gives text as text and binary as bytes, and takes both", () => {
    const link = webSocketLink("ws://x/link");
    const seen: unknown[] = [];
    link.onMessage((message) => void seen.push(message));
    const socket = FakeSocket.made[0]!;
    socket.open();
    socket.onmessage({ data: "text" });
    socket.onmessage({ data: Uint8Array.of(1, 2).buffer });
    link.send("control");
    link.send(Uint8Array.of(9));
    expect(socket.binaryType).toBe("arraybuffer");
    expect(seen).toEqual(["text", Uint8Array.of(1, 2)]);
    expect(socket.sent).toEqual(["control", Uint8Array.of(9)]);
  });

  it("sends nothing while it is not open", () => {
    const link = webSocketLink("ws://x/link");
    link.send("early");
    FakeSocket.made[0]!.open();
    FakeSocket.made[0]!.close();
    link.send("late");
    expect(FakeSocket.made[0]!.sent).toEqual([]);
  });

  it("comes back after 0.5, 1, 2, 4 and then 5 s, and starts again once it was open", () => {
    const link = webSocketLink("ws://x/link");
    const states: string[] = [];
    link.onState((state) => void states.push(state));
    for (const wait of [500, 1000, 2000, 4000, 5000, 5000]) {
      const made = FakeSocket.made.length;
      FakeSocket.made.at(-1)!.close();
      vi.advanceTimersByTime(wait - 1);
      expect(FakeSocket.made).toHaveLength(made);
      vi.advanceTimersByTime(1);
      expect(FakeSocket.made).toHaveLength(made + 1);
    }
    FakeSocket.made.at(-1)!.open();
    FakeSocket.made.at(-1)!.close();
    vi.advanceTimersByTime(500);
    expect(FakeSocket.made).toHaveLength(8);
    expect(states).toEqual(["lost", "open", "lost"]);
  });

  it("does not wait when the network comes back, and makes one socket for it", () => {
    webSocketLink("ws://asleep/link");
    FakeSocket.made[0]!.close();
    window.dispatchEvent(new Event("online"));
    window.dispatchEvent(new Event("online"));
    vi.advanceTimersByTime(10_000);
    // The links of the tests before listen as well.
    expect(FakeSocket.made.filter(({ address }) => address === "ws://asleep/link")).toHaveLength(2);
  });
});
