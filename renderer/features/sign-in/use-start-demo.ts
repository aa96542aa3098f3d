import { type UseMutationResult, useMutation, useQueryClient } from "@tanstack/react-query";
import type { Account } from "../../../shared/models.ts";
import { useBridge } from "../../bridge/bridge-context.ts";
import { queries } from "../../state/queries.ts";

export type DemoStart = UseMutationResult<Account, Error, void>;

/** Starts the demo network and takes its account into the list, whether or not the event comes first. */
export function useStartDemo(): DemoStart {
  const bridge = useBridge();
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => bridge.call("accounts.startDemo", {}),
    onSuccess: () => client.invalidateQueries({ queryKey: queries.accounts(bridge).queryKey }),
  });
}
