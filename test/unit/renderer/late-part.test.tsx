// @vitest-environment happy-dom
import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { latePart, loadLateParts } from "../../../renderer/ui/late-part.tsx";

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const Greeting = ({ name }: { name: string }) => <p>Hello {name}</p>;
const Waiting = () => <p>Loading</p>;

describe("a part that is loaded late", () => {
  it("is drawn at once when it was loaded before", async () => {
    const Late = latePart(async () => Greeting, Waiting);
    await loadLateParts();
    render(<Late name="Ada" />);
    expect(screen.getByText("Hello Ada")).toBeTruthy();
  });

  it("has something in its place until it is here", async () => {
    const Late = latePart(async () => Greeting, Waiting);
    render(<Late name="Ada" />);
    expect(screen.getByText("Loading")).toBeTruthy();
    expect(await screen.findByText("Hello Ada")).toBeTruthy();
    expect(screen.queryByText("Loading")).toBeNull();
  });

  it("is asked for again when the link was cut, and loaded once for all who wait", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    const load = vi.fn(async () => Greeting).mockRejectedValueOnce(new Error("cut"));
    const Late = latePart(load);
    render(
      <>
        <Late name="Ada" />
        <Late name="Grace" />
      </>,
    );
    await vi.advanceTimersByTimeAsync(1_900);
    expect(screen.queryByText("Hello Ada")).toBeNull();
    await vi.advanceTimersByTimeAsync(200);
    vi.useRealTimers();
    expect(await screen.findByText("Hello Ada")).toBeTruthy();
    expect(screen.getByText("Hello Grace")).toBeTruthy();
    expect(load).toHaveBeenCalledTimes(2);
  });

  it("is loaded one after the other, each when there is time", async () => {
    const order: string[] = [];
    latePart(async () => {
      order.push("first");
      return Greeting;
    });
    latePart(async () => {
      order.push("second");
      return Greeting;
    });
    await loadLateParts(async () => void order.push("pause"));
    expect(order.slice(-4)).toEqual(["pause", "first", "pause", "second"]);
  });
});
