// Types for a file of ssh2 that has none: the algorithms that the runtime (Node's or Electron's crypto) supports.
declare module 'ssh2/lib/protocol/constants.js' {
  export const SUPPORTED_KEX: readonly string[];
  export const SUPPORTED_SERVER_HOST_KEY: readonly string[];
  export const SUPPORTED_CIPHER: readonly string[];
  export const SUPPORTED_MAC: readonly string[];
}
