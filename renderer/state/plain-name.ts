/** Whether a name is safe in a command line: no shell reads it as something else. */
export function isPlainName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name);
}
