import { TriangleAlert } from "lucide-react";
import { sentenceFor } from "../../../shared/errors.ts";
import type { Tunnel } from "../../../shared/models.ts";
import { heardAtOf } from "../../state/tunnel-store.ts";
import { useAdvice } from "../../state/use-advice.ts";
import { strings } from "../../strings.ts";
import { Button } from "../../ui/Button.tsx";
import { age, integer } from "../../ui/format.ts";
import { OpenPeers } from "../peers/OpenPeers.tsx";
import { unanswered } from "./handshake-figures.ts";
import { useRetry } from "./use-retry.ts";

/** A tunnel that does not work: what failed, the likely cause, what was tried, and what a person can do. */
export function TunnelTrouble({ tunnel, now }: { tunnel: Tunnel; now: number }) {
  const s = strings.stats.trouble;
  const retry = useRetry(tunnel);
  const code = tunnel.error?.code ?? "gateway-silent";
  const heardAt = heardAtOf(tunnel);
  const advice = useAdvice(code, tunnel.accountId, heardAt > 0);
  return (
    <section aria-label={s.title} className="flex gap-2 rounded-md border border-bad bg-bad-soft px-3 py-2">
      <TriangleAlert className="mt-0.5 size-4 shrink-0 text-bad" aria-hidden="true" />
      <div className="flex min-w-0 flex-1 flex-col gap-1">
        <p className="font-medium wrap-anywhere">
          {sentenceFor(code)} <span className="font-normal text-text-2">{tunnel.error?.detail ?? tunnel.gateway}</span>
        </p>
        <dl className="grid grid-cols-1 gap-x-3 text-text-2 @xl:grid-cols-[auto_1fr]">
          {advice.cause !== undefined && (
            <>
              <dt className="font-medium">{s.cause}</dt>
              <dd>{advice.cause}</dd>
            </>
          )}
          <dt className="font-medium">{s.tried}</dt>
          <dd>
            {s.triedText(integer(tunnel.handshakesSent), integer(unanswered(tunnel)))}{" "}
            {code === "answer-invalid" ? s.refused : heardAt === 0 ? s.never : s.since(age(now - heardAt))}
          </dd>
          <dt className="font-medium">{s.next}</dt>
          <dd>{advice.text}</dd>
        </dl>
        {retry.error !== null && (
          <p role="alert" className="text-bad">
            {s.retryFailed} {retry.error.detail}
          </p>
        )}
        <div className="flex flex-wrap gap-2 pt-1">
          <Button busy={retry.busy} onClick={retry.start}>
            {s.retry}
          </Button>
          {retry.busy && (
            <Button look="quiet" onClick={retry.stopWaiting}>
              {s.stopWaiting}
            </Button>
          )}
          {advice.peers && <OpenPeers />}
        </div>
      </div>
    </section>
  );
}
