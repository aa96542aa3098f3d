import { describe, expect, test } from "vitest";
import { RowParts } from "../../../../renderer/features/terminal/row-parts.ts";

function parts() {
  const drawn: string[] = [];
  const rows = new RowParts((first, last) => drawn.push(`${first}-${last}`));
  return { rows, drawn };
}

describe("rows drawn in parts", () => {
  test("#7 all of them are drawn at once where they may be, neighbours together", () => {
    const { rows, drawn } = parts();
    rows.add(2, 5);
    rows.add(9, 9);
    rows.draw(24);
    expect(drawn).toEqual(["2-5", "9-9"]);
    expect(rows.due).toBeUndefined();
  });

  test("#7 each part begins where the last one ended, though those before it have changed again", () => {
    const { rows, drawn } = parts();
    for (let i = 0; i < 4; i++) {
      rows.add(0, 9);
      rows.draw(4);
    }
    expect(drawn).toEqual(["0-3", "4-7", "8-9", "0-1", "2-5"]);
  });

  test("#7 no row is drawn twice or left out", () => {
    const { rows, drawn } = parts();
    rows.add(0, 9);
    rows.draw(4);
    while (rows.due !== undefined) rows.draw(4);
    expect(drawn).toEqual(["0-3", "4-7", "8-9"]);
  });
});
