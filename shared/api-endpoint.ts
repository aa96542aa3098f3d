/** An address taken apart, as the URL of either side has it. */
export interface AddressParts {
  readonly protocol: string;
  readonly username: string;
  readonly password: string;
  readonly hostname: string;
}

/** `address`: none, or not of the web; `login`: holds a user name or password; `in-the-open`: http to another computer. */
export type EndpointFault = "address" | "login" | "in-the-open";

/** WHATWG URL section 3.5: of every way to write 127.0.0.1 four numbers are left. */
const THIS_COMPUTER = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** Why an access token must not be sent to this address of an API; undefined where it may. */
export function endpointFault(url: AddressParts | undefined): EndpointFault | undefined {
  if (url === undefined || (url.protocol !== "https:" && url.protocol !== "http:")) return "address";
  if (url.username !== "" || url.password !== "") return "login";
  return url.protocol === "http:" && !THIS_COMPUTER.test(url.hostname) ? "in-the-open" : undefined;
}
