/** What an address costs besides its characters, in such. */
const EACH = 32;

/**
 * The links that programs declare (OSC 8) of one terminal, engine's or page's. xterm.js keeps in each cell which link it is of, and
 * has no API for it; its list of links (OscLinkService) has no bound, an entry for each opening of a link and a marker for each of
 * its lines, which costs a call for each line that scrolls. It is replaced behind the public API by one of bounded size.
 */
export class KnownLinks {
  readonly #most: number;
  /** Oldest first. */
  readonly #addresses = new Map<number, string>();
  readonly #ids = new Map<string, number>();
  #characters = 0;
  #lastId = 0;

  /** Undefined where xterm's list is not found: then no link is to be taken. `most`: characters of all addresses; the oldest give way. */
  static of(terminal: object, most: number): KnownLinks | undefined {
    const service = field(field(terminal, "_core"), "_oscLinkService");
    if (typeof service !== "object" || service === null || typeof field(service, "registerLink") !== "function") return;
    const links = new KnownLinks(most);
    // A link's own id ("id=…") joins its parts under the pointer elsewhere; here, as in xterm.js 6, each row is shown by itself.
    Reflect.set(service, "registerLink", ({ uri }: { uri: string }) => links.#register(uri));
    Reflect.set(service, "addLineToLink", () => undefined);
    Reflect.set(service, "getLinkData", (id: number) => {
      const uri = links.addressOf(id);
      return uri === undefined ? undefined : { uri };
    });
    return links;
  }

  private constructor(most: number) {
    this.#most = most;
  }

  get isEmpty(): boolean {
    return this.#addresses.size === 0;
  }

  /** Of the link that a cell names. */
  addressOf(id: number): string | undefined {
    return this.#addresses.get(id);
  }

  #register(address: string): number {
    const known = this.#ids.get(address);
    const id = known ?? ++this.#lastId;
    if (known !== undefined) this.#addresses.delete(known);
    else this.#characters += address.length + EACH;
    this.#ids.set(address, id);
    this.#addresses.set(id, address);
    for (const [oldest, text] of this.#addresses) {
      if (this.#characters <= this.#most) break;
      this.#addresses.delete(oldest);
      this.#ids.delete(text);
      this.#characters -= text.length + EACH;
    }
    return id;
  }
}

function field(of: unknown, name: string): unknown {
  return typeof of === "object" && of !== null ? Reflect.get(of, name) : undefined;
}
