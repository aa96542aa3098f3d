import { Collapsible } from "@base-ui/react/collapsible";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ChevronRight } from "lucide-react";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { endpointFault } from "../../../shared/api-endpoint.ts";
import { actionFor, sentenceFor } from "../../../shared/errors.ts";
import { useBridge } from "../../bridge/bridge-context.ts";
import { errorInfoOf } from "../../bridge/bridge-error.ts";
import { serverOf } from "../../state/account-name.ts";
import { queries } from "../../state/queries.ts";
import { closeOverlay } from "../../state/window-store.ts";
import { strings } from "../../strings.ts";
import { Button } from "../../ui/Button.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { Modal, ModalActions, ModalBody } from "../../ui/Modal.tsx";
import { TextField } from "../../ui/TextField.tsx";

/**
 * Signs in with an access token. The token goes to the host once and never comes back to the page. `known`: the endpoint of
 * the account that is meant, so that its token goes to its platform and nowhere else.
 */
export function SignInDialog({ known }: { known: string | null }) {
  const bridge = useBridge();
  const client = useQueryClient();
  const [token, setToken] = useState("");
  const [endpoint, setEndpoint] = useState(known ?? "");
  const [problem, setProblem] = useState<string>();
  const address = endpoint.trim();
  const signIn = useMutation({
    mutationFn: () =>
      bridge.call("accounts.signIn", { token: token.trim(), ...(address === "" ? {} : { endpoint: address }) }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: queries.accounts(bridge).queryKey });
      closeOverlay();
    },
    onError: (reason) => {
      const { code } = errorInfoOf(reason);
      if (code === "endpoint-invalid") setProblem(`${sentenceFor(code)} ${actionFor(code)}`);
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (token.trim() === "") return;
    const fault = address === "" ? undefined : problemOf(address);
    if (fault === undefined) signIn.mutate();
    else setProblem(fault);
  };
  /** What was said of the text before is not true of another one. */
  const edited = (set: (value: string) => void) => (value: string) => {
    set(value);
    setProblem(undefined);
    signIn.reset();
  };
  return (
    <Modal open onClose={closeOverlay} title={titleOf(address)} description={strings.signIn.description} width="narrow">
      <form onSubmit={submit} className="flex min-h-0 flex-col" noValidate>
        <ModalBody>
          <TextField
            label={strings.signIn.token}
            hint={strings.signIn.tokenHint}
            type="password"
            autoComplete="off"
            value={token}
            onText={edited(setToken)}
            autoFocus
            mono
          />
          {address === "" && (
            <p className="text-text-2">
              {strings.signIn.how}{" "}
              <code className="rounded-sm bg-hover px-1 font-mono text-xs">{strings.signIn.command}</code>
            </p>
          )}
          <Endpoint value={endpoint} problem={problem} onText={edited(setEndpoint)} />
          {signIn.error !== null && problem === undefined && <ErrorNote error={errorInfoOf(signIn.error)} />}
        </ModalBody>
        <ModalActions>
          <Button onClick={closeOverlay}>{strings.common.cancel}</Button>
          <Button type="submit" look="primary" busy={signIn.isPending} disabled={token.trim() === ""}>
            {strings.signIn.submit}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}

function problemOf(address: string): string | undefined {
  const fault = endpointFault(URL.canParse(address) ? new URL(address) : undefined);
  return fault && strings.signIn.endpointProblems[fault];
}

function titleOf(address: string): string {
  if (address === "") return strings.signIn.title("Fly.io");
  return strings.signIn.title(serverOf({ endpoint: address }) || strings.signIn.otherPlatform);
}

interface EndpointProps {
  value: string;
  problem: string | undefined;
  onText(value: string): void;
}

/** Another platform, or a test one, behind a fold: nearly nobody needs it. What is wrong with it unfolds it. */
function Endpoint({ value, problem, onText }: EndpointProps) {
  const [isOpen, setOpen] = useState(value !== "");
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (problem === undefined) return;
    setOpen(true);
    field.current?.focus();
  }, [problem]);
  return (
    <Collapsible.Root open={isOpen} onOpenChange={setOpen}>
      <Collapsible.Trigger className="group -ml-1 flex h-6 items-center gap-1 rounded-sm pr-2 pl-0.5 text-text-2 hover:text-text">
        <ChevronRight className="size-3.5 transition-transform duration-100 group-data-panel-open:rotate-90 rtl:-scale-x-100 rtl:group-data-panel-open:-rotate-90" />
        {strings.signIn.advanced}
      </Collapsible.Trigger>
      <Collapsible.Panel className="pt-2">
        <TextField
          label={strings.signIn.endpoint}
          hint={strings.signIn.endpointHint}
          error={problem}
          ref={field}
          value={value}
          onText={onText}
          mono
        />
      </Collapsible.Panel>
    </Collapsible.Root>
  );
}
