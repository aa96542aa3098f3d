import { z } from "zod";
import { asCulvertError } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import { JsonDocument } from "../json-document.ts";
import type { Store } from "../store.ts";
import { NetworkMemory } from "./carrier-memory.ts";

/** The memory that lasts from run to run. It works at once and knows what was stored as soon as that is read. */
export function storedNetworkMemory(store: Store, log: Log): NetworkMemory {
  const document = new JsonDocument(store, "carriers", z.array(z.string().max(64)).max(1000), []);
  const failed = (error: unknown): void =>
    log.warn("what is known of networks could not be kept", { error: asCulvertError(error).code });
  const memory = new NetworkMemory({ onChange: (known) => void document.update(() => [...known]).catch(failed) });
  document.get().then((known) => memory.learn(known), failed);
  return memory;
}
