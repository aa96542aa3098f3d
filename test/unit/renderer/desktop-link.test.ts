// @vitest-environment happy-dom
import { MessageChannel as NodeMessageChannel } from "node:worker_threads";
import { describe, expect, it, vi } from "vitest";
import { desktopLink, isDesktop } from "../../../renderer/bridge/desktop-link.ts";

function offer(data: unknown, source: unknown, port?: unknown): void {
  const event = new Event("message");
  Object.assign(event, { data, source, ports: port === undefined ? [] : [port] });
  window.dispatchEvent(event);
}

/** The page's end of a channel as far as the link uses it. */
function fakePort() {
  return {
    onmessage: (_event: { data: unknown }) => undefined,
    sent: [] as unknown[],
    closed: false,
    listeners: new Map<string, () => void>(),
    start: vi.fn(),
    postMessage(message: unknown) {
      this.sent.push(message);
    },
    close() {
      this.closed = true;
    },
    addEventListener(name: string, listener: () => void) {
      this.listeners.set(name, listener);
    },
  };
}

describe("the desktop link", () => {
  it("is used only where the preload script says so", () => {
    expect(isDesktop()).toBe(false);
    vi.stubGlobal("culvertDesktop", "yes");
    expect(isDesktop()).toBe(false);
    vi.unstubAllGlobals();
  });

  it("asks for a port, takes it from its own window only, and passes text and bytes", () => {
    const post = vi.spyOn(window, "postMessage").mockImplementation(() => undefined);
    const link = desktopLink();
    expect(post.mock.calls[0]?.[0]).toBe("culvert:connect");
    const states: string[] = [];
    const seen: unknown[] = [];
    link.onState((state) => void states.push(state));
    link.onMessage((message) => void seen.push(message));
    const { port1: foreign } = new NodeMessageChannel();
    offer("culvert:link", null, foreign);
    offer("something else", window, foreign);
    offer("culvert:link", window);
    expect(states).toEqual([]);
    const port = fakePort();
    offer("culvert:link", window, port);
    expect(states).toEqual(["open"]);
    expect(port.start).toHaveBeenCalled();
    port.onmessage({ data: "text" });
    port.onmessage({ data: Uint8Array.of(1) });
    port.onmessage({ data: { odd: true } });
    expect(seen).toEqual(["text", Uint8Array.of(1)]);
    link.send("out");
    expect(port.sent).toEqual(["out"]);
    foreign.close();
  });

  it("asks again when the port closes", () => {
    vi.useFakeTimers();
    const post = vi.spyOn(window, "postMessage").mockImplementation(() => undefined);
    const link = desktopLink();
    const states: string[] = [];
    link.onState((state) => void states.push(state));
    const port = fakePort();
    offer("culvert:link", window, port);
    post.mockClear();
    port.listeners.get("close")?.();
    vi.advanceTimersByTime(500);
    expect(states).toEqual(["open", "lost"]);
    expect(post).toHaveBeenCalledTimes(1);
    vi.useRealTimers();
  });
});
