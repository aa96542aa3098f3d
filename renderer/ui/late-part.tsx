import { type ComponentType, useEffect, useState } from "react";
import { untilLoaded } from "./until-loaded.ts";

const parts: (() => Promise<unknown>)[] = [];

/**
 * A part of the window whose code does not come with the first paint: `Waiting`, with its properties, in its place until it is
 * here, which nobody sees once `loadLateParts` has run. From then on it is drawn at once, like any other.
 */
export function latePart<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  Waiting: ComponentType<Props> = Nothing,
): ComponentType<Props> {
  let loaded: ComponentType<Props> | undefined;
  let loading: Promise<ComponentType<Props>> | undefined;
  const fetch = async (): Promise<ComponentType<Props>> => {
    loading ??= untilLoaded(load);
    loaded = await loading;
    return loaded;
  };
  parts.push(fetch);
  return function LatePart(props: Props) {
    const [Part, setPart] = useState(() => loaded);
    const isHere = Part !== undefined;
    useEffect(() => {
      let wanted = !isHere;
      if (wanted) void fetch().then((made) => wanted && setPart(() => made));
      return () => {
        wanted = false;
      };
    }, [isHere]);
    return Part === undefined ? <Waiting {...props} /> : <Part {...props} />;
  };
}

/** Loads what is not here yet, one part after the other, each when `pause` says so. */
export async function loadLateParts(pause: () => Promise<unknown> = async () => undefined): Promise<void> {
  for (const load of parts) {
    await pause();
    await load();
  }
}

function Nothing() {
  return null;
}
