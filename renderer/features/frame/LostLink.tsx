import { useRef } from "react";
import { closeOverlay } from "../../state/window-store.ts";
import { strings } from "../../strings.ts";
import { Button } from "../../ui/Button.tsx";
import { Modal, ModalActions } from "../../ui/Modal.tsx";

/** A link that cannot be read says so: somebody clicked it and waits for something. */
export function LostLink() {
  const close = useRef<HTMLButtonElement>(null);
  const { lost, lostText } = strings.deepLink;
  return (
    <Modal open onClose={closeOverlay} title={lost} description={lostText} width="narrow" initialFocus={close}>
      <ModalActions>
        <Button ref={close} onClick={closeOverlay}>
          {strings.common.close}
        </Button>
      </ModalActions>
    </Modal>
  );
}
