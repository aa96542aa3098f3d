import { WebglAddon } from "@xterm/addon-webgl";
import type { Terminal } from "@xterm/xterm";

/** Browsers keep some sixteen contexts and take away the oldest; other parts of the window may want one too. */
const MOST_CONTEXTS = 8;
const MOST_LOSSES = 2;

let usable: boolean | undefined;
const holders = new Set<WebglLayer>();

/** Software WebGL is slower than xterm's DOM renderer, so only a real one counts; not every browser admits it. */
function webglIsFast(): boolean {
  if (usable === undefined) {
    const context = document.createElement("canvas").getContext("webgl2", { failIfMajorPerformanceCaveat: true });
    const info = context?.getExtension("WEBGL_debug_renderer_info");
    const name: unknown = info == null ? "" : context?.getParameter(info.UNMASKED_RENDERER_WEBGL);
    usable = context !== null && !/swiftshader|llvmpipe|software/i.test(String(name));
    context?.getExtension("WEBGL_lose_context")?.loseContext();
  }
  return usable;
}

interface Layer {
  onContextLoss(listener: () => void): unknown;
  clearTextureAtlas(): void;
  dispose(): void;
}

export interface LayerSource {
  isFast(): boolean;
  /** Throws where the browser gives no context. */
  load(terminal: Terminal): Layer;
}

const webgl: LayerSource = {
  isFast: webglIsFast,
  load: (terminal) => {
    const addon = new WebglAddon();
    try {
      terminal.loadAddon(addon);
      return addon;
    } catch (reason) {
      addon.dispose();
      throw reason;
    }
  },
};

/**
 * WebGL for visible terminals only, eight at most (complaint 20). A context that is lost is made anew once; if that one
 * goes as well, the terminal stays with the DOM renderer, until a person asks to repaint it.
 */
export class WebglLayer {
  readonly #terminal: Terminal;
  readonly #source: LayerSource;
  readonly #onChange: () => void;
  #layer: Layer | undefined;
  #losses = 0;
  #wanted = false;

  /** `onChange`: the terminal is drawn by the other renderer now. */
  constructor(terminal: Terminal, onChange: () => void, source: LayerSource = webgl) {
    this.#terminal = terminal;
    this.#onChange = onChange;
    this.#source = source;
  }

  get isOn(): boolean {
    return this.#layer !== undefined;
  }

  set(on: boolean): void {
    this.#wanted = on;
    if (!on) this.#drop();
    else if (this.#layer === undefined && this.#losses < MOST_LOSSES) this.#load();
  }

  /** Draws everything anew, with a new context and new glyphs. */
  repaint(): void {
    const on = this.#wanted;
    this.#drop();
    this.#losses = 0;
    this.set(on);
    this.#redraw();
  }

  /** After the page was away: what the driver did to the glyphs meanwhile is unknown. */
  refresh(): void {
    if (!this.#wanted) return;
    this.#layer?.clearTextureAtlas();
    this.#redraw();
  }

  #load(): void {
    if (holders.size >= MOST_CONTEXTS || !this.#source.isFast()) return;
    try {
      const layer = this.#source.load(this.#terminal);
      layer.onContextLoss(() => this.#lost(layer));
      this.#layer = layer;
      holders.add(this);
    } catch {
      this.#losses = MOST_LOSSES;
    }
  }

  #lost(layer: Layer): void {
    if (this.#layer !== layer) return;
    this.#losses += 1;
    this.#drop();
    this.set(this.#wanted);
    this.#redraw();
    this.#onChange();
  }

  #redraw(): void {
    this.#terminal.refresh(0, this.#terminal.rows - 1);
  }

  #drop(): void {
    holders.delete(this);
    const layer = this.#layer;
    this.#layer = undefined;
    layer?.dispose();
  }
}
