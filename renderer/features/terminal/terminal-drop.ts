export interface DropSink {
  /** False: what is dropped goes nowhere. */
  isWritable(): boolean;
  paste(text: string): void;
}

/**
 * What is dropped onto a terminal: text, and a link's address, are a paste. A file is refused: its path on this computer, which
 * other terminals would type, means nothing to the machine at the other end, and a browser does not tell it.
 */
export function takeDroppedText(host: HTMLElement, { isWritable, paste }: DropSink): void {
  // Before the field in which xterm.js takes keys: the browser would put the text there, past every guard.
  const capture = true;
  host.addEventListener(
    "dragover",
    (event) => {
      keepToItself(event);
      if (event.dataTransfer !== null) event.dataTransfer.dropEffect = isWritable() && isText(event) ? "copy" : "none";
    },
    { capture },
  );
  host.addEventListener(
    "drop",
    (event) => {
      keepToItself(event);
      if (!isWritable() || !isText(event)) return;
      paste(event.dataTransfer?.getData("text/plain") || event.dataTransfer?.getData("URL") || "");
    },
    { capture },
  );
}

function keepToItself(event: Event): void {
  event.preventDefault();
  event.stopPropagation();
}

function isText({ dataTransfer }: DragEvent): boolean {
  const types = dataTransfer?.types ?? [];
  return !types.includes("Files") && (types.includes("text/plain") || types.includes("text/uri-list"));
}
