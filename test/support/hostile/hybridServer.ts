// A fake server with a hybrid key exchange, to send what OpenSSH never does. It uses nothing of the product, so that it is
// also a second opinion about hashes and keys: it decrypts what the client sends with the new keys.
import crypto from 'node:crypto';
import type { Socket } from 'node:net';
import { byte, packed, plainPacket, string, uint32 } from './fields';

export interface HybridServerOptions {
  readonly method: string;
  readonly hash: 'sha256' | 'sha512';
  /** What the client's key leads to. */
  readonly encapsulate: (publicKey: Buffer) => { readonly ciphertext: Buffer; readonly secret: Buffer };
  readonly publicKeyBytes: number;
  /** Changes its part of the exchange. */
  readonly spoil?: (reply: Buffer) => Buffer;
  /** It sends a message for this method, which it prefers, before it knows what the client prefers (RFC 4253 §7). */
  readonly guess?: string;
  /** Called with the first message that the client has encrypted. */
  readonly onMessage?: (message: Buffer) => void;
}

const identification = 'SSH-2.0-hybrid';
const numbers = { kexInit: 20, newKeys: 21, kexEcdhInit: 30, kexEcdhReply: 31 };
const macBytes = 32;

/** Handles one connection. */
export function serveHybrid(socket: Socket, options: HybridServerOptions): void {
  const { method, guess } = options;
  const lists = [
    [guess, method].filter((name) => name !== undefined).join(','),
    'ssh-ed25519',
    ...['aes128-ctr', 'aes128-ctr', 'hmac-sha2-256', 'hmac-sha2-256', 'none', 'none', '', ''],
  ];
  const kexInit = packed(
    numbers.kexInit,
    crypto.randomBytes(16),
    ...lists.map((list) => string(list)),
    byte(guess === undefined ? 0 : 1),
    uint32(0),
  );
  socket.write(`${identification}\r\n`);
  socket.write(plainPacket(kexInit));
  if (guess !== undefined) {
    socket.write(plainPacket(packed(numbers.kexEcdhReply, string('for nothing'))));
  }
  let received = Buffer.alloc(0);
  let theirs: string | undefined;
  let theirKexInit = Buffer.alloc(0);
  let keys: ClientKeys | undefined;
  let hasNewKeys = false;
  socket.on('error', () => undefined);
  socket.on('data', (data) => {
    received = Buffer.concat([received, data]);
    if (theirs === undefined) {
      const end = received.indexOf('\r\n');
      if (end < 0) {
        return;
      }
      theirs = received.toString('latin1', 0, end);
      received = received.subarray(end + 2);
    }
    while (!hasNewKeys && received.length >= 4 && received.length >= 4 + received.readUInt32BE()) {
      const length = received.readUInt32BE();
      const message = Buffer.from(received.subarray(5, 4 + length - (received[4] ?? 0)));
      received = received.subarray(4 + length);
      if (message[0] === numbers.kexInit) {
        theirKexInit = message;
      } else if (message[0] === numbers.kexEcdhInit) {
        const init = message.subarray(5);
        keys = answer(socket, init, [theirs, identification, theirKexInit, kexInit], options);
      } else if (message[0] === numbers.newKeys) {
        hasNewKeys = true;
      }
    }
    if (hasNewKeys && keys && received.length >= 16) {
      // The fourth packet of the client.
      const message = decryptPacket(received, keys, 3);
      if (message) {
        options.onMessage?.(message);
      }
    }
  });
}

interface ClientKeys {
  readonly iv: Buffer;
  readonly cipher: Buffer;
  readonly mac: Buffer;
}

/** @param known V_C, V_S, I_C and I_S of RFC 4253 §8 */
function answer(
  socket: Socket,
  init: Buffer,
  known: readonly (string | Buffer)[],
  { hash, encapsulate, publicKeyBytes, spoil = (reply) => reply }: HybridServerOptions,
): ClientKeys {
  const { ciphertext, secret } = encapsulate(init.subarray(0, publicKeyBytes));
  const x25519 = crypto.generateKeyPairSync('x25519');
  const theirs = crypto.createPublicKey({
    key: { kty: 'OKP', crv: 'X25519', x: init.subarray(publicKeyBytes).toString('base64url') },
    format: 'jwk',
  });
  const classical = crypto.diffieHellman({ privateKey: x25519.privateKey, publicKey: theirs });
  const k = string(digest(hash, secret, classical));
  const reply = spoil(Buffer.concat([ciphertext, rawKey(x25519.publicKey)]));
  const host = crypto.generateKeyPairSync('ed25519');
  const hostKey = Buffer.concat([string('ssh-ed25519'), string(rawKey(host.publicKey))]);
  const h = digest(hash, ...[...known, hostKey, init, reply].map((field) => string(field)), k);
  const signature = Buffer.concat([string('ssh-ed25519'), string(crypto.sign(null, h, host.privateKey))]);
  socket.write(plainPacket(packed(numbers.kexEcdhReply, string(hostKey), string(reply), string(signature))));
  socket.write(plainPacket(packed(numbers.newKeys)));
  // RFC 4253 §7.2. None is longer than a hash.
  const key = (letter: string): Buffer => digest(hash, k, h, Buffer.from(letter), h);
  return {
    iv: key('A').subarray(0, 16),
    cipher: key('C').subarray(0, 16),
    mac: key('E').subarray(0, macBytes),
  };
}

/** @returns undefined if the packet is not complete. @throws Error if its MAC is wrong */
function decryptPacket(data: Buffer, { iv, cipher, mac }: ClientKeys, sequence: number): Buffer | undefined {
  const plain = crypto.createDecipheriv('aes-128-ctr', cipher, iv).update(data);
  const length = 4 + plain.readUInt32BE();
  if (length > 1000 || data.length < length + macBytes) {
    return undefined;
  }
  const packet = plain.subarray(0, length);
  const expected = crypto.createHmac('sha256', mac).update(uint32(sequence)).update(packet).digest();
  if (!expected.equals(data.subarray(length, length + macBytes))) {
    throw new Error('the MAC of the first encrypted packet is wrong');
  }
  return packet.subarray(5, length - (packet[4] ?? 0));
}

function digest(hash: string, ...parts: readonly Buffer[]): Buffer {
  return crypto.createHash(hash).update(Buffer.concat(parts)).digest();
}

function rawKey(key: crypto.KeyObject): Buffer {
  return Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url');
}
