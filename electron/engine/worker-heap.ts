import type { ResourceLimits } from "node:worker_threads";

/**
 * The heap of the engine's worker.
 *
 * Old: far above any honest use. Whatever makes the engine grow without end ends the engine alone, and the host starts it again.
 *
 * Young: each datagram is memory outside of the heap, held by an object of some hundred bytes in it. V8 collects everything
 * (5 ms, and threads beside) whenever 64 MB have piled up outside. With its usual young generation, three times 16 MB, that
 * comes before the quick collection that would have freed them; with three times 4 MB it hardly ever does.
 */
export const ENGINE_HEAP = {
  maxOldGenerationSizeMb: 2048,
  maxYoungGenerationSizeMb: 12,
} as const satisfies ResourceLimits;
