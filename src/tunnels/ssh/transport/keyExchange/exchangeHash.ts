// The hash of a key exchange, which the server signs (RFC 4253 §8, RFC 4419 §3, RFC 5656 §4), from what ssh2 knows.
import { createHash } from 'node:crypto';
import { uint32, wireString } from '../../keys/wire';

/** What ssh2's key exchange has of both sides, until it ends. */
export interface ExchangeData {
  /** `groupex` is that of RFC 4419. */
  readonly type?: string;
  /** Node's name. */
  readonly hashName: string;
  readonly _identRaw: Buffer;
  readonly _remoteIdentRaw: Buffer;
  readonly _kexinit: Buffer;
  readonly _remoteKexinit: Buffer;
  /** The server's half of the secret. */
  readonly _dhData: Buffer;
  /** As it is hashed. */
  convertPublicKey(key: Buffer): Buffer;
  /** Of `groupex`: what was requested, in bits. */
  readonly _minBits?: number;
  readonly _prefBits?: number;
  readonly _maxBits?: number;
  /** Of `groupex`. */
  getDHParams?(): { readonly prime: Buffer; readonly generator: Buffer };
}

/**
 * @param hostKey as the server sent it
 * @param ours our half of the secret
 * @param secret as ssh2 hashes it: the content of the mpint, or of the string of a hybrid exchange
 */
export function exchangeHash(exchange: ExchangeData, hostKey: Buffer, ours: Buffer, secret: Buffer): Buffer {
  const { _minBits: min = 0, _prefBits: preferred = 0, _maxBits: max = 0 } = exchange;
  const params = exchange.type === 'groupex' ? exchange.getDHParams?.() : undefined;
  const parts = [
    wireString(exchange._identRaw),
    wireString(exchange._remoteIdentRaw),
    wireString(exchange._kexinit),
    wireString(exchange._remoteKexinit),
    wireString(hostKey),
    ...(params
      ? [...[min, preferred, max].map(uint32), wireString(params.prime), wireString(params.generator)]
      : []),
    wireString(ours),
    wireString(exchange.convertPublicKey(exchange._dhData)),
    wireString(secret),
  ];
  return createHash(exchange.hashName).update(Buffer.concat(parts)).digest();
}
