// What ties a login to its SSH session: the server's signature of the key exchange, which agents verify before they use
// keys that are limited to some destinations, and whether the server accepts signatures that include its host key.
import type { Client } from 'ssh2';
import { WireReader } from '../keys/wire';
import { connectionFacts } from '../peer/interceptMessages';
import { message } from '../peer/messageNumbers';

/** OpenSSH PROTOCOL.agent §1. */
export interface SessionBinding {
  /** The key that the server has proved in the first key exchange. */
  readonly hostKey: Buffer;
  /** RFC 4253 §7.2. */
  readonly sessionId: Buffer;
  /** The server's signature of the session id. */
  readonly signature: Buffer;
}

/** What the server has sent about itself before the login. */
export class ServerProof {
  readonly #awaitsPrime: () => boolean;
  #hostKey: Buffer | undefined;
  #signature: Buffer | undefined;
  #isHostBound = false;

  /** @param client that has begun to connect */
  constructor(client: Client) {
    this.#awaitsPrime = connectionFacts(client).awaitsPrime;
  }

  /** Call it with each message of the server, before ssh2 handles it. */
  read(bytes: Buffer): void {
    const [type] = bytes;
    try {
      if (type === message.extInfo) {
        this.#isHostBound ||= announcesHostBound(bytes);
      } else if (type === message.gexReply || (type === message.kexReply && !this.#awaitsPrime())) {
        this.#readReply(bytes);
      }
    } catch {
      // Malformed. ssh2 ends the connection.
    }
  }

  /** Whether it has announced `publickey-hostbound@openssh.com` (OpenSSH PROTOCOL §3.1). */
  get isHostBound(): boolean {
    return this.#isHostBound;
  }

  /** For the session with this id; only after the first key exchange, in which ssh2 verifies the signature. */
  bindingTo(sessionId: Buffer): SessionBinding | undefined {
    const [hostKey, signature] = [this.#hostKey, this.#signature];
    return hostKey && signature && { hostKey, sessionId, signature };
  }

  /** RFC 4253 §8, RFC 4419 §3, RFC 5656 §4: all three have the same fields. Later exchanges are rekeys. */
  #readReply(bytes: Buffer): void {
    const reader = new WireReader(bytes);
    reader.byte();
    const hostKey = Buffer.from(reader.string());
    reader.string(); // the server's half of the secret
    const signature = Buffer.from(reader.string());
    this.#hostKey ??= hostKey;
    this.#signature ??= signature;
  }
}

/** RFC 8308 §2.3. */
function announcesHostBound(bytes: Buffer): boolean {
  const reader = new WireReader(bytes);
  reader.byte();
  for (let left = reader.uint32(); left > 0; left--) {
    const [name, value] = [reader.text(), reader.text()];
    if (name === 'publickey-hostbound@openssh.com') {
      // The version, as compared by kex_ext_info_check_ver() in OpenSSH's kex.c.
      return value === '0';
    }
  }
  return false;
}
