/** Looks shared by drop-down and context menus, whose parts come from the primitives. */
export const MENU_POPUP =
  "float min-w-48 max-w-80 scroll-quiet max-h-(--available-height) overflow-y-auto overscroll-contain p-1 outline-none";
export const MENU_ITEM =
  "flex h-(--row) items-center gap-2 rounded-sm px-2 outline-none data-disabled:text-text-3 data-highlighted:not-data-disabled:bg-hover";
export const MENU_SEPARATOR = "mx-2 my-1 h-px bg-line";
export const MENU_LABEL = "px-2 pt-1 pb-0.5 text-xs text-text-3";
