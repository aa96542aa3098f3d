/** What the benches find the window's parts by. */
export const ROW = '[role="treeitem"]';
export const TREE = '[role="tree"]';
/** What holds the rows that are drawn. */
export const ROWS = '[role="tree"] > [role="none"]';
/** What holds the name of an app in its row. */
export const APP_NAME = '[role="treeitem"] bdi';
export const TAB = '[role="tablist"] [role="tab"]';
export const TERMINAL = '[data-testid="terminal"]';
