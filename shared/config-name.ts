/**
 * What a configuration's file is called: by its label, as far as that can name a network interface, because `wg-quick up`
 * takes the file's name for one (letters, digits and "_=+.-", at most fifteen).
 */
export function configFileName(label: string): string {
  const plain = label
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^A-Za-z0-9_=+.-]+/g, "-")
    .replace(/^[-.]+/, "")
    .slice(0, 15)
    .replace(/[-.]+$/, "");
  return `${plain === "" ? "wireguard" : plain}.conf`;
}

/** Whether a page's download can be such a file. */
export function isConfigFileName(name: string): boolean {
  return /^[A-Za-z0-9_=+][A-Za-z0-9_=+.-]{0,14}\.conf$/.test(name);
}
