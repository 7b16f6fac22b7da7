// Counts how much compression saves (-C; RFC 4253 §6.2, zlib@openssh.com): the bytes into and out of the compressors of
// a connection. Data for a closed compressor is dropped, as on a connection without compression.
import type { Client } from 'ssh2';
import type { CompressionCounts } from '../../../model/snapshot';
import { zlibsOf } from './ssh2Internals';
import type { Zlib } from './ssh2Internals';

/** An empty result in the form that ssh2 expects from a compressor. */
const emptyResult = Object.assign(Buffer.alloc(0), { totalLen: 0 });

export class CompressionMeter {
  readonly #sent = { plain: 0, wire: 0 };
  readonly #received = { plain: 0, wire: 0 };
  readonly #metered = new WeakSet<Zlib>();

  /** undefined: nothing has been compressed yet. */
  get counts(): CompressionCounts | undefined {
    return this.#sent.plain + this.#received.plain === 0
      ? undefined
      : { sent: { ...this.#sent }, received: { ...this.#received } };
  }

  /** Call it whenever ssh2 may have created new compressors: after the login and after every key exchange. */
  adopt(client: Client): void {
    const { deflate, inflate } = zlibsOf(client);
    this.#meter(deflate, (input, output) => {
      this.#sent.plain += input;
      this.#sent.wire += output;
    });
    this.#meter(inflate, (input, output) => {
      this.#received.wire += input;
      this.#received.plain += output;
    });
  }

  #meter(zlib: Zlib | undefined, count: (input: number, output: number) => void): void {
    if (!zlib || this.#metered.has(zlib)) {
      return;
    }
    this.#metered.add(zlib);
    const write = zlib.writeSync.bind(zlib);
    zlib.writeSync = (data, inPieces) => {
      if (!zlib._handle) {
        return emptyResult;
      }
      const result = write(data, inPieces);
      count(data.length, result.totalLen ?? result.length);
      return result;
    };
  }
}
