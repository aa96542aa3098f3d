const AGAIN_MS = 2000;

/** Code that is loaded late: asked for again until it is here, since the link may be cut at just that moment. */
export async function untilLoaded<T>(load: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await load();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}
