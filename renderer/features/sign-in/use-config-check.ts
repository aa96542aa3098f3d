import { skipToken, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { LIMITS } from "../../../shared/limits.ts";
import { useBridge } from "../../bridge/bridge-context.ts";

type Faults = readonly { readonly line: number; readonly message: string }[];

/** "waiting": typed a moment ago, or being checked. "failed": the host could not say; the import itself will. */
export type ConfigCheck =
  | { readonly state: "empty" | "waiting" | "failed" }
  | {
      readonly state: "done";
      readonly faults: Faults;
      readonly more?: number;
      /** Saving it would close the open tunnel of the configuration that it changes. */
      readonly reconnects: boolean;
    };

/** A pause in typing after which the text is checked. */
const QUIET_MS = 250;

/** What the host's own reader, which also does the import, finds wrong with a configuration; with an account, with its
 * configuration changed to this text. The text is kept nowhere. */
export function useConfigCheck(text: string, accountId?: string): ConfigCheck {
  const bridge = useBridge();
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), QUIET_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const isEmpty = settled.trim() === "" || settled.length > LIMITS.configText;
  const check = useQuery({
    // The text holds a private key: it must not stay in the cache when the dialog has closed.
    queryKey: ["config-check", accountId, settled],
    queryFn: isEmpty
      ? skipToken
      : () => bridge.call("accounts.checkConfig", { text: settled, ...(accountId === undefined ? {} : { accountId }) }),
    gcTime: 0,
    staleTime: Infinity,
    retry: false,
  });
  if (text.trim() === "") return { state: "empty" };
  if (settled !== text || check.isFetching) return { state: "waiting" };
  if (check.data === undefined) return { state: "failed" };
  const { faults, more, reconnects = false } = check.data;
  return { state: "done", faults, reconnects, ...(more === undefined ? {} : { more }) };
}
