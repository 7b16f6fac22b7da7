// Hybrid key exchanges with a server that isn't OpenSSH's: what it decrypts with its own keys, what it may get wrong, and
// how it is disconnected then.
import assert from 'node:assert/strict';
import { ml_kem768 as mlKem } from '@noble/post-quantum/ml-kem.js';
import { afterEach, describe, it } from 'mocha';
import type { TunnelError } from '../../../src/tunnels/errors/errors';
import { encapsulate } from '../../../src/tunnels/ssh/transport/keyExchange/sntrup761/sntrup761';
import { messageOf } from '../../support/errorWords';
import { packed, string } from '../../support/hostile/fields';
import { hostileServer } from '../../support/hostile/hostileServer';
import type { HostileServer } from '../../support/hostile/hostileServer';
import { serveHybrid } from '../../support/hostile/hybridServer';
import type { HybridServerOptions } from '../../support/hostile/hybridServer';
import { connectTo, failureOf } from '../../support/hostile/sessionUnderTest';
import { checkReadable } from '../../support/readableErrors';

const methods: readonly HybridServerOptions[] = [
  {
    method: 'mlkem768x25519-sha256',
    hash: 'sha256',
    publicKeyBytes: 1184,
    encapsulate(publicKey) {
      // Refuses a key that FIPS 203 §7.2 forbids.
      const { cipherText, sharedSecret } = mlKem.encapsulate(publicKey);
      return { ciphertext: Buffer.from(cipherText), secret: Buffer.from(sharedSecret) };
    },
  },
  {
    method: 'sntrup761x25519-sha512',
    hash: 'sha512',
    publicKeyBytes: 1158,
    encapsulate(publicKey) {
      const { ciphertext, sharedSecret } = encapsulate(publicKey);
      return { ciphertext, secret: sharedSecret };
    },
  },
];

function withFlippedBit(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes);
  changed[at] = (changed[at] ?? 0) ^ 1;
  return changed;
}

describe('a hybrid key exchange', () => {
  let server: HostileServer | undefined;

  afterEach(async () => {
    await server?.[Symbol.asyncDispose]();
    server = undefined;
  });

  /** @returns the first message that the server has decrypted */
  async function firstMessage(options: HybridServerOptions): Promise<Buffer> {
    const end = new AbortController();
    let message = Buffer.alloc(0);
    server = await hostileServer({
      raw: (socket) =>
        serveHybrid(socket, {
          ...options,
          onMessage: (decrypted) => {
            message = Buffer.from(decrypted);
            end.abort(new Error('enough'));
          },
        }),
    });
    await connectTo(server.port, { signal: end.signal }).catch((error: unknown) => {
      assert.equal(end.signal.aborted, true, String(error));
    });
    return message;
  }

  async function connectAndFail(options: HybridServerOptions, questions?: string[]): Promise<TunnelError> {
    server = await hostileServer({ raw: (socket) => serveHybrid(socket, options) });
    const error = await failureOf(
      connectTo(
        server.port,
        questions
          ? {
              host: { noHostAuthenticationForLocalhost: false, strictHostKeyChecking: 'ask' },
              ask: ({ kind }) => (questions.push(kind), Promise.resolve('yes')),
            }
          : {},
      ),
    );
    checkReadable(error);
    return error;
  }

  for (const options of methods) {
    describe(options.method, () => {
      it("leads to the server's own keys", async () => {
        assert.deepEqual(await firstMessage(options), packed(5, string('ssh-userauth')));
      });

      for (const guess of ['curve25519-sha256', 'ecdh-sha2-nistp256', 'unknown-sha256']) {
        it(`follows after a wrong guess of the server: ${guess}`, async () => {
          // We prefer the method to all others.
          assert.deepEqual(await firstMessage({ ...options, guess }), packed(5, string('ssh-userauth')));
        });
      }

      for (const [what, spoil] of [
        ['empty', () => Buffer.alloc(0)],
        ['a byte too short', (reply) => reply.subarray(1)],
        ['a byte too long', (reply) => Buffer.concat([reply, Buffer.of(0)])],
        ['only an X25519 key', (reply) => reply.subarray(-32)],
        ['very long', () => Buffer.alloc(30_000)],
      ] as const satisfies readonly (readonly [string, (reply: Buffer) => Buffer])[]) {
        it(`is over when the answer is ${what}, before anything is asked`, async () => {
          const questions: string[] = [];
          const error = await connectAndFail({ ...options, spoil }, questions);
          assert.equal(error.code, 'NotAnSshServer');
          assert.match(messageOf(error), /sent a key of a wrong length in the key exchange/);
          assert.deepEqual(questions, []);
        });
      }

      it('is over when the X25519 key leads to zero', async () => {
        const spoil = (reply: Buffer): Buffer => Buffer.concat([reply.subarray(0, -32), Buffer.alloc(32)]);
        const error = await connectAndFail({ ...options, spoil });
        assert.equal(error.code, 'NotAnSshServer');
        assert.match(messageOf(error), /sent a number that is not allowed in the key exchange/);
      });

      for (const [what, at] of [
        ['ciphertext', 0],
        ['ciphertext', 1000],
        ['X25519 key', -20],
      ] as const) {
        it(`is over when the ${what} is changed in byte ${at}: the signature is of another secret`, async () => {
          const error = await connectAndFail({
            ...options,
            // The server signs what it sends, with the secret of what it should have sent.
            spoil: (reply) => withFlippedBit(reply, at < 0 ? reply.length + at : at),
          });
          assert.equal(error.code, 'NotAnSshServer');
          assert.match(messageOf(error), /did not prove that it has its host key/);
        });
      }
    });
  }
});
