import { Button as BaseButton } from "@base-ui/react/button";
import type { ComponentProps, ReactNode } from "react";
import type { CommandId } from "../commands/command-ids.ts";
import { cx } from "./class-names.ts";
import { Hint } from "./Hint.tsx";

interface IconButtonProps extends Omit<ComponentProps<typeof BaseButton>, "children"> {
  /** The accessible name; the tooltip repeats it with the shortcut. */
  label: string;
  /** The command that it runs, whose keys the tooltip shows. */
  command?: CommandId | undefined;
  /** Keys that are no command's. */
  shortcut?: string | undefined;
  /** 24 px instead of 28, for the status bar. */
  small?: boolean;
  children: ReactNode;
}

export function IconButton({ label, command, shortcut, small, children, className, ...rest }: IconButtonProps) {
  return (
    <Hint text={label} command={command} shortcut={shortcut}>
      <BaseButton
        {...rest}
        aria-label={label}
        className={cx(
          "inline-flex shrink-0 items-center justify-center rounded-md text-text-2 transition-colors duration-100 hover:bg-hover hover:text-text active:bg-pressed data-disabled:opacity-40 data-popup-open:bg-hover aria-pressed:text-accent",
          small === true ? "size-6" : "size-7",
          typeof className === "string" && className,
        )}
      >
        {children}
      </BaseButton>
    </Hint>
  );
}
