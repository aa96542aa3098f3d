// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { takePageKey } from "../../../renderer/bridge/page-key.ts";
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
  readonly protocols: readonly string[];

  constructor(address: string, protocols: readonly string[]) {
    this.address = address;
    this.protocols = protocols;
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
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("nobody listens")));
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
    const link = webSocketLink("ws://x/link", () => "secret");
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
    const link = webSocketLink("ws://x/link", () => "secret");
    link.send("early");
    FakeSocket.made[0]!.open();
    FakeSocket.made[0]!.close();
    link.send("late");
    expect(FakeSocket.made[0]!.sent).toEqual([]);
  });

  it("is gone after some tries and some seconds without an answer, and no longer once it is open", () => {
    let now = 0;
    const link = webSocketLink(
      "ws://x/link",
      () => "secret",
      () => now,
    );
    const states: string[] = [];
    link.onState((state) => void states.push(state));
    const fail = (): void => FakeSocket.made.at(-1)!.close();
    FakeSocket.made[0]!.open();
    fail();
    for (const [wait, at] of [
      [500, 500],
      [1000, 1500],
    ] as const) {
      vi.advanceTimersByTime(wait);
      now = at;
      fail();
    }
    expect(states).toEqual(["open", "lost"]);
    vi.advanceTimersByTime(2000);
    now = 2900;
    fail();
    expect(states).toEqual(["open", "lost"]);
    now = 3000;
    link.tryNow?.();
    const tries = FakeSocket.made.length;
    link.tryNow?.();
    expect(FakeSocket.made).toHaveLength(tries);
    fail();
    expect(states).toEqual(["open", "lost", "gone"]);
    link.tryNow?.();
    FakeSocket.made.at(-1)!.open();
    expect(states).toEqual(["open", "lost", "gone", "open"]);
  });

  it("without a network nothing is said of the server", () => {
    const online = vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
    const states: string[] = [];
    webSocketLink("ws://x/link", () => "secret").onState((state) => void states.push(state));
    for (let tries = 0; tries < 6; tries++) {
      FakeSocket.made.at(-1)!.close();
      vi.advanceTimersByTime(5000);
    }
    online.mockRestore();
    expect(states).toEqual(["lost"]);
  });

  it("comes back after 0.5, 1, 2, 4 and then 5 s, and starts again once it was open", () => {
    const link = webSocketLink("ws://x/link", () => "secret");
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
    expect(states).toEqual(["lost", "gone", "open", "lost"]);
  });

  it("of a page that nobody sees does not hurry", () => {
    webSocketLink("ws://x/link", () => "secret");
    FakeSocket.made[0]!.open();
    FakeSocket.made[0]!.close();
    const hidden = vi.spyOn(document, "hidden", "get").mockReturnValue(true);
    window.dispatchEvent(new Event("online"));
    expect(FakeSocket.made).toHaveLength(1);
    hidden.mockRestore();
    document.dispatchEvent(new Event("visibilitychange"));
    expect(FakeSocket.made.length).toBeGreaterThan(1);
  });

  it("does not wait when the network comes back, and makes one socket for it", () => {
    webSocketLink("ws://asleep/link", () => "secret");
    FakeSocket.made[0]!.close();
    window.dispatchEvent(new Event("online"));
    window.dispatchEvent(new Event("online"));
    vi.advanceTimersByTime(10_000);
    // The links of the tests before listen as well.
    expect(FakeSocket.made.filter(({ address }) => address === "ws://asleep/link")).toHaveLength(2);
  });
});

describe("the page's key", () => {
  beforeEach(() => {
    localStorage.clear();
    location.hash = "";
  });

  it("moves from the address into localStorage, where later pages find it", () => {
    location.hash = "#k=abc_-9";
    expect(takePageKey()()).toBe("abc_-9");
    expect(location.hash).toBe("");
    expect(takePageKey()()).toBe("abc_-9");
    location.hash = "#k=newer";
    expect(takePageKey()()).toBe("newer");
  });

  it.each(["#", "#k=", "#k=a b", "#k=a,b", "#other=abc", `#k=${"a".repeat(101)}`])("is not in %s", (hash) => {
    location.hash = hash;
    expect(takePageKey()()).toBeUndefined();
  });

  it("is offered as a subprotocol beside ours", () => {
    webSocketLink("ws://x/link", () => "secret");
    expect(FakeSocket.made[0]!.protocols).toEqual(["culvert.1", "k.secret"]);
  });

  it("is waited for when there is none: no socket until another tab has stored one", () => {
    const states: string[] = [];
    webSocketLink("ws://locked/link", takePageKey()).onState((state) => void states.push(state));
    const made = (): FakeSocket[] => FakeSocket.made.filter(({ address }) => address === "ws://locked/link");
    window.dispatchEvent(new Event("online"));
    vi.advanceTimersByTime(60_000);
    expect([states, made()]).toEqual([["locked"], []]);
    localStorage.setItem("culvert.key", "late");
    window.dispatchEvent(new Event("storage"));
    made()[0]!.open();
    expect(states).toEqual(["locked", "open"]);
  });

  it("that the server refuses is not tried again; a server that is away is", async () => {
    const asked: unknown[] = [];
    let status = 401;
    vi.stubGlobal("fetch", async (address: string, { headers }: RequestInit) => {
      asked.push([address, headers]);
      return { status };
    });
    const states: string[] = [];
    webSocketLink("ws://refused/link", () => "old").onState((state) => void states.push(state));
    FakeSocket.made[0]!.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toEqual([["http://refused/link", { authorization: "Bearer old" }]]);
    expect([states, FakeSocket.made.length]).toEqual([["lost", "locked"], 1]);
    status = 503;
    webSocketLink("ws://refused/link", () => "old");
    FakeSocket.made[1]!.close();
    await vi.advanceTimersByTimeAsync(500);
    expect(FakeSocket.made).toHaveLength(3);
  });
});
