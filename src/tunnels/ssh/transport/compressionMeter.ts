// Counts what compression saves on the wire (-C; RFC 4253 §6.2, zlib@openssh.com): what goes into the compressors of a
// connection, and what comes out. What is given to a closed one goes nowhere, as it does where nothing is compressed.
import type { Client } from 'ssh2';
import type { CompressionCounts } from '../../model/snapshot';
import { zlibsOf } from './ssh2Internals';
import type { Zlib } from './ssh2Internals';

/** What ssh2 takes from a compressor when it wants pieces. */
const nothing = Object.assign(Buffer.alloc(0), { totalLen: 0 });

export class CompressionMeter {
  readonly #sent = { plain: 0, wire: 0 };
  readonly #received = { plain: 0, wire: 0 };
  readonly #metered = new WeakSet<Zlib>();

  /** undefined: nothing was compressed so far. */
  get counts(): CompressionCounts | undefined {
    return this.#sent.plain + this.#received.plain === 0
      ? undefined
      : { sent: { ...this.#sent }, received: { ...this.#received } };
  }

  /** To be called whenever ssh2 may have made new compressors: after the login, and with new keys. */
  adopt(client: Client): void {
    const { deflate, inflate } = zlibsOf(client);
    this.#meter(deflate, (taken, made) => {
      this.#sent.plain += taken;
      this.#sent.wire += made;
    });
    this.#meter(inflate, (taken, made) => {
      this.#received.wire += taken;
      this.#received.plain += made;
    });
  }

  #meter(zlib: Zlib | undefined, count: (taken: number, made: number) => void): void {
    if (!zlib || this.#metered.has(zlib)) {
      return;
    }
    this.#metered.add(zlib);
    const write = zlib.writeSync.bind(zlib);
    zlib.writeSync = (data, inPieces) => {
      if (!zlib._handle) {
        return nothing;
      }
      const result = write(data, inPieces);
      count(data.length, result.totalLen ?? result.length);
      return result;
    };
  }
}
