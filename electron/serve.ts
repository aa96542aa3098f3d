import { fileURLToPath } from "node:url";
import { composeHost, signInAtStart } from "./entries/compose.ts";
import { EXIT } from "./entries/exit-codes.ts";
import { Faults } from "./entries/faults.ts";
import { openBrowser } from "./entries/open-browser.ts";
import type { ServeOptions } from "./entries/program.ts";
import { printJson, say } from "./entries/report.ts";
import { untilSignal } from "./entries/signals.ts";
import type { LockHolder } from "./host/process-lock.ts";
import { openProfile } from "./host/profile.ts";
import { ProfileHeldError } from "./host/profile-lock.ts";
import { FileVault, plainSeal } from "./host/secret-vault.ts";
import { WebServer } from "./host/web/server.ts";

/** The browser edition: the host behind HTTP and WebSocket on loopback, until a signal. */

const PAGE_FOLDER = fileURLToPath(new URL("./renderer", import.meta.url));

/** Resolves to the exit code: 0 for a signal, because a server that was told to stop has done its work. */
export async function serve(options: ServeOptions): Promise<number> {
  const signal = untilSignal();
  try {
    return await serveUntil(signal, options);
  } catch (error) {
    const url = error instanceof ProfileHeldError ? await addressFrom(error.holder) : undefined;
    if (url === undefined) throw error;
    announce(url, options);
    return EXIT.ok;
  }
}

async function serveUntil(signal: Promise<unknown>, options: ServeOptions): Promise<number> {
  const profile = await openProfile();
  const broken = new Promise<number>((resolve) => {
    new Faults({ log: profile.log, onTooMany: () => resolve(EXIT.bug) }).install();
  });
  try {
    const vault = await FileVault.open(profile.files, "secrets", plainSeal, profile.log);
    const host = await composeHost("browser", profile, vault);
    try {
      const server = await WebServer.listen({
        port: options.port,
        pageFolder: PAGE_FOLDER,
        log: profile.log,
        onLink: (link) => host.connect(link),
      });
      try {
        await signInAtStart(host, options);
        profile.lock.announce(server.origin, server.key);
        announce(server.issueUrl(), options);
        return await Promise.race([signal.then(() => EXIT.ok), broken]);
      } finally {
        await server.close();
      }
    } finally {
      await host.shutdown();
    }
  } finally {
    profile.dispose();
  }
}

/** The server that holds the profile gives a second start a fresh address, so that the window opens there. */
async function addressFrom(holder: LockHolder): Promise<string | undefined> {
  if (holder.url === undefined || holder.key === undefined) return undefined;
  try {
    const answer = await fetch(`${holder.url}/token`, {
      method: "POST",
      headers: { authorization: `Bearer ${holder.key}` },
      signal: AbortSignal.timeout(5000),
    });
    const body: unknown = await answer.json();
    return typeof body === "object" && body !== null && "url" in body ? String(body.url) : undefined;
  } catch {
    return undefined;
  }
}

function announce(url: string, { json, open }: ServeOptions): void {
  if (json) printJson({ url });
  else {
    process.stdout.write(`Culvert is open at ${url}\n`);
    say("The address works once, for the first browser that opens it. Stop with Ctrl+C.");
  }
  if (open) openBrowser(url);
}
