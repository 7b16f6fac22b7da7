// The parts of ssh2's key exchange that are not public: its end, its start by us, and what follows the first one.
import type { Client, NegotiatedAlgorithms } from 'ssh2';
import { wireString } from '../../keys/wire';
import { sendMessage } from './ssh2Internals';

interface Protocol {
  /** Starts a key exchange, unless one is running. */
  rekey(): void;
  /** Set during a key exchange. */
  readonly _kexinit?: Buffer;
  /** Sends the packets queued for the new keys, and then reports the end of the key exchange. */
  _onHandshakeComplete: (negotiated: NegotiatedAlgorithms) => void;
  /** Whether the server has listed ext-info-s (RFC 8308 §2.1). */
  readonly _kex: { readonly remoteExtInfoEnabled: boolean };
}

function protocolOf(client: Client): Protocol | undefined {
  return (client as unknown as { readonly _protocol?: Protocol })._protocol;
}

/** Calls back at the end of each key exchange, before the queued packets are sent. */
export function onNewKeys(client: Client, listener: (negotiated: NegotiatedAlgorithms) => void): void {
  const protocol = protocolOf(client);
  if (protocol) {
    const complete = protocol._onHandshakeComplete;
    protocol._onHandshakeComplete = (negotiated) => {
      listener(negotiated);
      complete(negotiated);
    };
  }
}

/**
 * Renews the keys (RFC 4253 §9). Must not be called while ssh2 writes a packet.
 * @returns false if a key exchange is already running, or the connection has ended
 */
export function startRekey(client: Client): boolean {
  const protocol = protocolOf(client);
  if (!protocol || protocol._kexinit !== undefined) {
    return false;
  }
  protocol.rekey();
  return true;
}

/**
 * SSH_MSG_EXT_INFO with `ext-info-in-auth@openssh.com` (OpenSSH's PROTOCOL §1.10): the server may send its signature
 * algorithms once more when it knows the user.
 */
const extensions = Buffer.concat([
  Buffer.of(7, 0, 0, 0, 1),
  ...['ext-info-in-auth@openssh.com', '0'].map(wireString),
]);

/** Announces our extensions, to a server that wants to know, right after the first key exchange (RFC 8308 §2.4). */
export function announceExtensions(client: Client): void {
  let isFirst = true;
  onNewKeys(client, () => {
    if (isFirst && protocolOf(client)?._kex.remoteExtInfoEnabled === true) {
      sendMessage(client, extensions);
    }
    isFirst = false;
  });
}
