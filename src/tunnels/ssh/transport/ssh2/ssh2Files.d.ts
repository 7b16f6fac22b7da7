// Types for files of ssh2 that have none.

/** What ssh2 can do, as far as it asks the runtime. cryptoFeatures.ts tries each. */
declare module 'ssh2/lib/protocol/constants.js' {
  export const SUPPORTED_KEX: readonly string[];
  export const SUPPORTED_SERVER_HOST_KEY: readonly string[];
  export const SUPPORTED_CIPHER: readonly string[];
  /** Can be added to: see addedMacs.ts. */
  export const SUPPORTED_MAC: string[];
}

/** The names of Node for the ciphers and the hashes. `keyLen` is in bytes. */
declare module 'ssh2/lib/protocol/crypto.js' {
  export const CIPHER_INFO: Readonly<Record<string, { readonly sslName: string; readonly keyLen: number }>>;
  /** Sizes in bytes: of the key, and of what is sent. ETM: the MAC of the encrypted packet. */
  export interface MacInfo {
    readonly sslName: string;
    readonly len: number;
    readonly actualLen: number;
    readonly isETM: boolean;
  }
  /** Can be added to: see addedMacs.ts. */
  export const MAC_INFO: Record<string, MacInfo>;
  /** Whether ssh2's native binding is used. */
  export const bindingAvailable: boolean;
}

/** What ssh2 does with a message, by its number, outside key exchanges. */
declare module 'ssh2/lib/protocol/handlers.js' {
  const messageHandlers: readonly (((protocol: unknown, message: Buffer) => void) | undefined)[];
  export default messageHandlers;
}

/** The message SSH_MSG_KEXINIT (RFC 4253 §7.1). */
declare module 'ssh2/lib/protocol/kex.js' {
  interface OneWay<List> {
    readonly cipher: List;
    readonly mac: List;
    readonly compress: List;
    readonly lang: List;
  }
  interface Lists<List> {
    readonly kex: List;
    readonly serverHostKey: List;
    readonly cs: OneWay<List>;
    readonly sc: OneWay<List>;
  }
  export type KexLists = Lists<readonly string[]>;
  /** The bytes to send are made at once. What is compared with the server's lists is `array`. */
  export class KexInit {
    constructor(lists: KexLists);
    readonly lists: Lists<{ array: readonly string[] }>;
  }
}
