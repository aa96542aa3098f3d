/** Ids that tie a tab to its panel. */
export function tabId(key: string): string {
  return `tab-${key}`;
}

export function panelId(key: string): string {
  return `panel-${key}`;
}
