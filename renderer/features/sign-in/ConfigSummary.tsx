import type { ReactNode } from "react";
import { strings } from "../../strings.ts";
import type { ConfigPreview } from "./config-preview.ts";

/** What Culvert understood of a configuration, before it is imported. */
export function ConfigSummary({ preview }: { preview: ConfigPreview }) {
  return (
    <section aria-label={strings.importConfig.preview} className="flex flex-col gap-2 text-xs">
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 rounded-md border border-line bg-chrome px-3 py-2">
        <Row label={strings.importConfig.address}>{preview.addresses.join(", ")}</Row>
        <Row label={strings.importConfig.dns}>{preview.dns.join(", ")}</Row>
        {preview.mtu !== null && <Row label={strings.importConfig.mtu}>{preview.mtu}</Row>}
        <Row label={strings.importConfig.privateKey}>{preview.hasPrivateKey ? strings.importConfig.present : ""}</Row>
        {preview.peers.map((peer, index) => (
          <Row
            key={`${peer.endpoint}/${peer.allowedIps.join()}`}
            label={preview.peers.length === 1 ? strings.importConfig.peer : strings.importConfig.peerNumber(index + 1)}
          >
            {[
              peer.endpoint ?? strings.importConfig.noEndpoint,
              strings.importConfig.reaches(peer.allowedIps.join(", ")),
              peer.hasPresharedKey ? strings.importConfig.withPsk : "",
            ]
              .filter(Boolean)
              .join(" · ")}
          </Row>
        ))}
      </dl>
      {preview.notApplied.length > 0 && (
        <p className="rounded-md bg-warn-soft px-3 py-2 text-text-2">
          {strings.importConfig.notApplied(preview.notApplied.map(({ key, line }) => `${key} (${line})`).join(", "))}
        </p>
      )}
    </section>
  );
}

function Row({ label, children }: { label: string; children: ReactNode }) {
  const missing = children === "";
  return (
    <>
      <dt className="text-text-3">{label}</dt>
      <dd className={missing ? "text-text-3" : "font-mono break-all"}>
        {missing ? strings.importConfig.missing : children}
      </dd>
    </>
  );
}
