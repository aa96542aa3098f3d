/** The name of a button that other sentences speak of. */
export const NEW_PEER = "New peer for this computer";
