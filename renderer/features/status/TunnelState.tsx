import { Menu } from "@base-ui/react/menu";
import { ChevronUp } from "lucide-react";
import { memo } from "react";
import { useTunnelNames } from "../../state/network-names.ts";
import { type TunnelBrief, useTunnels } from "../../state/tunnel-store.ts";
import { useWindow } from "../../state/window-store.ts";
import { strings } from "../../strings.ts";
import { Hint } from "../../ui/Hint.tsx";
import { MENU_ITEM, MENU_LABEL, MENU_POPUP } from "../../ui/menu-parts.ts";
import { StatusShape } from "../../ui/StatusShape.tsx";
import { BAR_BUTTON, MenuCheck } from "./CarrierMenu.tsx";
import { chooseTunnel } from "./shown-tunnel.ts";
import { tunnelStatus } from "./tunnel-status.ts";

/** No tunnel has this for its name. */
const FOLLOW = "";

/** The tunnel's state, by shape and word; with several tunnels also which one it is, and the way to another. */
export const TunnelState = memo(function TunnelState({ tunnel }: { tunnel: TunnelBrief }) {
  const tunnels = useTunnels((state) => state.briefs);
  const word = strings.tunnelStates[tunnel.state];
  const isChosen = useWindow(({ statsTunnel }) => statsTunnel === tunnel.id);
  // What was chosen can be left.
  if (tunnels.length < 2 && !isChosen) {
    return (
      <span className="flex shrink-0 items-center gap-1.5 px-1 font-medium whitespace-nowrap text-text">
        <StatusShape status={tunnelStatus(tunnel)} />
        {word}
      </span>
    );
  }
  return <TunnelMenu tunnel={tunnel} tunnels={tunnels} word={word} />;
});

function TunnelMenu({ tunnel, tunnels, word }: { tunnel: TunnelBrief; tunnels: readonly TunnelBrief[]; word: string }) {
  const s = strings.statusBar;
  const chosen = useWindow(({ statsTunnel }) => statsTunnel);
  const pinned = tunnels.some(({ id }) => id === chosen) ? chosen : FOLLOW;
  const tunnelName = useTunnelNames();
  const label = s.chooseTunnel(tunnelName(tunnel), word);
  return (
    <Menu.Root>
      <Hint text={label}>
        <Menu.Trigger aria-label={label} className={`${BAR_BUTTON} min-w-0 shrink! font-medium text-text`}>
          <StatusShape status={tunnelStatus(tunnel)} />
          {word}
          <span className="truncate font-normal text-text-2">{tunnelName(tunnel)}</span>
          <ChevronUp className="size-3 shrink-0 text-text-3" aria-hidden="true" />
        </Menu.Trigger>
      </Hint>
      <Menu.Portal>
        <Menu.Positioner side="top" sideOffset={6} align="start" className="z-50">
          <Menu.Popup className={`${MENU_POPUP} scroll-quiet max-h-80 overflow-y-auto`}>
            <Menu.Group>
              <Menu.GroupLabel className={MENU_LABEL}>{s.tunnels}</Menu.GroupLabel>
              <Menu.RadioGroup
                value={pinned}
                onValueChange={(id) => chooseTunnel(typeof id === "string" && id !== FOLLOW ? id : undefined)}
              >
                <Menu.RadioItem value={FOLLOW} closeOnClick className={MENU_ITEM}>
                  <MenuCheck />
                  {s.follow}
                </Menu.RadioItem>
                {tunnels.map((one) => (
                  <Menu.RadioItem key={one.id} value={one.id} closeOnClick className={MENU_ITEM}>
                    <MenuCheck />
                    <StatusShape status={tunnelStatus(one)} />
                    <span className="min-w-0 flex-1 truncate">{tunnelName(one)}</span>
                    <span className="text-xs text-text-3">{strings.tunnelStates[one.state]}</span>
                  </Menu.RadioItem>
                ))}
              </Menu.RadioGroup>
            </Menu.Group>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
