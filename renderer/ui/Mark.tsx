/** The product's mark: a culvert's arch, and the stream that runs out of it. */
export function Mark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 24 24" fill="none" strokeLinecap="round" strokeWidth="2" className={className} aria-hidden="true">
      <path d="M3 16v-4a9 9 0 0 1 18 0v4" stroke="var(--text)" />
      <path d="M7.5 13.5v-1.5a4.5 4.5 0 0 1 9 0v1.5" stroke="var(--text)" />
      <path d="M3 20.5c1.5-1.3 3-1.3 4.5 0s3 1.3 4.5 0 3-1.3 4.5 0 3 1.3 4.5 0" stroke="var(--accent)" />
      <path d="M7.5 16.8c1.5-1.3 3-1.3 4.5 0s3 1.3 4.5 0" stroke="var(--accent)" />
    </svg>
  );
}
