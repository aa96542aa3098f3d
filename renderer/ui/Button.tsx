import { Button as BaseButton } from "@base-ui/react/button";
import type { ComponentProps, ReactNode } from "react";
import { cx } from "./class-names.ts";

const LOOKS = {
  primary: "bg-accent text-on-accent border-transparent hover:bg-accent-strong font-medium",
  plain: "bg-raised text-text border-line-strong hover:bg-hover active:bg-pressed",
  quiet: "bg-transparent text-text-2 border-transparent hover:bg-hover hover:text-text active:bg-pressed",
  danger: "bg-raised text-bad border-line-strong hover:bg-bad-soft hover:border-bad",
} as const;

interface ButtonProps extends ComponentProps<typeof BaseButton> {
  look?: keyof typeof LOOKS;
  /** Taller, for the one main action of a page. */
  large?: boolean;
  /** Shows that the action runs; the button stays focusable and does nothing meanwhile. */
  busy?: boolean;
  icon?: ReactNode;
}

export function Button({ look = "plain", large, busy, icon, children, className, disabled, ...rest }: ButtonProps) {
  return (
    <BaseButton
      {...rest}
      disabled={disabled === true || busy === true}
      focusableWhenDisabled={busy === true}
      aria-busy={busy === true || undefined}
      className={cx(
        "inline-flex shrink-0 items-center justify-center gap-2 rounded-md border whitespace-nowrap transition-colors duration-100",
        large === true ? "h-9 px-4" : "h-7 px-3",
        LOOKS[look],
        busy === true ? "cursor-progress opacity-70" : "data-disabled:opacity-50",
        typeof className === "string" && className,
      )}
    >
      {icon}
      {children}
    </BaseButton>
  );
}
