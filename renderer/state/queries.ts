import {
  QueryClient,
  queryOptions,
  type UseMutationResult,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { DEFAULT_SETTINGS, type Settings } from "../../shared/settings.ts";
import type { Bridge } from "../bridge/bridge.ts";
import { useBridge } from "../bridge/bridge-context.ts";
import { BridgeError, errorInfoOf } from "../bridge/bridge-error.ts";
import { askAgainAfter } from "./ask-again.ts";
import { Slots } from "./slots.ts";
import { noteSaved, noteUnsaved } from "./unsaved.ts";

/** Not at once: a person has to act, or has to wait (`ask-again.ts`, RFC 6585 section 4), before another try could be answered otherwise. */
const NEVER_RETRIED = new Set([
  "unauthorized",
  "forbidden",
  "not-found",
  "bad-request",
  "endpoint-invalid",
  "config-invalid",
  "link-lost",
  "rate-limited",
]);
/** An organization with hundreds of apps must not ask the platform for all their machines at the same moment. */
const machineSlots = new Slots(4);

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        gcTime: 30 * 60_000,
        refetchOnWindowFocus: true,
        refetchInterval: askAgainAfter,
        networkMode: "always",
        retry: (failures, reason) =>
          failures < 2 && !(reason instanceof BridgeError && NEVER_RETRIED.has(reason.info.code)),
      },
      mutations: { networkMode: "always" },
    },
  });
}

export interface OrgKey {
  accountId: string;
  orgSlug: string;
}

/** What each list is kept under. With fewer names, the lists of all that they leave out: `listKeys.apps()` is every app list. */
export const listKeys = {
  organizations: (...of: readonly string[]) => ["organizations", ...of] as const,
  apps: (...of: readonly string[]) => ["apps", ...of] as const,
  machines: (...of: readonly string[]) => ["machines", ...of] as const,
  peers: (...of: readonly string[]) => ["peers", ...of] as const,
};

export const queries = {
  info: (bridge: Bridge) =>
    queryOptions({ queryKey: ["info"], queryFn: () => bridge.call("app.info", {}), staleTime: Infinity }),
  settings: (bridge: Bridge) =>
    queryOptions({
      queryKey: ["settings"],
      queryFn: async ({ client }) => withUnderWay(client, await bridge.call("settings.get", {})),
      staleTime: Infinity,
    }),
  accounts: (bridge: Bridge) =>
    queryOptions({ queryKey: ["accounts"], queryFn: () => bridge.call("accounts.list", {}), staleTime: Infinity }),
  security: (bridge: Bridge) =>
    queryOptions({ queryKey: ["security"], queryFn: () => bridge.call("security.report", {}), staleTime: Infinity }),
  hostKeys: (bridge: Bridge) =>
    queryOptions({ queryKey: ["host-keys"], queryFn: () => bridge.call("hostKeys.list", {}), staleTime: 0 }),
  organizations: (bridge: Bridge, accountId: string) =>
    queryOptions({
      queryKey: listKeys.organizations(accountId),
      queryFn: () => bridge.call("organizations.list", { accountId }),
    }),
  // Taken apart: whoever asks may hold more than an OrgKey, and the host takes no more.
  apps: (bridge: Bridge, { accountId, orgSlug }: OrgKey) =>
    queryOptions({
      queryKey: listKeys.apps(accountId, orgSlug),
      queryFn: () => bridge.call("apps.list", { accountId, orgSlug }),
    }),
  machines: (bridge: Bridge, { accountId, orgSlug }: OrgKey, appName: string) =>
    queryOptions({
      queryKey: listKeys.machines(accountId, orgSlug, appName),
      queryFn: ({ signal }) =>
        machineSlots.run(() => bridge.call("machines.list", { accountId, orgSlug, appName }), signal),
    }),
  peers: (bridge: Bridge, { accountId, orgSlug }: OrgKey) =>
    queryOptions({
      queryKey: listKeys.peers(accountId, orgSlug),
      queryFn: () => bridge.call("peers.list", { accountId, orgSlug }),
    }),
  /** Any window may sign out. */
  leftPeers: (bridge: Bridge) =>
    queryOptions({ queryKey: ["left-peers"], queryFn: () => bridge.call("peers.left", {}), staleTime: 0 }),
  nearestRegion: (bridge: Bridge, accountId: string) =>
    queryOptions({
      queryKey: ["nearest", accountId],
      queryFn: () => bridge.call("regions.nearest", { accountId }),
      staleTime: 10 * 60_000,
    }),
} as const;

/** The settings, or the defaults until the host has answered. */
export function useSettings(): Settings {
  return useQuery(queries.settings(useBridge())).data ?? DEFAULT_SETTINGS;
}

/** Changes that the host has not answered yet, in their order. */
const underWay = new WeakMap<QueryClient, Partial<Settings>[]>();

/** What the host keeps, with what is still on the way to it laid over: its answer may be older than the last key. */
function withUnderWay(client: QueryClient, kept: Settings): Settings {
  let shown = kept;
  for (const change of underWay.get(client) ?? []) shown = { ...shown, ...change };
  return shown;
}

/** Shows the settings that the host told of. */
export function takeSettings(client: QueryClient, bridge: Bridge, kept: Settings): void {
  client.setQueryData(queries.settings(bridge).queryKey, withUnderWay(client, kept));
}

/** Changes settings; the window shows them before the host has stored them, and no longer when it could not. */
export function useChangeSettings(): UseMutationResult<Settings, Error, Partial<Settings>, Settings | undefined> {
  const bridge = useBridge();
  const client = useQueryClient();
  const { queryKey } = queries.settings(bridge);
  const answered = (change: Partial<Settings>): void => {
    underWay.set(client, underWay.get(client)?.filter((one) => one !== change) ?? []);
  };
  return useMutation({
    mutationFn: (change: Partial<Settings>) => bridge.call("settings.set", change),
    onMutate: (change) => {
      const before = client.getQueryData(queryKey);
      underWay.set(client, [...(underWay.get(client) ?? []), change]);
      takeSettings(client, bridge, before ?? DEFAULT_SETTINGS);
      return before;
    },
    onSuccess: (settings, change) => {
      answered(change);
      takeSettings(client, bridge, settings);
      noteSaved();
    },
    onError: (reason, change, before) => {
      answered(change);
      takeSettings(client, bridge, before ?? DEFAULT_SETTINGS);
      noteUnsaved(errorInfoOf(reason));
      return client.invalidateQueries({ queryKey });
    },
  });
}
