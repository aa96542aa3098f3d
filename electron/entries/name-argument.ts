import { InvalidArgumentError } from "commander";

/** RFC 1035 section 2.3.4: bytes of a label, and of a name as it is written. */
const MOST_LABEL = 63;
const MOST_NAME = 253;

/** Of a host or a name only what can be nobody's is refused here: the tunnel's DNS server knows which there are. */
export function nameFrom(text: string): string {
  refuseForeign(text);
  if (text === "") throw new InvalidArgumentError("There is no name.");
  const long = text.split(".").find((label) => Buffer.byteLength(label) > MOST_LABEL);
  if (long !== undefined)
    throw new InvalidArgumentError(
      `Between two dots stand at most ${MOST_LABEL} bytes; there are ${Buffer.byteLength(long)}.`,
    );
  const bytes = Buffer.byteLength(text.replace(/\.$/, ""));
  if (bytes > MOST_NAME)
    throw new InvalidArgumentError(`A name has at most ${MOST_NAME} bytes; this one has ${bytes}.`);
  return text;
}

/** What dig(1) takes at these places, and we do not. */
export function refuseForeign(word: string): void {
  if (word.startsWith("@"))
    throw new InvalidArgumentError("The server is the one of the file: change the DNS line of --config.");
  if (word.startsWith("+"))
    throw new InvalidArgumentError("Options of this dig begin with --: see --help; --json is there for scripts.");
}
