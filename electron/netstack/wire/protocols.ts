/** Protocol numbers (IANA "Assigned Internet Protocol Numbers") that this stack gives a meaning. */
export const HOP_BY_HOP = 0;
export const ICMPV4 = 1;
export const TCP = 6;
export const UDP = 17;
export const ROUTING = 43;
export const FRAGMENT = 44;
export const ICMPV6 = 58;
export const NO_NEXT_HEADER = 59;
export const DESTINATION_OPTIONS = 60;
