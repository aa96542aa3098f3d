import { useNetworkName, useTunnelNames } from "../../state/network-names.ts";
import { activePane, useShells } from "../../state/shell-store.ts";
import { carriesNothing, useTunnels } from "../../state/tunnel-store.ts";
import { strings } from "../../strings.ts";
import { cx } from "../../ui/class-names.ts";
import { type Status, StatusShape } from "../../ui/StatusShape.tsx";
import { BAR_BUTTON } from "./CarrierMenu.tsx";
import { chooseTunnel, runningStage, useConnecting } from "./shown-tunnel.ts";
import { tunnelStatus } from "./tunnel-status.ts";

/** What is on its way to a tunnel; else for whom there is none, and what is wrong with those that others have. */
export function NoTunnel() {
  const connecting = useConnecting();
  const front = useShells((state) => activePane(state)?.request);
  const hasOthers = useTunnels(({ briefs }) => briefs.length > 0);
  const networkName = useNetworkName();
  const words = strings.statusBar;
  if (connecting !== undefined) {
    const stage = runningStage(connecting);
    return <Said status="starting">{words.connecting(stage === null ? null : strings.stages.names[stage])}</Said>;
  }
  return (
    <>
      <Said status="unknown">
        {front !== undefined && hasOthers ? words.noTunnelTo(networkName(front)) : words.noTunnel}
      </Said>
      <OtherTrouble />
    </>
  );
}

function Said({ status, children }: { status: Status; children: string }) {
  return (
    <span className="flex min-w-0 items-center gap-1.5 px-1">
      <StatusShape status={status} />
      <span className="truncate">{children}</span>
    </span>
  );
}

/** Shells behind this one may hang. */
function OtherTrouble() {
  const bad = useTunnels(({ briefs }) => briefs.find(({ state }) => carriesNothing(state)));
  const tunnelName = useTunnelNames();
  if (bad === undefined) return null;
  const words = strings.statusBar;
  const name = tunnelName(bad);
  const state = strings.tunnelStates[bad.state];
  return (
    <button
      type="button"
      aria-label={words.showOther(name, state)}
      onClick={() => chooseTunnel(bad.id)}
      className={cx(BAR_BUTTON, "min-w-0 shrink! text-text")}
    >
      <StatusShape status={tunnelStatus(bad)} />
      <span className="truncate">{words.otherTrouble(name, state)}</span>
    </button>
  );
}
