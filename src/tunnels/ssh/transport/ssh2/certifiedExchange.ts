// Teaches ssh2 host keys with certificates (OpenSSH's PROTOCOL.certkeys), which it doesn't know: in the lists of a key
// exchange, in its reply and in its signature. Relies on parts of ssh2 that are not public.
import type { Algorithms, Client } from 'ssh2';
import { isCertificate, keyType, withCertificate, withoutCertificate } from '../../keys/publicKey';
import { WireReader, wireString } from '../../keys/wire';
import { onNewKeys } from './keyExchange';

type HostKeyAlgorithms = NonNullable<Algorithms['serverHostKey']>;

/** One list of SSH_MSG_KEXINIT (RFC 4253 §7.1). */
interface List {
  readonly array: readonly string[];
}

interface Directions {
  readonly cipher: List;
  readonly mac: List;
  readonly compress: List;
  readonly lang: List;
}

interface Lists {
  readonly kex: List;
  readonly serverHostKey: List;
  readonly cs: Directions;
  readonly sc: Directions;
}

/** ssh2's KexInit: the lists, and their bytes, which its constructor makes. */
interface Offer {
  readonly lists: Lists;
  readonly constructor: new (lists: object) => Offer;
}

interface KeyExchange {
  readonly negotiated: { serverHostKey: string };
  readonly type?: string;
  readonly _step: number;
  /** The server's host key: hashed with the other data of the exchange, and then used to verify the signature. */
  _hostKey: Buffer | undefined;
  /** Handles a message of the key exchange. */
  parse: (message: Buffer) => unknown;
  /** Called right before the host key is hashed. */
  computeSecret: (theirs: Buffer) => unknown;
  /** Called right after that, and earlier for our own message. */
  getPublicKey: () => Buffer;
}

interface Protocol {
  _offer: Offer;
  readonly _kex: KeyExchange | undefined;
  _hostVerifier: (key: Buffer, verify: (permitted: boolean) => void) => unknown;
}

function protocolOf(client: Client): Protocol | undefined {
  return (client as unknown as { readonly _protocol?: Protocol })._protocol;
}

/** The list that ssh2 accepts: the plain algorithms of one with certificates. */
export function plainAlgorithms(algorithms: readonly string[]): HostKeyAlgorithms {
  return [...new Set(algorithms.map(withoutCertificate))] as unknown as HostKeyAlgorithms;
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
  /** The certificate and its algorithm, if the server sent one in the current exchange. */
  #current: { readonly certificate: Buffer; readonly algorithm: string } | undefined;

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
    offer(this.#protocol, algorithms);
    const verify = this.#protocol._hostVerifier;
    this.#protocol._hostVerifier = (key, answer) => verify(this.#current?.certificate ?? key, answer);
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
    const parts = isCertificate(algorithm) ? hostKeyOf(message) : undefined;
    if (!parts || keyType(parts.hostKey) !== typeOfAlgorithm(algorithm)) {
      // ssh2 ends the connection.
      return;
    }
    const certificate = Buffer.from(parts.hostKey);
    const key = this.#plainKeyOf(certificate);
    this.#current = { certificate, algorithm };
    usePlainKey(exchange, certificate, key, algorithm, parts.rest);
  }
}

/** ssh2 itself would refuse names that it doesn't know. */
function offer(protocol: Protocol, algorithms: readonly string[]): void {
  const { lists, constructor: KexInit } = protocol._offer;
  const arrays = ({ cipher, mac, compress, lang }: Directions): object => ({
    cipher: cipher.array,
    mac: mac.array,
    compress: compress.array,
    lang: lang.array,
  });
  protocol._offer = new KexInit({
    kex: lists.kex.array,
    serverHostKey: [...algorithms],
    cs: arrays(lists.cs),
    sc: arrays(lists.sc),
  });
}

/** The type of a certificate with which an algorithm signs: RSA has several (RFC 8332). */
function typeOfAlgorithm(algorithm: string): string {
  return algorithm.startsWith('rsa-sha2-') ? withCertificate('ssh-rsa') : algorithm;
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

/** Shows ssh2 the plain key and its algorithm, but the certificate where the host key is hashed (RFC 4253 §8). */
function usePlainKey(
  exchange: KeyExchange,
  certificate: Buffer,
  key: Buffer,
  algorithm: string,
  rest: Buffer,
): void {
  const parse = exchange.parse.bind(exchange);
  exchange.parse = (message) => {
    exchange.parse = parse;
    exchange.negotiated.serverHostKey = withoutCertificate(algorithm);
    return parse(Buffer.concat([message.subarray(0, 1), wireString(key), rest]));
  };
  const computeSecret = exchange.computeSecret.bind(exchange);
  exchange.computeSecret = (theirs) => {
    const secret = computeSecret(theirs);
    exchange._hostKey = certificate;
    return secret;
  };
  const getPublicKey = exchange.getPublicKey.bind(exchange);
  exchange.getPublicKey = () => {
    exchange._hostKey = key;
    return getPublicKey();
  };
}
