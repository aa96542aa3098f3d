import { WebglAddon } from "@xterm/addon-webgl";
import type { Terminal } from "@xterm/xterm";

let usable: boolean | undefined;

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

/**
 * WebGL for the visible terminal only: browsers keep few contexts. A context that is lost is made anew once; if that one
 * goes as well, the terminal stays with the DOM renderer.
 */
export class WebglLayer {
  readonly #terminal: Terminal;
  #addon: WebglAddon | undefined;
  #losses = 0;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  get isOn(): boolean {
    return this.#addon !== undefined;
  }

  set(on: boolean): void {
    if (!on) this.#drop();
    else if (this.#addon === undefined && this.#losses < 2 && webglIsFast()) this.#load();
  }

  #load(): void {
    const addon = new WebglAddon();
    addon.onContextLoss(() => {
      this.#losses += 1;
      this.#drop();
      this.set(true);
      this.#terminal.refresh(0, this.#terminal.rows - 1);
    });
    try {
      this.#terminal.loadAddon(addon);
      this.#addon = addon;
    } catch {
      this.#losses = 2;
      addon.dispose();
    }
  }

  #drop(): void {
    this.#addon?.dispose();
    this.#addon = undefined;
  }
}
