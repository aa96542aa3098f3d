import { useAnnouncer } from "../../state/announcer.ts";

/** What is spoken and not seen. */
export function LiveRegions() {
  const { polite, assertive } = useAnnouncer();
  return (
    <div className="sr-only">
      <p aria-live="polite">{polite}</p>
      <p aria-live="assertive">{assertive}</p>
    </div>
  );
}
