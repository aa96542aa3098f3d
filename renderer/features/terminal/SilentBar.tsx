import { useLayoutEffect, useRef } from "react";
import type { Tunnel } from "../../../shared/models.ts";
import { useGatewayCalls } from "../../state/gateway-calls.ts";
import { heardAtOf } from "../../state/tunnel-store.ts";
import { showStats } from "../../state/window-store.ts";
import { strings } from "../../strings.ts";
import { Button } from "../../ui/Button.tsx";
import { age } from "../../ui/format.ts";
import { StatusShape } from "../../ui/StatusShape.tsx";
import { useNow } from "../../ui/use-now.ts";
import { useRetry } from "../stats/use-retry.ts";
import { chooseTunnel, shownTunnel } from "../status/shown-tunnel.ts";
import type { TerminalController } from "./terminal-controller.ts";

/**
 * An open shell whose gateway is silent (#1): how long already, that keys wait, and what can be done. state/announcer.ts has
 * told it, once a tunnel.
 */
export function SilentBar({ tunnel, controller }: { tunnel: Tunnel; controller: TerminalController }) {
  const words = strings.panes;
  const retry = useRetry(tunnel);
  const isCalled = useGatewayCalls(({ calls }) => calls.has(tunnel.id));
  const now = useNow(1000);
  const heardAt = heardAtOf(tunnel);
  const bar = useRef<HTMLElement>(null);
  useLayoutEffect(
    () => () => {
      // It goes by itself, and whoever stood on it is where they came from.
      if (bar.current?.contains(document.activeElement) === true) controller.focus();
    },
    [controller],
  );
  const callNow = (): void => {
    retry.start();
    // What is typed next is meant for the shell.
    controller.focus();
  };
  const showWhy = (): void => {
    showStats();
    // An organization may have several.
    if (shownTunnel()?.id !== tunnel.id) chooseTunnel(tunnel.id);
  };
  return (
    <section
      ref={bar}
      aria-label={strings.tunnelStates[tunnel.state]}
      className="flex flex-wrap items-center gap-x-2 bg-warn-soft pr-1 pl-3"
    >
      <StatusShape status="silent" />
      <p className="min-w-0 flex-1 basis-36 py-0.5">
        <span className="font-medium tabular-nums">
          {heardAt === 0 || tunnel.state !== "silent"
            ? words.carriesNothing(strings.tunnelStates[tunnel.state])
            : words.silentFor(age(now - heardAt))}
        </span>{" "}
        <span className="text-text-2">{words.typedWaits}</span>
      </p>
      <span className="ml-auto flex">
        <Button look="quiet" className="h-6! px-2!" busy={retry.busy || isCalled} onClick={callNow}>
          {strings.link.tryNow}
        </Button>
        <Button look="quiet" className="h-6! px-2!" aria-label={words.whySilent} onClick={showWhy}>
          {words.why}
        </Button>
      </span>
    </section>
  );
}
