import { ContextMenu } from "@base-ui/react/context-menu";
import { Check, ChevronRight } from "lucide-react";
import { strings } from "../../strings.ts";
import { MENU_ITEM, MENU_POPUP } from "../../ui/menu-parts.ts";
import { COLOURS, type MarkColour, useAppMarks } from "./app-marks.ts";

const s = strings.marks;
const DOT = "size-3 shrink-0 rounded-full border";

/** Pin, colour and production: kept with the settings, shown wherever the app is. */
export function MarkItems({ app }: { app: { accountId: string; orgSlug: string; appName: string } }) {
  const { mark, isPinned, setColour, setProduction, setPinned } = useAppMarks(app);
  return (
    <>
      <ContextMenu.Item className={MENU_ITEM} onClick={() => setPinned(!isPinned)}>
        {isPinned ? s.unpin : s.pin}
      </ContextMenu.Item>
      <ContextMenu.SubmenuRoot>
        <ContextMenu.SubmenuTrigger className={MENU_ITEM}>
          <span className="flex-1">{s.colour}</span>
          <ColourDot colour={mark.colour} />
          <ChevronRight className="size-3 text-text-3 rtl:-scale-x-100" aria-hidden="true" />
        </ContextMenu.SubmenuTrigger>
        <ContextMenu.Portal>
          <ContextMenu.Positioner className="z-30" sideOffset={2}>
            <ContextMenu.Popup className={MENU_POPUP}>
              <ContextMenu.RadioGroup
                value={mark.colour}
                onValueChange={(value) => {
                  const colour = COLOURS.find((one) => one === value);
                  if (colour !== undefined) setColour(colour);
                }}
              >
                {COLOURS.map((colour) => (
                  <ContextMenu.RadioItem key={colour} value={colour} closeOnClick className={MENU_ITEM}>
                    <ColourDot colour={colour} />
                    <span className="flex-1">{s.colours[colour]}</span>
                    <ContextMenu.RadioItemIndicator>
                      <Check className="size-3" aria-hidden="true" />
                    </ContextMenu.RadioItemIndicator>
                  </ContextMenu.RadioItem>
                ))}
              </ContextMenu.RadioGroup>
            </ContextMenu.Popup>
          </ContextMenu.Positioner>
        </ContextMenu.Portal>
      </ContextMenu.SubmenuRoot>
      <ContextMenu.CheckboxItem
        checked={mark.production}
        onCheckedChange={(checked) => setProduction(checked)}
        closeOnClick
        className={MENU_ITEM}
      >
        <span className="flex-1">{s.production}</span>
        <ContextMenu.CheckboxItemIndicator>
          <Check className="size-3" aria-hidden="true" />
        </ContextMenu.CheckboxItemIndicator>
      </ContextMenu.CheckboxItem>
    </>
  );
}

function ColourDot({ colour }: { colour: MarkColour }) {
  return colour === "none" ? (
    <span aria-hidden="true" className={`${DOT} border-dashed border-line-strong`} />
  ) : (
    <span aria-hidden="true" className={`${DOT} border-transparent`} style={{ background: `var(--mark-${colour})` }} />
  );
}
