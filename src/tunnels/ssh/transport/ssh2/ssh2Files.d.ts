// Types for files of ssh2 that have none.

/** The algorithms that the runtime (Node's or Electron's crypto) supports. */
declare module 'ssh2/lib/protocol/constants.js' {
  export const SUPPORTED_KEX: readonly string[];
  export const SUPPORTED_SERVER_HOST_KEY: readonly string[];
  export const SUPPORTED_CIPHER: readonly string[];
  export const SUPPORTED_MAC: readonly string[];
}

/** What ssh2 does with a message, by its number, outside key exchanges. */
declare module 'ssh2/lib/protocol/handlers.js' {
  const messageHandlers: readonly (((protocol: unknown, message: Buffer) => void) | undefined)[];
  export default messageHandlers;
}
