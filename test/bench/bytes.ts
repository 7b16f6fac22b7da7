// The bytes of a transfer: random enough not to compress, no two pieces alike, and the same for everyone who
// generates them from their number.
import { createHash } from 'node:crypto';

const pieceSize = 256 * 1024;

const base = Buffer.alloc(pieceSize);
for (let at = 0; at < pieceSize; at += 32) {
  createHash('sha256').update(String(at)).digest().copy(base, at);
}

/**
 * @param distinct false: the same bytes for every piece, which costs nothing
 */
export function* pieces(total: number, distinct: boolean): Generator<Buffer> {
  for (let at = 0; at < total; at += pieceSize) {
    const piece = distinct ? Buffer.from(base) : base;
    if (distinct) {
      piece.writeDoubleBE(at);
    }
    yield total - at < pieceSize ? piece.subarray(0, total - at) : piece;
  }
}

/** The digest of all pieces together. */
export function digestOf(total: number): string {
  const hash = createHash('sha256');
  for (const piece of pieces(total, true)) {
    hash.update(piece);
  }
  return hash.digest('hex');
}
