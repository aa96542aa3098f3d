import type { ReactNode } from "react";

/** A setting: what it is at the left, its control at the right. */
export function SettingRow({ label, hint, children }: { label: string; hint?: string; children: ReactNode }) {
  return (
    <div className="flex min-h-12 flex-wrap items-center justify-between gap-x-6 gap-y-2 border-b border-line py-3 first:pt-0 last:border-b-0">
      <div className="min-w-0 flex-1 basis-48">
        <p className="font-medium">{label}</p>
        {hint !== undefined && <p className="text-text-3">{hint}</p>}
      </div>
      <div className="shrink-0">{children}</div>
    </div>
  );
}
