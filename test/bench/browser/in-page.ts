/** Functions that run in the page. Each is sent there as text, so none may use anything outside of itself. */

declare global {
  interface Window {
    /** What a watch has gathered, in milliseconds. */
    benchTimes: number[];
    /** Of xterm.js alone: draws so many bytes, resolves to milliseconds. */
    pour(bytes: number): Promise<number>;
  }
}

/** Before the page's own scripts: when the first row of an app was in the document, and how long tasks took. */
export function watchStart(row: string): void {
  window.benchTimes = [];
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) window.benchTimes.push(startTime + duration);
  }).observe({ type: "longtask", buffered: true });
  const seen = new MutationObserver(() => {
    if (document.querySelectorAll(row).length < 2) return;
    seen.disconnect();
    requestAnimationFrame(() => setTimeout(() => performance.mark("bench-rows")));
  });
  seen.observe(document, { childList: true, subtree: true });
}

/** First contentful paint, and when rows were painted with no long task after it so far. */
export function readStart(): { paint: number; interactive: number } {
  const paint = performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN;
  const rows = performance.getEntriesByName("bench-rows")[0]?.startTime ?? Number.NaN;
  return { paint, interactive: Math.max(rows, ...window.benchTimes) };
}

/**
 * For each key from now on: from the event's own time to the end of the last frame that added or took elements or text of
 * `within` (not of what lies in it, unless `deep`) within 300 ms; if none did by then, to the end of the first that does. Keys
 * must be further apart than that, or one is timed to the echo of the next.
 *
 * What a frame's own callback changes, as terminals draw, that frame shows: one asked for then would be the next, 16.7 ms later.
 */
export function watchKeys({ within, deep }: { within: string; deep: boolean }): void {
  window.benchTimes = [];
  const ask = window.requestAnimationFrame.bind(window);
  let isInFrame = false;
  window.requestAnimationFrame = (callback) =>
    ask((time) => {
      isInFrame = true;
      try {
        callback(time);
      } finally {
        // Behind the observer's turn, which was queued by the change.
        queueMicrotask(() => {
          isInFrame = false;
        });
      }
    });
  addEventListener(
    "keydown",
    ({ timeStamp }) => {
      const element = document.querySelector(within);
      if (element === null) return;
      let painted: number | undefined;
      let isLate = false;
      const finish = (): void => {
        isLate = painted === undefined;
        if (painted === undefined) return;
        observer.disconnect();
        window.benchTimes.push(painted - timeStamp);
      };
      const shown = (): void => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => {
          painted = performance.now();
          if (isLate) finish();
        };
        port2.postMessage(null);
      };
      const changed = (): void => {
        if (isInFrame) shown();
        else ask(shown);
      };
      const observer = new MutationObserver(changed);
      observer.observe(element, { childList: true, subtree: deep, characterData: deep });
      setTimeout(finish, 300);
    },
    { capture: true },
  );
}

/**
 * For each key in a filter from now on: from the event's own time to the end of the last frame, within 300 ms, that brought
 * other rows, other names or another place of what is marked in them, of rows in sight: those beyond are drawn later. What else
 * is told about rows is an answer to a question that comes later, and a key that changes nothing (the space before a second
 * word) has no time.
 */
export function watchFilter({ rows, row, name }: { rows: string; row: string; name: string }): void {
  window.benchTimes = [];
  addEventListener(
    "keydown",
    ({ timeStamp }) => {
      const element = document.querySelector(rows);
      if (element === null) return;
      let painted: number | undefined;
      // The list is at its beginning.
      const bottom = element.parentElement?.clientHeight ?? 0;
      const isInSight = (one: Node | null | undefined): boolean =>
        one instanceof HTMLElement && Number.parseFloat(one.style.top) < bottom;
      const isOfNames = ({ target, addedNodes, removedNodes }: MutationRecord): boolean => {
        if (target === element) return [...addedNodes, ...removedNodes].some(isInSight);
        const of = target instanceof Element ? target : target.parentElement;
        return of?.closest(name) != null && isInSight(of.closest(row));
      };
      const observer = new MutationObserver((changes) => {
        if (!changes.some(isOfNames)) return;
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => {
            painted = performance.now();
          };
          port2.postMessage(null);
        });
      });
      observer.observe(element, { childList: true, subtree: true, characterData: true });
      setTimeout(() => {
        observer.disconnect();
        if (painted !== undefined) window.benchTimes.push(painted - timeStamp);
      }, 300);
    },
    { capture: true },
  );
}

/** Gaps between animation frames from now on. */
export function watchFrames(): void {
  const times: number[] = [];
  window.benchTimes = times;
  let last = performance.now();
  const frame = (): void => {
    if (window.benchTimes !== times) return;
    const now = performance.now();
    times.push(now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

/** Durations of long tasks from now on. */
export function watchLongTasks(): void {
  const times: number[] = [];
  window.benchTimes = times;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) times.push(duration);
  }).observe({ type: "longtask" });
}

export function readTimes(): number[] {
  const times = window.benchTimes;
  window.benchTimes = [];
  return times;
}

/** Brings a tab to the front; milliseconds until its terminal's text was painted. */
export async function switchTab({
  tab,
  index,
  terminal,
}: {
  tab: string;
  index: number;
  terminal: string;
}): Promise<number> {
  const startedAt = performance.now();
  document.querySelectorAll<HTMLElement>(tab)[index]?.click();
  const isDrawn = (): boolean =>
    [...document.querySelectorAll<HTMLElement>(terminal)].some(
      (one) =>
        one.getClientRects().length > 0 && (one.querySelector(".xterm-rows")?.textContent ?? "").includes("ready"),
    );
  for (;;) {
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    if (isDrawn() && document.querySelectorAll(tab)[index]?.getAttribute("aria-selected") === "true") break;
    if (performance.now() - startedAt > 10_000) throw new Error(`tab ${index} showed nothing in 10 s`);
  }
  return performance.now() - startedAt;
}
