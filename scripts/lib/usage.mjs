/** Tells how a script is called and ends, when that is asked for. */
export function offerHelp(usage) {
  if (!process.argv.slice(2).some((word) => word === "--help" || word === "-h")) return;
  console.log(usage);
  process.exit(0);
}
