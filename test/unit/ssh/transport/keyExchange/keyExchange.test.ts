// Key exchanges with Diffie-Hellman groups: not by Node's functions, which take seconds with Electron's BoringSSL.
import assert from 'node:assert/strict';
import type { Client } from 'ssh2';
import { describe, it } from 'mocha';
import { knownGroup, bytesOf } from '../../../../../src/tunnels/ssh/transport/keyExchange/diffieHellman';
import { useOwnDiffieHellman } from '../../../../../src/tunnels/ssh/transport/keyExchange/keyExchange';

interface KeyExchange {
  readonly type: string;
  readonly negotiated: object;
  readonly groupName?: string;
  _prime?: Buffer;
  _generator?: Buffer;
  _dh?: { getPrime(): Buffer; computeSecret(theirs: Buffer): Buffer };
  _public?: Buffer;
  generateKeys: () => void;
}

/** As ssh2 begins one, when it has chosen the method. */
function begin(exchange: Omit<KeyExchange, 'generateKeys' | 'negotiated'>): KeyExchange {
  const direction = { cipher: 'aes128-ctr', mac: 'hmac-sha2-256' };
  const protocol: { _kex?: KeyExchange } = {};
  useOwnDiffieHellman({ _protocol: protocol } as unknown as Client);
  protocol._kex = {
    ...exchange,
    negotiated: { cs: direction, sc: direction },
    generateKeys: () => assert.fail("Node's function was called"),
  };
  return protocol._kex;
}

describe('key exchanges of Diffie-Hellman groups', () => {
  it('generate keys by our own functions, once', () => {
    const exchange = begin({ type: 'group', groupName: 'modp14' });
    exchange.generateKeys();
    const { _public: first } = exchange;
    exchange.generateKeys();
    assert.equal(exchange._public, first);
    assert.deepEqual(exchange._dh?.getPrime(), bytesOf(knownGroup('modp14').prime));
  });

  it('generate none until the server has chosen the group', () => {
    const exchange = begin({ type: 'groupex' });
    const { prime } = knownGroup('modp14');
    exchange.generateKeys();
    assert.ok(exchange._public === undefined);
    exchange._prime = Buffer.concat([Buffer.of(0), bytesOf(prime)]);
    exchange._generator = Buffer.of(2);
    exchange.generateKeys();
    assert.deepEqual(exchange._dh?.getPrime(), bytesOf(prime));
    assert.ok(exchange._dh.computeSecret(Buffer.concat([Buffer.of(0), bytesOf(prime - 2n)])).length > 0);
  });
});
