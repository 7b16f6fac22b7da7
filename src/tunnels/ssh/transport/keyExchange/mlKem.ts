// ML-KEM-768 (FIPS 203) for a client: by Node where its OpenSSL has it, otherwise by @noble/post-quantum.
import { randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { ml_kem768 as noble } from '@noble/post-quantum/ml-kem.js';

/** Of a key encapsulation mechanism, for one exchange. */
export interface KemKeyPair {
  readonly publicKey: Buffer;
  /**
   * To be called once: it forgets the key, if it can. A wrong ciphertext leads to a secret that nobody knows.
   * @throws Error if the ciphertext has a wrong length
   */
  readonly decapsulate: (ciphertext: Buffer) => Buffer;
}

/** Since Node 24.7, if its OpenSSL is 3.5. */
interface NodeMlKem {
  generateKeyPairSync(type: 'ml-kem-768'): { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
  decapsulate(key: KeyObject, ciphertext: Buffer): Buffer;
}

/** FIPS 203, table 3. */
export const mlKemBytes = { publicKey: 1184, ciphertext: 1088 } as const;

/** @param node `node:crypto`, of any version */
export function generateMlKemKeyPair(node: object): KemKeyPair {
  return byNode(node) ?? byNoble();
}

function byNode(node: object): KemKeyPair | undefined {
  if (!('decapsulate' in node && 'generateKeyPairSync' in node)) {
    return undefined;
  }
  const crypto = node as NodeMlKem;
  try {
    const { publicKey, privateKey } = crypto.generateKeyPairSync('ml-kem-768');
    return {
      // SubjectPublicKeyInfo ends with the key itself.
      publicKey: publicKey.export({ type: 'spki', format: 'der' }).subarray(-mlKemBytes.publicKey),
      decapsulate: (ciphertext) => crypto.decapsulate(privateKey, ciphertext),
    };
  } catch {
    // A library without ML-KEM, such as Electron's.
    return undefined;
  }
}

function byNoble(): KemKeyPair {
  const seed = randomBytes(noble.lengths.seed ?? 64);
  const { publicKey, secretKey } = noble.keygen(seed);
  seed.fill(0);
  return {
    publicKey: Buffer.from(publicKey),
    decapsulate(ciphertext) {
      const secret = Buffer.from(noble.decapsulate(ciphertext, secretKey));
      secretKey.fill(0);
      return secret;
    },
  };
}
