/** The product's mark: a culvert's arch with the stream that runs through it. */
export function Mark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 24 24" fill="none" className={className} aria-hidden="true">
      <path
        d="M3 20v-8a9 9 0 0 1 18 0v8"
        stroke="currentColor"
        strokeWidth="2"
        strokeLinecap="round"
        className="text-text"
      />
      <path d="M7.5 13a4.5 4.5 0 0 1 9 0v1.5h-9z" fill="currentColor" className="text-accent" opacity="0.28" />
      <path
        d="M7.5 16.5c1.5-1.2 3-1.2 4.5 0s3 1.2 4.5 0M7.5 20c1.5-1.2 3-1.2 4.5 0s3 1.2 4.5 0"
        stroke="currentColor"
        strokeWidth="1.75"
        strokeLinecap="round"
        className="text-accent"
      />
      <path
        d="M7.5 13a4.5 4.5 0 0 1 9 0"
        stroke="currentColor"
        strokeWidth="1.75"
        strokeLinecap="round"
        className="text-accent"
      />
    </svg>
  );
}
