// A fake: an SSH agent with one security key (OpenSSH PROTOCOL.u2f), made of software. It signs as
// a real one would, but without a touch.
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { mpint, uint32, WireReader, wireString } from '../../src/tunnels/ssh/keys/wire';

export interface FakeSecurityKey extends AsyncDisposable {
  readonly socket: string;
  /** Its public key as a line of authorized_keys. */
  readonly line: string;
  /** How often it was asked to sign. */
  readonly requests: () => number;
}

const application = 'ssh:';

/** @param isTouched whether the user touches it when it is to sign */
export async function fakeSecurityKey(
  socket: string,
  kind: 'ed25519' | 'ecdsa',
  isTouched = true,
): Promise<FakeSecurityKey> {
  const key = kind === 'ed25519' ? ed25519() : ecdsa();
  const blob = Buffer.concat([...[key.type, ...key.fields, application].map(wireString)]);
  let requests = 0;
  const agent = await fakeAgent(socket, blob, (data) => {
    requests++;
    return isTouched ? signed(key, data) : undefined;
  });
  return {
    socket,
    line: `${key.type} ${blob.toString('base64')}`,
    requests: () => requests,
    [Symbol.asyncDispose]: () => agent[Symbol.asyncDispose](),
  };
}

/**
 * An agent that claims to have a key, and signs as it likes.
 * @param answer returns a signature. undefined: the agent refuses
 */
export async function fakeAgent(
  socket: string,
  blob: Buffer,
  answer: (data: Buffer) => Buffer | undefined,
): Promise<AsyncDisposable> {
  const respond = (request: Buffer): Buffer => {
    const reader = new WireReader(request);
    switch (reader.byte()) {
      case 11:
        return Buffer.concat([Buffer.of(12), uint32(1), wireString(blob), wireString('a security key')]);
      case 13: {
        reader.string();
        const signature = answer(reader.string());
        return signature ? Buffer.concat([Buffer.of(14), wireString(signature)]) : Buffer.of(5);
      }
      default:
        return Buffer.of(5);
    }
  };
  const server = createServer((connection) => {
    let received = Buffer.alloc(0);
    connection.on('error', () => undefined);
    connection.on('data', (data: Buffer) => {
      received = Buffer.concat([received, data]);
      if (received.length >= 4 && received.length >= 4 + received.readUInt32BE(0)) {
        connection.write(wireString(respond(received.subarray(4))));
        received = Buffer.alloc(0);
      }
    });
  });
  server.listen(socket);
  await once(server, 'listening');
  return {
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, 'close');
    },
  };
}

interface SoftKey {
  readonly type: string;
  readonly fields: readonly (string | Buffer)[];
  sign(data: Buffer): Buffer;
}

/** What is signed: the hash of the application, the flags, a counter and the hash of the message. */
function signed(key: SoftKey, message: Buffer): Buffer {
  const sha256 = (data: Buffer | string): Buffer => createHash('sha256').update(data).digest();
  const flagsAndCounter = Buffer.concat([Buffer.of(0), uint32(1)]);
  const data = Buffer.concat([sha256(application), flagsAndCounter, sha256(message)]);
  return Buffer.concat([wireString(key.type), wireString(key.sign(data)), flagsAndCounter]);
}

function ed25519(): SoftKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const { x = '' } = publicKey.export({ format: 'jwk' });
  return {
    type: 'sk-ssh-ed25519@openssh.com',
    fields: [Buffer.from(x, 'base64url')],
    sign: (data) => sign(null, data, privateKey),
  };
}

function ecdsa(): SoftKey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  return {
    type: 'sk-ecdsa-sha2-nistp256@openssh.com',
    fields: [
      'nistp256',
      Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]),
    ],
    sign(data) {
      const pair = sign('sha256', data, { key: privateKey, dsaEncoding: 'ieee-p1363' });
      return Buffer.concat([mpint(pair.subarray(0, 32)), mpint(pair.subarray(32))]);
    },
  };
}
