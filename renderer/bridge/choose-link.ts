import { desktopLink, isDesktop } from "./desktop-link.ts";
import type { Link } from "./link.ts";
import { takePageKey } from "./page-key.ts";
import { linkAddress, webSocketLink } from "./web-socket-link.ts";

/** The link of the edition that this page runs in. */
export function chooseLink(): Link {
  return isDesktop() ? desktopLink() : webSocketLink(linkAddress(location.href), takePageKey());
}
