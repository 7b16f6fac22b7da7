// Starts an ssh2 client that also has what ssh2 lacks: algorithms, host certificates, large windows, batched writes.
import type { Client, ConnectConfig } from 'ssh2';
import type { Duplex } from 'node:stream';
import { sendWithUmac } from './addedMacs';
import { BatchedWrites } from './batchedWrites';
import { CertifiedExchange } from '../keyExchange/certifiedExchange';
import { connectClient } from '../keyExchange/hybridKeyExchange';
import { useOwnDiffieHellman } from '../keyExchange/keyExchange';
import { offeredWindow } from './receiveWindow';
import { beforeWrite, offerWindow } from './ssh2Internals';

interface ClientParts {
  readonly config: ConnectConfig;
  readonly transport: Duplex;
  /** To offer, also those that ssh2 doesn't know. */
  readonly hostKeyAlgorithms: readonly string[];
  /** Called with a certificate that the server has sent as its host key. Returns its plain key, or throws. */
  readonly plainKeyOf: (certificate: Buffer) => Buffer;
}

export interface StartedClient {
  /** What ssh2 has to see instead of a message SSH_MSG_KEXINIT of the server. */
  readonly kexInitForSsh2: (message: Buffer) => Buffer;
  /** Must see each message of the server. */
  readonly certified: CertifiedExchange;
}

/** @throws Error as Client.connect() */
export function startClient(client: Client, parts: ClientParts): StartedClient {
  const kexInitForSsh2 = connectClient(client, parts.config);
  beforeWrite(client, new BatchedWrites(parts.transport).hold);
  offerWindow(client, offeredWindow);
  useOwnDiffieHellman(client);
  sendWithUmac(client);
  return {
    kexInitForSsh2,
    certified: new CertifiedExchange(client, parts.hostKeyAlgorithms, parts.plainKeyOf),
  };
}
