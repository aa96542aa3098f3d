import { Search, X } from "lucide-react";
import type { KeyboardEvent } from "react";
import { strings } from "../strings.ts";
import { cx } from "./class-names.ts";
import { CONTROL } from "./TextField.tsx";

interface SearchFieldProps {
  id?: string;
  label: string;
  value: string;
  title?: string | undefined;
  className?: string;
  onText(value: string): void;
  /** Keys that mean something to what is searched; true when it took one. */
  onKey?(key: string): boolean;
}

/** Filters or searches while one types; Escape clears. */
export function SearchField({ id, label, value, title, className, onText, onKey }: SearchFieldProps) {
  const onKeyDown = (event: KeyboardEvent): void => {
    if (onKey?.(event.key) === true) event.preventDefault();
    else if (event.key === "Escape" && value !== "") {
      onText("");
      event.preventDefault();
    }
  };
  return (
    <div className={cx("relative", className)}>
      <Search className="pointer-events-none absolute start-2 top-1/2 size-3.5 -translate-y-1/2 text-text-3" />
      <input
        id={id}
        type="search"
        value={value}
        autoComplete="off"
        spellCheck={false}
        aria-label={label}
        placeholder={label}
        title={title}
        onChange={(event) => onText(event.target.value)}
        onKeyDown={onKeyDown}
        className={`${CONTROL} h-7 px-7 [&::-webkit-search-cancel-button]:hidden`}
      />
      {value !== "" && (
        <button
          type="button"
          aria-label={strings.common.clear}
          onClick={() => onText("")}
          className="absolute end-0.5 top-1/2 flex size-6 -translate-y-1/2 items-center justify-center rounded-sm text-text-3 hover:text-text"
        >
          <X className="size-3.5" />
        </button>
      )}
    </div>
  );
}
