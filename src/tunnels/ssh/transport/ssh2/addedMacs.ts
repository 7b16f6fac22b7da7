// The MACs of OpenSSH that ssh2 lacks: UMAC, and HMACs of the encrypted packet (OpenSSH's PROTOCOL §1.1, §1.2).
import type { Client } from 'ssh2';
import { SUPPORTED_MAC } from 'ssh2/lib/protocol/constants.js';
import { MAC_INFO, bindingAvailable } from 'ssh2/lib/protocol/crypto.js';
import type { MacInfo } from 'ssh2/lib/protocol/crypto.js';
import { Umac } from '../umac/umac';

const hmacs: Readonly<Record<string, MacInfo>> = {
  'hmac-sha1-96-etm@openssh.com': { sslName: 'sha1', len: 20, actualLen: 12, isETM: true },
  'hmac-md5-etm@openssh.com': { sslName: 'md5', len: 16, actualLen: 16, isETM: true },
  'hmac-md5-96-etm@openssh.com': { sslName: 'md5', len: 16, actualLen: 12, isETM: true },
};

/** A hash that ssh2 can create, though nothing is made of it. */
const unusedHash = 'sha256';

/** In bytes, for Umac. By what ssh2 hands to a cipher. */
const tagSizes = new Map<string, 8 | 16>();

function umac(tagSize: 8 | 16, isETM: boolean): MacInfo {
  const sslName = `umac-${tagSize * 8}`;
  tagSizes.set(sslName, tagSize);
  return { sslName, len: 16, actualLen: tagSize, isETM };
}

const umacs: Readonly<Record<string, MacInfo>> = {
  'umac-128-etm@openssh.com': umac(16, true),
  'umac-64-etm@openssh.com': umac(8, true),
  'umac-128@openssh.com': umac(16, false),
  'umac-64@openssh.com': umac(8, false),
};

/** Whether it is one of UMAC, which needs AES and no hash. */
export function isUmac(name: string): boolean {
  return name in umacs;
}

/** Makes ssh2 accept and negotiate them. Once for the process: ssh2 has one table for all connections. */
function addMacs(): void {
  // ssh2's native binding, which isn't in the bundle, keeps the keys to itself.
  const added = bindingAvailable ? hmacs : { ...hmacs, ...umacs };
  Object.assign(MAC_INFO, added);
  SUPPORTED_MAC.push(...Object.keys(added));
}
addMacs();

/** ssh2's cipher with a MAC, for outgoing packets. */
interface MacCipher {
  readonly _macSSLName: string;
  readonly _macKey: Buffer;
  readonly _macETM: boolean;
  readonly _dead: boolean;
  readonly _cipherInstance: { update(data: Buffer): Buffer };
  readonly _onWrite: (data: Buffer) => void;
  outSeqno: number;
  encrypt: (packet: Buffer) => void;
}

/** The same for incoming packets. */
interface MacDecipher {
  _macSSLName: string;
  readonly _macKey: Buffer;
  /** ssh2 creates one for each packet, and passes it the packet's number before anything else. */
  _macInstance: object | null;
}

/** Call it before the first key exchange. The other direction: receiveWithUmac(). */
export function sendWithUmac(client: Client): void {
  const protocol = (client as unknown as { readonly _protocol?: { _cipher: object } })._protocol;
  if (!protocol) {
    return;
  }
  let current = protocol._cipher;
  Object.defineProperty(protocol, '_cipher', {
    get: () => current,
    // ssh2 sets a new one in each key exchange, and may send a packet with it at once.
    set(cipher: object) {
      current = cipher;
      replaceMac(cipher as MacCipher);
    },
  });
}

function replaceMac(cipher: MacCipher): void {
  const tagSize = tagSizes.get(cipher._macSSLName);
  if (tagSize === undefined) {
    return;
  }
  const mac = new Umac(cipher._macKey, tagSize);
  cipher.encrypt = (packet) => {
    if (cipher._dead) {
      return;
    }
    const nonce = nonceOf(cipher.outSeqno);
    if (cipher._macETM) {
      const length = packet.subarray(0, 4);
      const encrypted = cipher._cipherInstance.update(packet.subarray(4));
      cipher._onWrite(length);
      cipher._onWrite(encrypted);
      cipher._onWrite(mac.tag(Buffer.concat([length, encrypted]), nonce));
    } else {
      cipher._onWrite(cipher._cipherInstance.update(packet));
      cipher._onWrite(mac.tag(packet, nonce));
    }
    cipher.outSeqno = (cipher.outSeqno + 1) >>> 0;
  };
}

/** Makes a decipher that ssh2 has created for UMAC use it. Others stay unchanged. */
export function receiveWithUmac(decipher: object): void {
  const kind = decipher as MacDecipher;
  const tagSize = tagSizes.get(kind._macSSLName);
  if (tagSize === undefined) {
    return;
  }
  const mac = new Umac(kind._macKey, tagSize);
  kind._macSSLName = unusedHash;
  let current: ReceivedMessage | null = null;
  Object.defineProperty(kind, '_macInstance', {
    get: () => current,
    set: (hmac: object | null) => (current = hmac && new ReceivedMessage(mac)),
  });
}

/** Has what ssh2 uses of Node's Hmac. */
class ReceivedMessage {
  readonly #mac: Umac;
  readonly #pieces: Buffer[] = [];
  #nonce: Buffer | undefined;

  constructor(mac: Umac) {
    this.#mac = mac;
  }

  /** @param data at first the packet's number, which ssh2 overwrites later */
  update(data: Uint8Array): this {
    const bytes = Buffer.from(data.buffer, data.byteOffset, data.length);
    if (this.#nonce) {
      this.#pieces.push(bytes);
    } else {
      this.#nonce = nonceOf(bytes.readUInt32BE());
    }
    return this;
  }

  digest(): Buffer {
    return this.#mac.tag(Buffer.concat(this.#pieces), this.#nonce ?? nonceOf(0));
  }
}

/** The packet's number in 64 bits: mac_compute() in OpenSSH's mac.c. */
function nonceOf(packetNumber: number): Buffer {
  const nonce = Buffer.alloc(8);
  nonce.writeUInt32BE(packetNumber, 4);
  return nonce;
}
