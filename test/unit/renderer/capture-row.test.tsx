// @vitest-environment happy-dom
import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { CaptureRow } from "../../../renderer/features/stats/CaptureRow.tsx";
import type { ErrorInfo } from "../../../shared/errors.ts";
import type { Capture } from "../../../shared/models.ts";

afterEach(cleanup);

const FOLDER = "/home/ada/.config/culvert/captures";
const FAILED: Capture = {
  state: "failed",
  path: `${FOLDER}/culvert-harbor.pcapng`,
  startedAt: 0,
  packets: 66,
  dropped: 0,
  bytes: 65_536,
  limitBytes: 1_000_000,
  error: { code: "disk-full" },
};

function shown(capture: Capture | null, error: ErrorInfo | null = null): string {
  return render(<CaptureRow capture={capture} error={error} />).container.textContent ?? "";
}

describe("a capture that failed", () => {
  it("says once what happened, what is in the file, and what helps", () => {
    const text = shown(FAILED);
    expect(text).toContain("Capture failed");
    expect(text).toContain("culvert-harbor.pcapng");
    expect(text).toContain("66 packets, 65.5 kB");
    expect(text).toContain("The file is whole up to there.");
    expect(screen.getByRole("alert").textContent).toBe(
      "The disk, or your share of it, is full. Free space, then start again.",
    );
  });

  it("names no file where none is left", () => {
    const text = shown({ ...FAILED, packets: 0, bytes: 0 });
    expect(text).not.toContain("pcapng");
    expect(text).toContain("No packet could be written, so no file is left.");
    expect(screen.queryByRole("button", { name: "Copy the file's path" })).toBeNull();
  });

  it("shows the folder of a refusal on request only, and does not ask for a name", () => {
    const text = shown(null, { code: "file-unwritable", detail: `${FOLDER}/a.pcapng: you have no permission` });
    expect(text).toBe(
      "The file could not be written. Check that the folder of captures is there and that you may write to it, then start again.",
    );
    expect(screen.getByText("The file could not be written.").getAttribute("aria-description")).toContain(FOLDER);
  });
});
