/** What the benches find the window's parts by. */
export const ROW = '[role="treeitem"]';
export const TREE = '[role="tree"]';
export const FILTER = "Filter apps";
export const TAB = '[role="tablist"] [role="tab"]';
export const TERMINAL = '[data-testid="terminal"]';
