// Teaches ssh2 the host keys that it doesn't know, with certificates (OpenSSH's PROTOCOL.certkeys) and of security keys
// (PROTOCOL.u2f): in the lists of a key exchange, in its reply and in its signature. Relies on parts of ssh2 that are not
// public.
import type { Client } from 'ssh2';
import { generateKeyPairSync, sign } from 'node:crypto';
import {
  isCertificate,
  isOnSecurityKey,
  keyType,
  withCertificate,
  withoutCertificate,
} from '../../keys/publicKey';
import { isSignatureValid, signatureAlgorithm } from '../../keys/verifySignature';
import { WireReader, wireString } from '../../keys/wire';
import { exchangeHash } from './exchangeHash';
import type { ExchangeData } from './exchangeHash';
import { onNewKeys } from './keyExchange';
import { replaceOffer } from './keyExchangeOffer';
import type { OfferingProtocol } from './keyExchangeOffer';

interface KeyExchange extends ExchangeData {
  readonly negotiated: { serverHostKey: string };
  _sig: Buffer | undefined;
  /** The server's host key: hashed with the other data of the exchange, and then used to verify the signature. */
  _hostKey: Buffer | undefined;
  /** Handles a message of the key exchange. */
  parse: (message: Buffer) => unknown;
  /** Called right before the host key is hashed. */
  computeSecret: (theirs: Buffer) => Buffer | Error;
  /** Called right after that, and earlier for our own message. */
  getPublicKey: () => Buffer;
}

interface Protocol extends OfferingProtocol {
  readonly _kex: KeyExchange | undefined;
  _hostVerifier: (key: Buffer, verify: (permitted: boolean) => void) => unknown;
}

function protocolOf(client: Client): Protocol | undefined {
  return (client as unknown as { readonly _protocol?: Protocol })._protocol;
}

/** SSH_MSG_KEXDH_REPLY and its like, and that of RFC 4419, in which the other number has another meaning. */
const replies = { usual: 31, groupExchange: 33 };

/**
 * Makes a client offer these algorithms, and accept a certificate as a host key: the server's signature is verified with
 * the key in it. ssh2's `hostVerifier` gets the whole certificate.
 */
export class CertifiedExchange {
  readonly #protocol: Protocol | undefined;
  readonly #plainKeyOf: (certificate: Buffer) => Buffer;
  /** What the server sent in the current exchange, if ssh2 doesn't know it. */
  #current: { readonly sent: Buffer; readonly algorithm: string } | undefined;

  /**
   * @param client that has begun to connect, and has received nothing yet
   * @param algorithms the host key algorithms to offer
   * @param plainKeyOf called with a certificate that the server has sent as its host key. Returns its plain key, or
   *   throws what ends the connection
   */
  constructor(client: Client, algorithms: readonly string[], plainKeyOf: (certificate: Buffer) => Buffer) {
    this.#protocol = protocolOf(client);
    this.#plainKeyOf = plainKeyOf;
    if (!this.#protocol) {
      return;
    }
    replaceOffer(this.#protocol, { serverHostKey: algorithms });
    const verify = this.#protocol._hostVerifier;
    this.#protocol._hostVerifier = (key, answer) => verify(this.#current?.sent ?? key, answer);
    onNewKeys(client, (negotiated) => {
      if (this.#current) {
        (negotiated as { serverHostKey: string }).serverHostKey = this.#current.algorithm;
      }
      this.#current = undefined;
    });
  }

  /** The host key algorithm of the current key exchange. */
  get algorithm(): string {
    return this.#current?.algorithm ?? this.#protocol?._kex?.negotiated.serverHostKey ?? '';
  }

  /** Call it with each message of the server, before ssh2 handles it. @throws what `plainKeyOf` throws */
  onMessage(message: Buffer): void {
    const exchange = this.#protocol?._kex;
    if (!exchange || message[0] !== (exchange.type === 'groupex' ? replies.groupExchange : replies.usual)) {
      return;
    }
    const algorithm = exchange.negotiated.serverHostKey;
    const plain = withoutCertificate(algorithm);
    const parts = algorithm !== plain || isOnSecurityKey(plain) ? hostKeyOf(message) : undefined;
    if (!parts || keyType(parts.hostKey) !== typeOfAlgorithm(algorithm)) {
      // ssh2 knows the key, or ends the connection.
      return;
    }
    const sent = Buffer.from(parts.hostKey);
    const key = algorithm === plain ? sent : this.#plainKeyOf(sent);
    this.#current = { sent, algorithm };
    usePlainKey(exchange, sent, key, plain, parts.rest);
  }
}

/** The type of a certificate with which an algorithm signs: RSA has several (RFC 8332). */
function typeOfAlgorithm(algorithm: string): string {
  return algorithm.startsWith('rsa-sha2-') && isCertificate(algorithm)
    ? withCertificate('ssh-rsa')
    : algorithm;
}

/** The first field of a reply: RFC 4253 §8, RFC 4419 §3 and RFC 5656 §4 all begin with it. */
function hostKeyOf(message: Buffer): { readonly hostKey: Buffer; readonly rest: Buffer } | undefined {
  try {
    const reader = new WireReader(message);
    reader.byte();
    const hostKey = reader.string();
    return { hostKey, rest: message.subarray(reader.position) };
  } catch {
    return undefined;
  }
}

/**
 * Shows ssh2 the plain key and its algorithm, but what the server has sent where the host key is hashed (RFC 4253 §8). The
 * signature of a security key is verified here: then ssh2 gets another key and its signature.
 */
function usePlainKey(exchange: KeyExchange, sent: Buffer, key: Buffer, plain: string, rest: Buffer): void {
  const parse = exchange.parse.bind(exchange);
  const isVerifiedHere = isOnSecurityKey(plain);
  const shown = isVerifiedHere ? standIn().key : { type: plain, blob: key };
  exchange.parse = (message) => {
    exchange.parse = parse;
    exchange.negotiated.serverHostKey = shown.type;
    return parse(Buffer.concat([message.subarray(0, 1), wireString(shown.blob), rest]));
  };
  let secret: Buffer | Error = Buffer.alloc(0);
  const computeSecret = exchange.computeSecret.bind(exchange);
  exchange.computeSecret = (theirs) => {
    secret = computeSecret(theirs);
    exchange._hostKey = sent;
    return secret;
  };
  const getPublicKey = exchange.getPublicKey.bind(exchange);
  exchange.getPublicKey = () => {
    const ours = getPublicKey();
    if (isVerifiedHere && secret instanceof Buffer) {
      const hash = exchangeHash(exchange, sent, ours, secret);
      const signature = exchange._sig ?? Buffer.alloc(0);
      const isRight = signatureAlgorithm(signature) === plain && isSignatureValid(key, hash, signature);
      exchange._sig = standIn().sign(isRight ? hash : Buffer.alloc(0));
    }
    exchange._hostKey = shown.blob;
    return ours;
  };
}

interface StandIn {
  readonly key: { readonly type: string; readonly blob: Buffer };
  sign(hash: Buffer): Buffer;
}

let ofThisProcess: StandIn | undefined;

/** A key that ssh2 can verify signatures of. It never leaves this process. */
function standIn(): StandIn {
  if (!ofThisProcess) {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const type = 'ssh-ed25519';
    const point = Buffer.from(String(publicKey.export({ format: 'jwk' }).x), 'base64url');
    ofThisProcess = {
      key: { type, blob: Buffer.concat([wireString(type), wireString(point)]) },
      sign: (hash) => Buffer.concat([wireString(type), wireString(sign(undefined, hash, privateKey))]),
    };
  }
  return ofThisProcess;
}
