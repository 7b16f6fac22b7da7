// One side of a hybrid key exchange: X25519 and a method that no quantum computer is known to break, so that the keys are
// secret as long as one of the two is (RFC 9941, draft-ietf-sshm-mlkem-hybrid-kex).
import nodeCrypto from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { HybridKexName } from './hybridKexNames';
import { generateMlKemKeyPair, mlKemBytes } from './mlKem';
import type { KemKeyPair } from './mlKem';
import * as sntrup761 from './sntrup761/sntrup761';

interface Method {
  readonly hash: 'sha256' | 'sha512';
  readonly ciphertextBytes: number;
  readonly generate: () => KemKeyPair;
}

const mlKem: Method = {
  hash: 'sha256',
  ciphertextBytes: mlKemBytes.ciphertext,
  generate: () => generateMlKemKeyPair(nodeCrypto),
};

const sntrup: Method = {
  hash: 'sha512',
  ciphertextBytes: sntrup761.ciphertextBytes,
  generate: () => {
    const { publicKey, secretKey } = sntrup761.generateKeyPair();
    return {
      publicKey,
      decapsulate(ciphertext) {
        const secret = sntrup761.decapsulate(ciphertext, secretKey);
        secretKey.fill(0);
        return secret;
      },
    };
  },
};

const methods: Readonly<Record<HybridKexName, Method>> = {
  'mlkem768x25519-sha256': mlKem,
  'sntrup761x25519-sha512': sntrup,
  'sntrup761x25519-sha512@openssh.com': sntrup,
};

/** RFC 7748 §5. */
const x25519Bytes = 32;
/** Of a SubjectPublicKeyInfo with an X25519 key, which follows (RFC 8410 §4). */
const x25519Header = Buffer.from('302a300506032b656e032100', 'hex');

/** Both key pairs, for one exchange. */
export interface HybridKeys {
  readonly kem: KemKeyPair;
  readonly x25519: { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
}

/** Of the client, who starts. */
export class HybridKex {
  readonly #method: Method;
  readonly #keys: HybridKeys;
  /** C_INIT: both public keys. */
  readonly init: Buffer;

  /**
   * @param keys new ones by default
   * @throws Error if the crypto of this process lacks X25519
   */
  constructor(name: HybridKexName, keys?: HybridKeys) {
    this.#method = methods[name];
    this.#keys = keys ?? {
      kem: this.#method.generate(),
      x25519: nodeCrypto.generateKeyPairSync('x25519'),
    };
    const x25519 = this.#keys.x25519.publicKey.export({ type: 'spki', format: 'der' }).subarray(-x25519Bytes);
    this.init = Buffer.concat([this.#keys.kem.publicKey, x25519]);
  }

  /** Of the exchange, and of the keys that are derived. */
  get hash(): 'sha256' | 'sha512' {
    return this.#method.hash;
  }

  /**
   * @param reply S_REPLY: the ciphertext and the server's X25519 key
   * @throws Error if its length is not that of the method
   */
  checkReply(reply: Buffer): void {
    const expected = this.#method.ciphertextBytes + x25519Bytes;
    if (reply.length !== expected) {
      throw new Error(`Key exchange: ${reply.length} instead of ${expected} bytes`);
    }
  }

  /**
   * @returns K, which enters hashes as a string, not as an mpint (draft-ietf-sshm-mlkem-hybrid-kex §2.4, RFC 9941 §3)
   * @throws Error if the reply has a wrong length, or its X25519 key leads to zero (RFC 7748 §6.1, RFC 8731 §3)
   */
  computeSecret(reply: Buffer): Buffer {
    this.checkReply(reply);
    const { ciphertextBytes, hash } = this.#method;
    const classical = this.#x25519Secret(reply.subarray(ciphertextBytes));
    const postQuantum = this.#keys.kem.decapsulate(reply.subarray(0, ciphertextBytes));
    const secret = nodeCrypto.createHash(hash).update(postQuantum).update(classical).digest();
    postQuantum.fill(0);
    classical.fill(0);
    return secret;
  }

  #x25519Secret(theirs: Buffer): Buffer {
    const publicKey = nodeCrypto.createPublicKey({
      key: Buffer.concat([x25519Header, theirs]),
      format: 'der',
      type: 'spki',
    });
    let secret: Buffer;
    try {
      secret = nodeCrypto.diffieHellman({ privateKey: this.#keys.x25519.privateKey, publicKey });
    } catch {
      // What OpenSSL does where the result is zero.
      secret = Buffer.alloc(x25519Bytes);
    }
    if (secret.every((byte) => byte === 0)) {
      throw new Error('Key exchange: an X25519 key that is not allowed');
    }
    return secret;
  }
}
