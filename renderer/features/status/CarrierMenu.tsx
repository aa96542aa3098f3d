import { Menu } from "@base-ui/react/menu";
import { Check, ChevronUp } from "lucide-react";
import { memo } from "react";
import type { Tunnel } from "../../../shared/models.ts";
import type { Settings } from "../../../shared/settings.ts";
import { useChangeSettings, useSettings } from "../../state/queries.ts";
import { strings } from "../../strings.ts";
import { Hint } from "../../ui/Hint.tsx";
import { MENU_ITEM, MENU_LABEL, MENU_POPUP } from "../../ui/menu-parts.ts";

const CHOICES: readonly Settings["carrier"][] = ["auto", "udp", "websocket"];

interface CarrierMenuProps {
  carrier: Tunnel["carrier"];
  /** As people call it; null until an answer came over one. */
  name: string | null;
}

/** What carries the tunnel, and the way to force one (#3). The choice is a setting: it holds for every tunnel. */
export const CarrierMenu = memo(function CarrierMenu({ carrier, name }: CarrierMenuProps) {
  const s = strings.statusBar;
  const { carrier: choice } = useSettings();
  const change = useChangeSettings();
  const shown = name === null ? s.noCarrier : s.carrierName(name, choice !== "auto" && choice === carrier);
  return (
    <Menu.Root>
      <Hint text={s.chooseCarrier(shown)}>
        <Menu.Trigger aria-label={s.chooseCarrier(shown)} className={BAR_BUTTON}>
          {shown}
          <ChevronUp className="size-3 text-text-3" aria-hidden="true" />
        </Menu.Trigger>
      </Hint>
      <Menu.Portal>
        <Menu.Positioner side="top" sideOffset={6} align="start" className="z-50">
          <Menu.Popup className={MENU_POPUP}>
            <Menu.Group>
              <Menu.GroupLabel className={MENU_LABEL}>{s.carriers}</Menu.GroupLabel>
              <Menu.RadioGroup value={choice} onValueChange={(value) => change.mutate({ carrier: asChoice(value) })}>
                {CHOICES.map((value) => (
                  <Menu.RadioItem key={value} value={value} closeOnClick className={MENU_ITEM}>
                    <MenuCheck />
                    {s.carrierChoices[value]}
                  </Menu.RadioItem>
                ))}
              </Menu.RadioGroup>
            </Menu.Group>
            <p className="px-2 pt-1 pb-0.5 text-xs text-text-3">{s.carrierNote}</p>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
});

export const BAR_BUTTON =
  "flex h-6 shrink-0 items-center gap-1 rounded-sm px-1.5 whitespace-nowrap hover:bg-hover hover:text-text data-popup-open:bg-hover";

export function MenuCheck() {
  return (
    <span className="flex size-3.5 items-center justify-center">
      <Menu.RadioItemIndicator>
        <Check className="size-3.5" aria-hidden="true" />
      </Menu.RadioItemIndicator>
    </span>
  );
}

function asChoice(value: unknown): Settings["carrier"] {
  return CHOICES.find((one) => one === value) ?? "auto";
}
