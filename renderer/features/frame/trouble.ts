import { useQuery } from "@tanstack/react-query";
import { useBridge } from "../../bridge/bridge-context.ts";
import { accountName } from "../../state/account-name.ts";
import { useTunnelNames } from "../../state/network-names.ts";
import { queries } from "../../state/queries.ts";
import { useTunnels } from "../../state/tunnel-store.ts";
import { strings } from "../../strings.ts";

/** An account that cannot be used at the moment. */
export function useAccountTrouble(): string | null {
  const accounts = useQuery(queries.accounts(useBridge())).data;
  const bad = accounts?.find(({ error }) => error !== null);
  return bad === undefined ? null : strings.accounts.troubleWith(accountName(bad));
}

/** A tunnel whose gateway does not answer: its peer may be what is wrong. */
export function useTunnelTrouble(): string | null {
  const tunnelName = useTunnelNames();
  const bad = useTunnels(({ briefs }) => briefs.find(({ state }) => state === "silent" || state === "failed"));
  return bad === undefined ? null : `${tunnelName(bad)}: ${strings.tunnelStates[bad.state]}`;
}
