import type { Session } from "../../../shared/models.ts";
import type { EventFacts } from "../../../shared/network-events.ts";
import type { EventSubject } from "../event-log.ts";

/** From the states that a shell goes through to what people are told of it. */
export class ShellEvents {
  readonly #note: (subject: EventSubject, facts: EventFacts) => void;
  readonly #known = new Map<string, Session>();

  constructor(note: (subject: EventSubject, facts: EventFacts) => void) {
    this.#note = note;
  }

  changed(session: Session): void {
    const before = this.#known.get(session.id)?.state;
    this.#known.set(session.id, session);
    if (before === session.state) return;
    const shell = shellOf(session);
    const code = session.error?.code ?? "internal";
    if (session.state === "open") this.#tell(session, { kind: "shell-opened", ...shell, readyMs: session.readyMs });
    else if (session.state === "failed")
      this.#tell(session, { kind: before === "open" ? "shell-lost" : "shell-failed", ...shell, code });
    else if (session.state === "ended") {
      const { code: exitCode, signal } = session.exit ?? { code: null, signal: null };
      this.#tell(session, { kind: "shell-ended", ...shell, exitCode, signal: signal?.slice(0, 100) ?? null });
    }
  }

  closed(sessionId: string): void {
    const session = this.#known.get(sessionId);
    this.#known.delete(sessionId);
    if (session?.state === "open") this.#tell(session, { kind: "shell-closed", ...shellOf(session) });
  }

  #tell({ target: { accountId, orgSlug } }: Session, facts: EventFacts): void {
    this.#note({ accountId, orgSlug, tunnelId: null }, facts);
  }
}

function shellOf({ target }: Session): { app: string; machine: string; region: string } {
  const part = (text: string): string => text.slice(0, 200);
  return {
    app: part(target.appName),
    machine: part(target.machineName || target.machineId),
    region: part(target.region),
  };
}
