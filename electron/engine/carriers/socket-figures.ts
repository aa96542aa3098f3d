/** What befell the UDP sockets of a tunnel; see `UdpBind`, which has the same of one socket. */
export interface SocketFigures {
  /** Datagrams that were not sent. */
  readonly sendErrors: number;
  /** Datagrams dropped unread, as nothing can be sent to where they say that they are from. */
  readonly unanswerable: number;
  /** What the system reported of a socket otherwise. */
  readonly receiveErrors: number;
  /** Bursts that went one by one, as the system did not take them together. */
  readonly refusedBursts: number;
}

export const NO_SOCKETS: SocketFigures = { sendErrors: 0, unanswerable: 0, receiveErrors: 0, refusedBursts: 0 };

export function together(one: SocketFigures, other: SocketFigures): SocketFigures {
  return {
    sendErrors: one.sendErrors + other.sendErrors,
    unanswerable: one.unanswerable + other.unanswerable,
    receiveErrors: one.receiveErrors + other.receiveErrors,
    refusedBursts: one.refusedBursts + other.refusedBursts,
  };
}
