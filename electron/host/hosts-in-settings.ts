import { CONFIG_ORG } from "../../shared/models.ts";
import { appKey, type Settings } from "../../shared/settings.ts";

/** A host of an imported network, as the engine knows it. */
export interface NamedHost {
  readonly accountId: string;
  readonly appName: string;
}

/** What a person said of a host, under its new name: one in production must not lose its banner. */
export function settingsAfterRename(settings: Settings, { accountId, appName }: NamedHost, name: string): Settings {
  const from = appKey({ accountId, orgSlug: CONFIG_ORG, appName });
  const to = appKey({ accountId, orgSlug: CONFIG_ORG, appName: name });
  return {
    ...settings,
    // A row stands among the pins once.
    pins: [...new Set(settings.pins.map((one) => (one === from ? to : one)))],
    recent: settings.recent
      .filter(({ app }) => app !== to)
      // A host is its own one machine, of the same name.
      .map((use) => (use.app === from ? { ...use, app: to, machineId: name } : use)),
    marks: moved(settings.marks, from, to),
    clipboardWrites: moved(settings.clipboardWrites, from, to),
  };
}

/** The next host of its name is another one. A mark is a warning: that one stays. */
export function settingsAfterRemoval(settings: Settings, { accountId, appName }: NamedHost): Settings {
  const gone = appKey({ accountId, orgSlug: CONFIG_ORG, appName });
  const { [gone]: _answer, ...clipboardWrites } = settings.clipboardWrites;
  return {
    ...settings,
    pins: settings.pins.filter((one) => one !== gone),
    recent: settings.recent.filter(({ app }) => app !== gone),
    clipboardWrites,
  };
}

/** What was said of a host that is there no more under the name `to` is not said of this one. */
function moved<T>(all: Readonly<Record<string, T>>, from: string, to: string): Record<string, T> {
  const { [from]: own, [to]: _gone, ...others } = all;
  return own === undefined ? others : { ...others, [to]: own };
}
