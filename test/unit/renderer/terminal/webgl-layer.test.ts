// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { WebglLayer } from "../../../../renderer/features/terminal/webgl-layer.ts";

/** A browser that gives contexts and takes them away on demand. */
function browser({ fast = true, broken = false } = {}) {
  let alive = 0;
  const losers: (() => void)[] = [];
  let redrawn = 0;
  const terminal = { rows: 24, refresh: () => (redrawn += 1) };
  const source = {
    isFast: () => fast,
    load: () => {
      if (broken) throw new Error("no context");
      alive += 1;
      let isDisposed = false;
      return {
        onContextLoss: (listener: () => void) => losers.push(listener),
        clearTextureAtlas: () => undefined,
        dispose: () => {
          expect(isDisposed).toBe(false);
          isDisposed = true;
          alive -= 1;
        },
      };
    },
  };
  const changes: boolean[] = [];
  const make = (): WebglLayer => {
    const layer: WebglLayer = new WebglLayer(terminal as never, () => changes.push(layer.isOn), source);
    return layer;
  };
  return { make, changes, alive: () => alive, redrawn: () => redrawn, lose: () => losers.at(-1)?.() };
}

describe("#20 WebGL", () => {
  it("is there while the terminal is visible, and gone when it is not", () => {
    const { make, alive } = browser();
    const layer = make();
    layer.set(true);
    layer.set(true);
    expect([layer.isOn, alive()]).toEqual([true, 1]);
    layer.set(false);
    expect([layer.isOn, alive()]).toEqual([false, 0]);
  });

  it("a lost context is made anew once; then the DOM renderer draws everything anew", () => {
    const { make, alive, lose, redrawn, changes } = browser();
    const layer = make();
    layer.set(true);
    lose();
    expect([layer.isOn, alive(), redrawn()]).toEqual([true, 1, 1]);
    lose();
    expect([layer.isOn, alive(), redrawn()]).toEqual([false, 0, 2]);
    layer.set(false);
    layer.set(true);
    expect(layer.isOn).toBe(false);
    expect(changes).toEqual([true, false]);
  });

  it("repaint tries again, and draws anew even without it", () => {
    const { make, lose, redrawn } = browser();
    const layer = make();
    layer.set(true);
    lose();
    lose();
    layer.repaint();
    expect([layer.isOn, redrawn()]).toEqual([true, 3]);
    layer.set(false);
  });

  it("at most eight at a time, over all panes; one that goes makes room", () => {
    const { make, alive } = browser();
    const layers = Array.from({ length: 10 }, make);
    for (const layer of layers) layer.set(true);
    expect(alive()).toBe(8);
    layers[0]!.set(false);
    layers[9]!.set(true);
    expect([alive(), layers[9]!.isOn]).toEqual([8, true]);
    for (const layer of layers) layer.set(false);
    expect(alive()).toBe(0);
  });

  it("where it is software or not to be had, the DOM renderer stays", () => {
    const slow = browser({ fast: false }).make();
    slow.set(true);
    const broken = browser({ broken: true }).make();
    broken.set(true);
    broken.set(true);
    expect([slow.isOn, broken.isOn]).toEqual([false, false]);
  });
});
