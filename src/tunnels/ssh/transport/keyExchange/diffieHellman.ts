// Diffie-Hellman over the integers modulo a prime (RFC 4253 §8, RFC 4419). Not Node's: when it is given a group, OpenSSL
// tests an unknown prime for a second, and Electron's BoringSSL every prime, for 1 to 43 seconds, in which the daemon
// does nothing else. Like ssh, this tests no primes: those of the RFCs are known, and the server signs for its own.
import { randomBytes } from 'node:crypto';

export interface DhGroup {
  readonly prime: bigint;
  readonly generator: bigint;
}

/** In bits: dh_gen_key() of OpenSSH's dh.c. */
const leastExponent = 512;

/**
 * Bits of a secret exponent: twice those of the longest key that is derived (RFC 4419 §6.2, dh_gen_key() of OpenSSH's
 * dh.c).
 * @param longestKey bytes
 */
export function exponentBits(longestKey: number): number {
  return Math.max(leastExponent, 2 * 8 * longestKey);
}

/** OpenSSH's dh_pub_is_valid() in dh.c: a value with fewer bits set leads to a short list of secrets. */
const fewestBitsSet = 4;

/** One side's secret, for one key exchange. */
export class DiffieHellman {
  readonly #group: DhGroup;
  readonly #secret: Buffer;
  readonly #public: bigint;

  /**
   * @param bits of the secret exponent
   * @throws Error if the group is of no use, as dh_gen_key() of OpenSSH's dh.c
   */
  constructor(group: DhGroup, bits: number) {
    const { prime, generator } = group;
    this.#group = group;
    this.#secret = randomBytes(bits / 8);
    this.#public = modularPower(generator, this.#secret, prime);
    checkPublic(this.#public, prime);
  }

  /** Big-endian. */
  get publicKey(): Buffer {
    return bytesOf(this.#public);
  }

  /**
   * @param theirs the server's public value, an mpint without its length
   * @returns big-endian, without leading zeros
   * @throws Error if the value is not allowed (RFC 4253 §8)
   */
  computeSecret(theirs: Buffer): Buffer {
    const value = numberOf(theirs);
    checkPublic(value, this.#group.prime);
    return bytesOf(modularPower(value, this.#secret, this.#group.prime));
  }
}

/** OpenSSH's dh_pub_is_valid(). */
function checkPublic(value: bigint, prime: bigint): void {
  if (value <= 1n || value >= prime - 1n || bitsSetIn(value) < fewestBitsSet) {
    throw new Error('Diffie-Hellman: a public value that is not allowed');
  }
}

function bitsSetIn(value: bigint): number {
  return value.toString(2).replaceAll('0', '').length;
}

/**
 * By windows of four bits, with the same steps for every exponent of one length. With an exponent of 1024 bits, six
 * milliseconds of processor time for 2048 bits, 60 for 8192; half of that with 512.
 */
function modularPower(base: bigint, exponent: Buffer, modulus: bigint): bigint {
  const powers = [1n];
  const factor = base % modulus;
  for (let n = 1; n < 16; n++) {
    powers.push(((powers[n - 1] ?? 1n) * factor) % modulus);
  }
  let result = 1n;
  for (const byte of exponent) {
    for (const digit of [byte >> 4, byte & 15]) {
      for (let squared = 0; squared < 4; squared++) {
        result = (result * result) % modulus;
      }
      result = (result * (powers[digit] ?? 1n)) % modulus;
    }
  }
  return result;
}

/** Of RFC 2409 and RFC 3526: the bits, and the number that makes the formula below a safe prime. */
const knownGroups = {
  modp2: [1024, 129093n],
  modp14: [2048, 124476n],
  modp15: [3072, 1690314n],
  modp16: [4096, 240904n],
  modp17: [6144, 929484n],
  modp18: [8192, 4743158n],
} as const;

/** Node's names. `modp2` is group 1 of SSH (RFC 4253 §8.1), and the others have the numbers of SSH. */
export type GroupName = keyof typeof knownGroups;

export function isGroupName(name: string): name is GroupName {
  return Object.hasOwn(knownGroups, name);
}

/** The prime is 2^n - 2^(n-64) - 1 + 2^64 * { [2^(n-130) pi] + k } (RFC 2409 §6.2, RFC 3526). */
export function knownGroup(name: GroupName): DhGroup {
  const [bits, offset] = knownGroups[name];
  const n = BigInt(bits);
  const middle = piBits(n - 130n) + offset;
  return { prime: (1n << n) - (1n << (n - 64n)) - 1n + (middle << 64n), generator: 2n };
}

/** floor(2^bits * pi), by Machin's formula: pi = 16 arctan(1/5) - 4 arctan(1/239). */
function piBits(bits: bigint): bigint {
  const guard = 64n;
  const one = 1n << (bits + guard);
  return (16n * arctanOfInverse(5n, one) - 4n * arctanOfInverse(239n, one)) >> guard;
}

function arctanOfInverse(x: bigint, one: bigint): bigint {
  let power = one / x;
  let sum = power;
  for (let n = 3n; power !== 0n; n += 2n) {
    power /= -(x * x);
    sum += power / n;
  }
  return sum;
}

/**
 * As a server sends it, in two mpints without their lengths (RFC 4419 §3). Its size is checked before, by
 * protocolGuard.ts.
 * @throws Error for a negative number
 */
export function groupOfServer(prime: Buffer, generator: Buffer): DhGroup {
  return { prime: numberOf(prime), generator: numberOf(generator) };
}

/** Of an mpint (RFC 4251 §5). @throws Error for a negative one, like sshbuf_get_bignum2() of OpenSSH */
function numberOf(bytes: Buffer): bigint {
  if ((bytes[0] ?? 0) >= 0x80) {
    throw new Error('Diffie-Hellman: a negative number');
  }
  return BigInt(`0x0${bytes.toString('hex')}`);
}

export function bytesOf(value: bigint): Buffer {
  const digits = value.toString(16);
  return Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex');
}
