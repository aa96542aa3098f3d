import type { QueryClient } from "@tanstack/react-query";
import type { Account } from "../../shared/models.ts";
import type { Bridge } from "../bridge/bridge.ts";
import { strings } from "../strings.ts";
import { announce, announceMarks, announceSession, announceTunnels } from "./announcer.ts";
import { followEngineSilence } from "./engine-silence.ts";
import { keepLayout } from "./layout-keeper.ts";
import { askListsAgain } from "./lists-again.ts";
import { takeEvent, takeEvents } from "./network-events.ts";
import { listKeys, queries, takeSettings } from "./queries.ts";
import { reconnectLost } from "./reconnect.ts";
import { renameInWindow } from "./renamed-host.ts";
import { syncSessions } from "./session-sync.ts";
import { dropSession, putSession, useShells } from "./shell-store.ts";
import { takeTunnels, useTunnels } from "./tunnel-store.ts";
import { tunnelWatch } from "./tunnel-watch.ts";

const RETRY_MS = 2000;

/** Feeds the stores from the host's events, and asks for everything anew when the link comes back. */
export function connectStores(bridge: Bridge, client: QueryClient): () => void {
  let wasLost = bridge.state === "lost" || bridge.state === "gone" || bridge.state === "locked";

  let again: ReturnType<typeof setTimeout> | undefined;
  const watch = tunnelWatch(bridge);
  /** With those that went: their tunnels are told of once more. */
  const seen = new Map<string, Account>();
  const seenAccounts = (): Account[] => {
    for (const account of client.getQueryData(queries.accounts(bridge).queryKey) ?? []) seen.set(account.id, account);
    return [...seen.values()];
  };

  async function load(): Promise<void> {
    await syncSessions(bridge);
    await watch.begin();
    takeTunnels(await bridge.call("tunnels.list", {}), Date.now());
    takeEvents(await bridge.call("tunnels.events", {}));
  }

  function start(): void {
    clearTimeout(again);
    load().catch(() => {
      if (bridge.state === "open") again = setTimeout(start, RETRY_MS);
    });
  }

  const stops = [
    bridge.on("accounts.changed", (accounts) => {
      client.setQueryData(queries.accounts(bridge).queryKey, accounts);
      for (const { id } of accounts) void client.invalidateQueries({ queryKey: listKeys.organizations(id) });
      void client.invalidateQueries({ queryKey: queries.leftPeers(bridge).queryKey });
    }),
    bridge.on("settings.changed", (settings) => takeSettings(client, bridge, settings)),
    bridge.on("host.renamed", ({ name, ...of }) => {
      renameInWindow(of, name);
      for (const lists of [listKeys.apps, listKeys.machines])
        void client.invalidateQueries({ queryKey: lists(of.accountId, of.orgSlug) });
    }),
    bridge.on("session.changed", (session) => {
      announceSession(useShells.getState().sessions.get(session.id), session);
      putSession(session);
    }),
    bridge.on("session.closed", ({ sessionId }) => dropSession(sessionId)),
    bridge.on("tunnels.changed", (tunnels) => {
      announceTunnels(useTunnels.getState().tunnels, tunnels, seenAccounts());
      takeTunnels(tunnels, Date.now());
    }),
    bridge.on("tunnels.event", takeEvent),
    bridge.onState((state) => {
      if (state === "lost") {
        wasLost = true;
        announce(strings.link.lost, "assertive");
      } else if (state === "gone") {
        wasLost = true;
        announce(strings.link.gone, "assertive");
      } else if (state === "locked") wasLost = true;
      else if (state === "open") {
        start();
        if (wasLost) {
          announce(strings.link.back, "polite");
          void client.invalidateQueries();
        }
      }
    }),
    bridge.onSilence(() => {
      if (bridge.isSilent) announce(strings.link.silent, "assertive");
      else if (bridge.state === "open") announce(strings.link.answers, "polite");
    }),
    followEngineSilence(bridge),
    watchMarks(bridge, client),
    askListsAgain(bridge, client),
    watch.stop,
    keepLayout(bridge),
    reconnectLost(bridge),
  ];
  if (bridge.state === "open") start();
  return () => {
    clearTimeout(again);
    for (const stop of stops) stop();
  };
}

/** Whoever changed the settings, the cache has them first. */
function watchMarks(bridge: Bridge, client: QueryClient): () => void {
  const { queryKey } = queries.settings(bridge);
  let before = client.getQueryData(queryKey)?.marks;
  return client.getQueryCache().subscribe(() => {
    const now = client.getQueryData(queryKey)?.marks;
    if (now === before || now === undefined) return;
    if (before !== undefined) announceMarks(before, now);
    before = now;
  });
}
