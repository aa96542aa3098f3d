import { Collapsible } from "@base-ui/react/collapsible";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ChevronRight } from "lucide-react";
import { type FormEvent, useState } from "react";
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
  const badEndpoint = endpoint !== "" && !URL.canParse(endpoint);
  const signIn = useMutation({
    mutationFn: () =>
      bridge.call("accounts.signIn", {
        token: token.trim(),
        ...(endpoint === "" ? {} : { endpoint: endpoint.trim() }),
      }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: queries.accounts(bridge).queryKey });
      closeOverlay();
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (token.trim() !== "" && !badEndpoint) signIn.mutate();
  };
  return (
    <Modal
      open
      onClose={closeOverlay}
      title={strings.signIn.title(endpoint.trim() === "" ? null : serverOf({ endpoint: endpoint.trim() }))}
      description={strings.signIn.description}
      width="narrow"
    >
      <form onSubmit={submit} className="flex min-h-0 flex-col" noValidate>
        <ModalBody>
          <TextField
            label={strings.signIn.token}
            hint={strings.signIn.tokenHint}
            type="password"
            autoComplete="off"
            value={token}
            onText={setToken}
            autoFocus
            mono
          />
          {endpoint.trim() === "" && (
            <p className="text-text-2">
              {strings.signIn.how}{" "}
              <code className="rounded-sm bg-hover px-1 font-mono text-xs">{strings.signIn.command}</code>
            </p>
          )}
          <Endpoint value={endpoint} isBad={badEndpoint} onText={setEndpoint} />
          {signIn.error !== null && <ErrorNote error={errorInfoOf(signIn.error)} />}
        </ModalBody>
        <ModalActions>
          <Button onClick={closeOverlay}>{strings.common.cancel}</Button>
          <Button type="submit" look="primary" busy={signIn.isPending} disabled={token.trim() === "" || badEndpoint}>
            {strings.signIn.submit}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}

/** Another platform, or a test one, behind a fold: nearly nobody needs it. */
function Endpoint({ value, isBad, onText }: { value: string; isBad: boolean; onText(value: string): void }) {
  return (
    <Collapsible.Root defaultOpen={value !== ""}>
      <Collapsible.Trigger className="group -ml-1 flex h-6 items-center gap-1 rounded-sm pr-2 pl-0.5 text-text-2 hover:text-text">
        <ChevronRight className="size-3.5 transition-transform duration-100 group-data-panel-open:rotate-90 rtl:-scale-x-100 rtl:group-data-panel-open:-rotate-90" />
        {strings.signIn.advanced}
      </Collapsible.Trigger>
      <Collapsible.Panel className="pt-2">
        <TextField
          label={strings.signIn.endpoint}
          hint={strings.signIn.endpointHint}
          error={isBad ? strings.signIn.endpointInvalid : undefined}
          value={value}
          onText={onText}
          mono
        />
      </Collapsible.Panel>
    </Collapsible.Root>
  );
}
