import { useQuery } from "@tanstack/react-query";
import { actionFor, type ErrorCode } from "../../shared/errors.ts";
import { useBridge } from "../bridge/bridge-context.ts";
import { strings } from "../strings.ts";
import { queries, useSettings } from "./queries.ts";

export interface Advice {
  /** Why it usually happens; undefined where the error says all that is known. */
  readonly cause: string | undefined;
  readonly text: string;
  /** A new peer may help: the Peers view is the place. */
  readonly peers: boolean;
}

/**
 * Why an error happened and what to do about it, in the words that fit the account and the settings it happened with.
 * `hadWorked`: the tunnel's gateway was heard before.
 */
export function useAdvice(code: ErrorCode, accountId: string, hadWorked = false): Advice {
  const accounts = useQuery(queries.accounts(useBridge())).data;
  const { carrier } = useSettings();
  const kind = accounts?.find(({ id }) => id === accountId)?.kind ?? "platform";
  // Imported files know UDP only, whatever is chosen.
  if (code === "gateway-silent" && carrier !== "auto" && kind !== "config") {
    const { cause, action } = strings.chosenCarrier;
    const { carrierChoices } = strings.statusBar;
    return { cause: cause(carrierChoices[carrier]), text: action(carrierChoices.auto), peers: false };
  }
  if (code === "ssh-auth-failed" && kind === "config")
    return { cause: strings.refusedLogin, text: strings.actions[code]?.config ?? actionFor(code), peers: false };
  const hasGone = code === "gateway-silent" && hadWorked;
  return {
    cause: hasGone ? strings.goneGateway.cause : strings.causes[code],
    text: hasGone ? strings.goneGateway.actions[kind] : (strings.actions[code]?.[kind] ?? actionFor(code)),
    peers: (code === "gateway-silent" || code === "answer-invalid") && kind !== "config",
  };
}
