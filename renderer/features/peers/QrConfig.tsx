import { useMutation } from "@tanstack/react-query";
import { QrCode } from "lucide-react";
import { useState } from "react";
import { useBridge } from "../../bridge/bridge-context.ts";
import { errorInfoOf } from "../../bridge/bridge-error.ts";
import { strings } from "../../strings.ts";
import { Button } from "../../ui/Button.tsx";
import { Confirm } from "../../ui/Confirm.tsx";
import { Modal, ModalActions, ModalBody } from "../../ui/Modal.tsx";
import type { PeerPlace } from "./peer-rows.ts";
import { phoneConfig, type QrDrawing, qrOf } from "./phone-config.ts";

interface Shown {
  /** Null for a text that is too long. */
  readonly code: QrDrawing | null;
  readonly leftOut: readonly string[];
}

const s = strings.config;

/** An imported configuration as a QR code for WireGuard's app on a phone. It holds the private key, so it is asked first. */
export function QrConfig({ place }: { place: PeerPlace }) {
  const bridge = useBridge();
  const [isAsking, setAsking] = useState(false);
  const [shown, setShown] = useState<Shown | null>(null);
  const read = useMutation({
    mutationFn: async (): Promise<Shown> => {
      const { text } = await bridge.call("accounts.exportConfig", { accountId: place.accountId });
      const { text: short, leftOut } = phoneConfig(text);
      return { code: await qrOf(short), leftOut };
    },
    // Nothing of it stays once it is closed.
    gcTime: 0,
  });
  const show = (): void =>
    // Not called when it was cancelled meanwhile.
    read.mutate(undefined, {
      onSuccess: (made) => {
        setAsking(false);
        setShown(made);
        read.reset();
      },
    });
  return (
    <>
      <Button icon={<QrCode className="size-3.5" />} onClick={() => setAsking(true)}>
        {s.qr}
      </Button>
      <Confirm
        open={isAsking}
        title={s.qrTitle(place.label)}
        confirmLabel={s.qrConfirm}
        busy={read.isPending}
        error={read.error === null ? null : errorInfoOf(read.error)}
        onConfirm={show}
        onCancel={() => {
          setAsking(false);
          read.reset();
        }}
      >
        <p>{s.qrText}</p>
        <p>{s.qrOneDevice}</p>
      </Confirm>
      {shown !== null && (
        <Modal open onClose={() => setShown(null)} title={s.qrOf(place.label)} width="narrow">
          <ModalBody>
            {shown.code === null ? <p>{s.qrTooLong}</p> : <Drawing code={shown.code} label={s.qrOf(place.label)} />}
            {shown.code !== null && <p className="text-text-2">{s.qrHow}</p>}
            {shown.leftOut.length > 0 && <p className="text-text-2">{s.qrLeftOut(shown.leftOut.join(", "))}</p>}
          </ModalBody>
          <ModalActions>
            <Button onClick={() => setShown(null)}>{strings.common.close}</Button>
          </ModalActions>
        </Modal>
      )}
    </>
  );
}

/** Dark on light in every theme, and with colours forced: many readers want it so. */
function Drawing({ code: { size, path }, label }: { code: QrDrawing; label: string }) {
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
      className="aspect-square max-h-[70vh] w-full rounded-md forced-color-adjust-none"
    >
      <path d={`M0 0h${size}v${size}H0z`} fill="var(--qr-light)" />
      <path d={path} fill="var(--qr-dark)" />
    </svg>
  );
}
