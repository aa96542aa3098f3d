/** Bounds that both sides of the bridge keep. Sizes are bytes unless the name says otherwise. */
export const LIMITS = {
  /** Terminal bytes sent to a window and not yet drawn, per terminal; above it the shell's output waits. */
  terminalCredit: 128 * 1024,
  /** Longest single terminal frame in either direction. */
  terminalFrame: 32 * 1024,
  /** Longest JSON message on the link. */
  controlMessage: 4 * 1024 * 1024,
  /** Columns and rows a terminal may have. */
  terminalCells: 1000,
  /** Longest text of a WireGuard configuration. */
  configText: 256 * 1024,
  /** Longest name or label typed by a user. */
  label: 200,
  /** Longest address of an API. */
  apiEndpoint: 2048,
  /** Bytes of a packet capture's file: what it has when nobody says, and the least and most that may be asked for. */
  captureDefault: 100 * 1024 * 1024,
  captureLeast: 64 * 1024,
  captureMost: 4 * 1024 * 1024 * 1024,
  /** What the folder of captures may hold, and grow to: bytes, and files. */
  capturesBytes: 8 * 1024 * 1024 * 1024,
  captureFiles: 1_000,
  /** Echo requests that a window may ask for at once, and bytes of data in each. */
  pings: 20,
  pingBytes: 65_507,
  /** Runs of echo requests that go on at one time in one tunnel, and bytes of all their requests in a second. */
  pingRuns: 4,
  pingBytesPerSecond: 1024 * 1024,
  /** Names asked for at one time in one tunnel: a shell of each app there may be, and a person with a script. */
  lookups: 256,
  /** Terminal sessions open at one time, over all windows. */
  sessions: 200,
  /** Characters of a terminal's title that are kept: a program in the shell chooses it. */
  titleLength: 200,
  /** Characters of the address of a link in a terminal: what a browser takes, and more than any real link needs. */
  linkAddress: 2083,
  /** Apps that may be pinned, and apps whose last use is remembered. */
  pins: 50,
  recent: 100,
  /** Commands with a key of their own, and apps that are marked or were answered about the clipboard. */
  chosenKeys: 400,
  appsInSettings: 1_000,
  /** Characters of a culvert:// link. */
  deepLink: 1_000,
} as const;
