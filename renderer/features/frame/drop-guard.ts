/** Fields that a person writes text into. */
const TEXT_TYPES: ReadonlySet<string> = new Set(["text", "search", "url", "email", "tel", "password"]);

/**
 * Whatever is dropped must not make the browser leave the page, and nothing is taken where nobody wants it: the cursor says
 * so. Text and links go into fields, as everywhere. Files are left to those who read configurations, further up; what a part
 * of the window takes, its terminals above all, does not come here or was prevented.
 */
export function guardDrops(page: Document): () => void {
  const over = (event: DragEvent): void => {
    if (event.defaultPrevented || isFile(event)) return;
    if (isField(event.target)) {
      event.stopPropagation();
      return;
    }
    event.preventDefault();
    if (event.dataTransfer !== null) event.dataTransfer.dropEffect = "none";
  };
  const drop = (event: DragEvent): void => {
    if (event.defaultPrevented || isFile(event)) return;
    if (isField(event.target)) event.stopPropagation();
    else event.preventDefault();
  };
  page.addEventListener("dragover", over);
  page.addEventListener("drop", drop);
  return () => {
    page.removeEventListener("dragover", over);
    page.removeEventListener("drop", drop);
  };
}

function isFile({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes("Files") === true;
}

function isField(target: EventTarget | null): boolean {
  if (target instanceof HTMLTextAreaElement) return !target.disabled && !target.readOnly;
  return target instanceof HTMLInputElement && TEXT_TYPES.has(target.type) && !target.disabled && !target.readOnly;
}
