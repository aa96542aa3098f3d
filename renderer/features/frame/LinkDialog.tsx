import { useQueries, useQuery } from "@tanstack/react-query";
import { type RefObject, useRef } from "react";
import type { DeepLink } from "../../../shared/deep-link.ts";
import type { Account, Organization } from "../../../shared/models.ts";
import { useBridge } from "../../bridge/bridge-context.ts";
import { errorInfoOf } from "../../bridge/bridge-error.ts";
import { accountName } from "../../state/account-name.ts";
import { queries } from "../../state/queries.ts";
import { openShell } from "../../state/shell-actions.ts";
import { setFilter } from "../../state/tree-store.ts";
import { closeOverlay } from "../../state/window-store.ts";
import { strings } from "../../strings.ts";
import { Button } from "../../ui/Button.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { FactList } from "../../ui/FactList.tsx";
import { Modal, ModalActions, ModalBody } from "../../ui/Modal.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { machineOf } from "../apps/open-app.ts";
import { showSidebar } from "./sidebar.ts";

const s = strings.deepLink;

/** A link asks for a shell: its target is shown, and nothing is opened before a person agrees. */
export function LinkDialog({ link }: { link: DeepLink & { kind: "app" } }) {
  const { place, isLoading } = usePlace(link.orgSlug);
  // Enter by habit must not open what somebody else asked for.
  const cancel = useRef<HTMLButtonElement>(null);
  return (
    <Modal open onClose={closeOverlay} title={s.title} description={s.text} width="narrow" initialFocus={cancel}>
      <ModalBody>
        <FactList
          facts={[
            [s.organization, <bdi key="org">{place?.org.name ?? link.orgSlug}</bdi>],
            [
              s.app,
              <bdi key="app" className="font-medium">
                {link.appName}
              </bdi>,
            ],
            ...(link.machine === null ? [] : [[s.machine, <bdi key="m">{link.machine}</bdi>] as const]),
            ...(place === undefined ? [] : [[s.account, <bdi key="a">{accountName(place.account)}</bdi>] as const]),
          ]}
        />
        {place === undefined && !isLoading && <p className="text-bad">{s.unknownOrganization}</p>}
      </ModalBody>
      {place === undefined ? (
        <ModalActions>
          {isLoading && <Skeleton rows={1} />}
          <Button ref={cancel} onClick={closeOverlay}>
            {strings.common.close}
          </Button>
        </ModalActions>
      ) : (
        <Actions link={link} place={place} cancel={cancel} />
      )}
    </Modal>
  );
}

interface Place {
  readonly account: Account;
  readonly org: Organization;
}

function Actions({
  link,
  place: { account, org },
  cancel,
}: {
  link: DeepLink & { kind: "app" };
  place: Place;
  cancel: RefObject<HTMLButtonElement | null>;
}) {
  const bridge = useBridge();
  const key = { accountId: account.id, orgSlug: org.slug };
  // Only names are in the link; whether there is such a machine is asked of the platform, which was chosen by a person.
  const machines = useQuery({ ...queries.machines(bridge, key, link.appName), enabled: link.machine !== null });
  const apps = useQuery(queries.apps(bridge, key));
  const isApp = apps.data?.some(({ name }) => name === link.appName);
  const machine = machines.data?.find(({ id, name }) => id === link.machine || name === link.machine);
  const isMissing = link.machine !== null && machines.data !== undefined && machine === undefined;
  const open = (): void => {
    closeOverlay();
    void openShell(bridge, {
      ...key,
      appName: link.appName,
      machine: machine === undefined ? null : machineOf(machine),
    });
  };
  const show = (): void => {
    closeOverlay();
    setFilter(link.appName);
    showSidebar("apps");
  };
  return (
    <>
      {(isApp === false || isMissing || machines.error !== null) && (
        <div className="px-5 pb-4">
          {isApp === false && <p className="text-bad">{s.unknownApp}</p>}
          {isApp !== false && isMissing && <p className="text-bad">{s.unknownMachine}</p>}
          {machines.error !== null && (
            <ErrorNote error={errorInfoOf(machines.error)} onRetry={() => void machines.refetch()} />
          )}
        </div>
      )}
      <ModalActions>
        <Button ref={cancel} onClick={closeOverlay}>
          {strings.common.cancel}
        </Button>
        <Button onClick={show}>{s.show}</Button>
        <Button
          look="primary"
          onClick={open}
          disabled={isApp === false || (link.machine !== null && machine === undefined)}
          busy={apps.isLoading || (link.machine !== null && machines.isLoading)}
        >
          {strings.tree.openShell}
        </Button>
      </ModalActions>
    </>
  );
}

/** The account and organization that a link's name stands for; the first account that has it. */
function usePlace(slug: string): { place: Place | undefined; isLoading: boolean } {
  const bridge = useBridge();
  const accounts = useQuery(queries.accounts(bridge));
  const all = accounts.data ?? [];
  const organizations = useQueries({ queries: all.map(({ id }) => queries.organizations(bridge, id)) });
  const places = all.flatMap((account, index) =>
    (organizations[index]?.data ?? []).filter((org) => org.slug === slug).map((org) => ({ account, org })),
  );
  return { place: places[0], isLoading: accounts.isPending || organizations.some(({ isPending }) => isPending) };
}
