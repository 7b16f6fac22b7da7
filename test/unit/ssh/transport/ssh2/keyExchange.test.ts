// What the client announces after the first key exchange (RFC 8308), with a fake of ssh2's internals.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Client } from 'ssh2';
import { announceExtensions } from '../../../../../src/tunnels/ssh/transport/ssh2/keyExchange';

/** @returns what was sent, in the order of the key exchanges */
function sentAfter(exchanges: number, serverWantsToKnow: boolean): readonly string[] {
  const sent: string[] = [];
  const protocol = {
    _kex: { remoteExtInfoEnabled: serverWantsToKnow },
    _packetRW: {
      write: {
        allocStart: 0,
        alloc: (size: number) => Buffer.alloc(size),
        finalize: (packet: Buffer) => packet,
      },
    },
    _cipher: { encrypt: (packet: Buffer) => sent.push(packet.toString('latin1')) },
    _onHandshakeComplete: (_negotiated: unknown) => void sent.push('queued packets'),
  };
  announceExtensions({ _protocol: protocol } as unknown as Client);
  for (let exchange = 0; exchange < exchanges; exchange++) {
    protocol._onHandshakeComplete({});
  }
  return sent;
}

describe('the extensions of the client', () => {
  it('are announced once, before anything else is sent with the new keys', () => {
    assert.deepEqual(sentAfter(2, true), [
      '\x07\0\0\0\x01\0\0\0\x1cext-info-in-auth@openssh.com\0\0\0\x010',
      'queued packets',
      'queued packets',
    ]);
  });

  it("aren't announced to a server that doesn't want to know them", () => {
    assert.deepEqual(sentAfter(1, false), ['queued packets']);
  });
});
