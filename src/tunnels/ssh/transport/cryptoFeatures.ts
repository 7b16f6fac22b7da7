// Which of ssh2's algorithms, and of ours, the crypto of this process can do: each is tried once. OpenSSL in FIPS mode has no X25519,
// Electron's BoringSSL has no ChaCha20, and neither says so before it is used. (Diffie-Hellman groups are our own.)
import nodeCrypto from 'node:crypto';
import {
  SUPPORTED_CIPHER,
  SUPPORTED_KEX,
  SUPPORTED_MAC,
  SUPPORTED_SERVER_HOST_KEY,
} from 'ssh2/lib/protocol/constants.js';
import { hybridKexNames, isHybridKex } from './keyExchange/hybridKexNames';
import { CIPHER_INFO, MAC_INFO } from 'ssh2/lib/protocol/crypto.js';
import { isUmac } from './ssh2/addedMacs';
import { withCertificate } from '../keys/publicKey';

/** By the keywords of ssh_config(5). */
export interface CryptoFeatures {
  readonly kexAlgorithms: readonly string[];
  readonly hostKeyAlgorithms: readonly string[];
  readonly ciphers: readonly string[];
  readonly macs: readonly string[];
}

/** The functions of `node:crypto` that are tried. */
export type CryptoFunctions = Pick<
  typeof nodeCrypto,
  | 'createCipheriv'
  | 'createECDH'
  | 'createHash'
  | 'createHmac'
  | 'diffieHellman'
  | 'generateKeyPairSync'
  | 'getCipherInfo'
>;

export function probeFeatures(crypto: CryptoFunctions): CryptoFeatures {
  return {
    kexAlgorithms: [...hybridKexNames, ...SUPPORTED_KEX].filter((name) => works(() => tryKex(crypto, name))),
    hostKeyAlgorithms: probeHostKeys(crypto),
    ciphers: SUPPORTED_CIPHER.filter((name) => works(() => tryCipher(crypto, name))),
    macs: SUPPORTED_MAC.filter((name) => works(() => tryMac(crypto, name))),
  };
}

/** Those of ssh2, of security keys, and certificates of all of them: certifiedExchange.ts adds what ssh2 lacks. */
function probeHostKeys(crypto: CryptoFunctions): readonly string[] {
  const plain = SUPPORTED_SERVER_HOST_KEY.filter((name) => works(() => tryHostKey(crypto, name)));
  // What stands in for a security key is of Ed25519.
  const onSecurityKeys = !plain.includes('ssh-ed25519')
    ? []
    : ['ssh-ed25519', 'ecdsa-sha2-nistp256']
        .filter((name) => plain.includes(name))
        .map((name) => `sk-${name}@openssh.com`);
  return [...plain, ...onSecurityKeys].flatMap((name) => [name, withCertificate(name)]);
}

let ofThisProcess: CryptoFeatures | undefined;

export function cryptoFeatures(): CryptoFeatures {
  return (ofThisProcess ??= probeFeatures(nodeCrypto));
}

function works(attempt: () => void): boolean {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}

/** Node's names of the curves of RFC 5656 §10.1. */
const curves: Readonly<Record<string, string>> = {
  nistp256: 'prime256v1',
  nistp384: 'secp384r1',
  nistp521: 'secp521r1',
};

function tryKex(crypto: CryptoFunctions, name: string): void {
  if (name.startsWith('curve25519-') || isHybridKex(name)) {
    crypto.diffieHellman(crypto.generateKeyPairSync('x25519'));
  }
  if (!tryCurve(crypto, name)) {
    crypto.createHash(/sha\d+(?=@|$)/.exec(name)?.[0] ?? '');
  }
}

function tryHostKey(crypto: CryptoFunctions, name: string): void {
  // ssh2 itself tries Ed25519. `ssh-rsa` signs with SHA-1.
  if (name !== 'ssh-ed25519' && !tryCurve(crypto, name)) {
    crypto.createHash(`sha${/^rsa-sha2-(\d+)$/.exec(name)?.[1] ?? '1'}`);
  }
}

/** @returns false if the algorithm has no curve */
function tryCurve(crypto: CryptoFunctions, name: string): boolean {
  const curve = curves[/nistp\d+$/.exec(name)?.[0] ?? ''];
  if (curve !== undefined) {
    crypto.createECDH(curve).generateKeys();
  }
  return curve !== undefined;
}

/** @throws Error */
function tryCipher(crypto: CryptoFunctions, name: string): void {
  const cipher = CIPHER_INFO[name]?.sslName ?? '';
  const info = crypto.getCipherInfo(cipher);
  if (!info) {
    throw new Error(`no ${cipher}`);
  }
  crypto.createCipheriv(cipher, Buffer.alloc(info.keyLength), Buffer.alloc(info.ivLength ?? 0));
}

function tryMac(crypto: CryptoFunctions, name: string): void {
  if (isUmac(name)) {
    crypto.createCipheriv('aes-128-ecb', Buffer.alloc(16), null);
  } else {
    crypto.createHmac(MAC_INFO[name]?.sslName ?? '', 'key').digest();
  }
}
