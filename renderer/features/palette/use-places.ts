import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useBridge } from "../../bridge/bridge-context.ts";
import { loadPlaces, type Places, placesOf } from "./places.ts";

/** Answers come in bursts: ten thousand apps are prepared once for each burst, not for each answer. */
const SETTLED_MS = 150;

/** Apps and machines, kept up while the palette is open; lists that nobody has asked for yet are asked for. */
export function usePlaces(): Places {
  const bridge = useBridge();
  const client = useQueryClient();
  const [places, setPlaces] = useState(() => placesOf(bridge, client));
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = client.getQueryCache().subscribe(({ type, query }) => {
      if (type !== "updated" || !LISTS.has(query.queryKey[0])) return;
      timer ??= setTimeout(() => {
        timer = undefined;
        setPlaces(placesOf(bridge, client));
      }, SETTLED_MS);
    });
    void loadPlaces(bridge, client);
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [bridge, client]);
  return places;
}

const LISTS: ReadonlySet<unknown> = new Set(["accounts", "organizations", "apps", "machines"]);
