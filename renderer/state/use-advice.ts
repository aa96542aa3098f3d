import { useQuery } from "@tanstack/react-query";
import { actionFor, type ErrorCode } from "../../shared/errors.ts";
import { useBridge } from "../bridge/bridge-context.ts";
import { strings } from "../strings.ts";
import { queries } from "./queries.ts";

export interface Advice {
  readonly text: string;
  /** A new peer may help: the Peers view is the place. */
  readonly peers: boolean;
}

/** What to do about an error, in the words that fit the kind of account it happened to. */
export function useAdvice(code: ErrorCode, accountId: string): Advice {
  const accounts = useQuery(queries.accounts(useBridge())).data;
  const kind = accounts?.find(({ id }) => id === accountId)?.kind ?? "platform";
  return {
    text: strings.actions[code]?.[kind] ?? actionFor(code),
    peers: code === "gateway-silent" && kind !== "config",
  };
}
