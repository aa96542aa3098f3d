// @vitest-environment happy-dom
import { cleanup, render } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { StatusShape } from "../../../renderer/ui/StatusShape.tsx";

describe("shapes of states", () => {
  afterEach(cleanup);

  it.each(["running", "stopped"] as const)("%s, which most rows are, is no svg", (status) => {
    const { container } = render(<StatusShape status={status} />);
    expect(container.querySelector("svg")).toBeNull();
    expect(container.querySelector(`[data-status=${status}][aria-hidden=true]`)).not.toBeNull();
  });

  it("differ from one another", () => {
    const all = (["running", "starting", "stopped", "silent", "trouble", "unknown"] as const).map((status) => {
      const { container } = render(<StatusShape status={status} />);
      const { firstElementChild: shape } = container;
      // Not by their colours.
      return `${shape?.getAttribute("class")?.replace(/text-\S+/, "")} ${shape?.innerHTML}`;
    });
    expect(new Set(all).size).toBe(all.length);
  });
});
