/** What the field looks like, before its list is loaded and with it: nothing moves when that comes. */
export const FIELD_ROW = "flex h-10 shrink-0 items-center gap-2 border-b border-line px-3";
export const FIELD = "h-full min-w-0 flex-1 bg-transparent text-text outline-none placeholder:text-text-3";
