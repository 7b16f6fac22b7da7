// Types for the wire parser of the socksv5 package, the only part that is used. The package has none.
declare module 'socksv5/lib/server.parser.js' {
  import type { EventEmitter } from 'node:events';
  import type { Duplex } from 'node:stream';

  interface Request {
    readonly cmd: 'connect' | 'bind' | 'udp';
    readonly dstAddr: string;
    readonly dstPort: number;
  }

  /** Reads from the stream as soon as it is created. Puts back the data that it does not need. */
  class Parser extends EventEmitter<{ methods: [Buffer]; request: [Request]; error: [Error] }> {
    /** Whether the next message is a request rather than a list of methods. */
    authed: boolean;
    constructor(stream: Duplex);
    start(): void;
    stop(): void;
  }
  export = Parser;
}

declare module 'socksv5/lib/constants.js' {
  /** Replies of RFC 1928 §6. */
  export const REP: Readonly<
    Record<
      | 'SUCCESS'
      | 'GENFAIL'
      | 'DISALLOW'
      | 'NETUNREACH'
      | 'HOSTUNREACH'
      | 'CONNREFUSED'
      | 'TTLEXPIRED'
      | 'CMDUNSUPP'
      | 'ATYPUNSUPP',
      number
    >
  >;
}
