/**
 * How a page of the browser edition shows that it is ours. Cookies ignore ports, so every server of this computer's other
 * users can be sent ours; localStorage belongs to one origin, its port included. The key travels in the address's fragment,
 * which no request carries, and from then on as a WebSocket subprotocol: the only header that a page may choose there.
 */
export const LINK_PROTOCOL = "culvert.1";
/** `k.<key>`: offered beside LINK_PROTOCOL, never chosen by the server. */
export const KEY_PROTOCOL_PREFIX = "k.";
/** `#k=<key>` in the address that a traded token leads to. */
export const KEY_FRAGMENT = "k";
