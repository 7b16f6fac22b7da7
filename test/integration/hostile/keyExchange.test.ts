// The first key exchange with a server that breaks its rules (RFC 4253 §7, §8): the attempt ends with an error that says so
// and is not retried, because the next would find the same.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { afterEach, describe, it } from 'mocha';
import { messageOf } from '../../support/errorWords';
import { byte, packed, plainPacket, string, uint32 } from '../../support/hostile/fields';
import { hostileServer } from '../../support/hostile/hostileServer';
import type { HostileServer } from '../../support/hostile/hostileServer';
import { connectTo, failureOf } from '../../support/hostile/sessionUnderTest';
import { checkReadable } from '../../support/readableErrors';

const lists = [
  ...['mlkem768x25519-sha256', 'ssh-ed25519', 'aes128-ctr', 'aes128-ctr', 'hmac-sha2-256', 'hmac-sha2-256'],
  ...['none', 'none', '', ''],
];
const kexInit = packed(20, randomBytes(16), ...lists.map((list) => string(list)), byte(0), uint32(0));
const newKeys = packed(21);

/** A ciphertext and an X25519 key, for nothing. */
const value = string(randomBytes(1088 + 32));

function hostKey(type: string): Buffer {
  return string(Buffer.concat([string(type), string(randomBytes(32))]));
}

function signature(type: string): Buffer {
  return string(Buffer.concat([string(type), string(randomBytes(64))]));
}

const reply = packed(31, hostKey('ssh-ed25519'), value, signature('ssh-ed25519'));

const forbidden = /sent a message that is not allowed in the key exchange/;
const unreadable = /sent a message that could not be read/;
const otherAlgorithm = /used another host key algorithm than agreed/;

const cases: readonly (readonly [what: string, messages: readonly Buffer[], expected: RegExp])[] = [
  ['its part of the exchange before its lists', [reply], forbidden],
  ['that it uses new keys before its lists', [newKeys], forbidden],
  ['its lists twice', [kexInit, kexInit], forbidden],
  ['that it uses new keys instead of its part', [kexInit, newKeys], forbidden],
  ['its part twice', [kexInit, reply, reply], forbidden],
  ['a message of another method', [kexInit, packed(33, value)], forbidden],
  ['an empty part', [kexInit, packed(31)], unreadable],
  [
    'a signature without an algorithm',
    [kexInit, packed(31, hostKey('ssh-ed25519'), value, string('')), newKeys],
    unreadable,
  ],
  [
    'a host key of another type',
    [kexInit, packed(31, hostKey('ssh-rsa'), value, signature('ssh-rsa')), newKeys],
    otherAlgorithm,
  ],
  [
    'a signature of another type',
    [kexInit, packed(31, hostKey('ssh-ed25519'), value, signature('ssh-rsa')), newKeys],
    otherAlgorithm,
  ],
];

describe('a server that sends', () => {
  let server: HostileServer | undefined;

  afterEach(async () => {
    await server?.[Symbol.asyncDispose]();
    server = undefined;
  });

  for (const [what, messages, expected] of cases) {
    it(`${what} is reported as one that violates the protocol`, async () => {
      server = await hostileServer({
        raw(socket) {
          socket.on('error', () => undefined).resume();
          socket.write('SSH-2.0-odd\r\n');
          for (const message of messages) {
            socket.write(plainPacket(message));
          }
        },
      });
      const error = await failureOf(connectTo(server.port));
      checkReadable(error);
      assert.equal(error.code, 'NotAnSshServer');
      assert.match(messageOf(error), expected);
    });
  }
});
