/** The picture behind the first page: arches in a row, and the stream that runs through them. */
export function Stream() {
  const arches = [0, 1, 2, 3, 4, 5, 6];
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 1400 240"
      preserveAspectRatio="xMidYMax slice"
      className="pointer-events-none absolute inset-x-0 bottom-0 h-1/4 w-full"
      fill="none"
    >
      {arches.map((index) => (
        <path
          key={index}
          d={`M${200 * index + 20} 240v-100a80 80 0 0 1 160 0v100`}
          stroke="var(--line)"
          strokeWidth="2"
        />
      ))}
      {[184, 206, 228].map((y, index) => (
        <path
          key={y}
          d={`M-200 ${y}${"q50 -14 100 0t100 0".repeat(9)}`}
          stroke="var(--accent)"
          strokeOpacity={0.28 - index * 0.07}
          strokeWidth="2"
        />
      ))}
    </svg>
  );
}
