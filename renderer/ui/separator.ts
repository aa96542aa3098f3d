/** The look of a line that can be dragged; its width or height is the place's own. */
export const SEPARATOR =
  "bg-line transition-colors duration-100 hover:bg-accent data-[separator=active]:bg-accent focus-visible:bg-focus";
