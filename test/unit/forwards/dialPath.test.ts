// Connecting to a Unix socket: never to another one, whose name is the beginning of a name that is too long.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, it } from 'mocha';
import { isTooLongForSocket } from '../../../src/tunnels/config/socketPaths';
import { dialPath } from '../../../src/tunnels/forwards/dialAddresses';
import { AgentConnection } from '../../../src/tunnels/ssh/auth/agentConnection';
import { tempDir } from '../../support/tempDir';

describe('a path that is too long for a socket', () => {
  for (const [length, platform, isTooLong] of [
    [103, 'darwin', false],
    [104, 'darwin', true],
    [107, 'linux', false],
    [108, 'linux', true],
    [200, 'win32', false],
  ] as const) {
    it(`is ${isTooLong ? '' : 'not '}one of ${length} bytes on ${platform}`, () => {
      assert.equal(
        isTooLongForSocket(`/${'ü'.repeat((length - 1) >> 1)}${'x'.repeat((length - 1) & 1)}`, platform),
        isTooLong,
      );
    });
  }

  it('is not connected to, for a forward or an agent, whatever its beginning names', async () => {
    const dir = await tempDir('d-');
    const name = dir.file('x'.repeat(108 - Buffer.byteLength(dir.file('')) - 1));
    const server = createServer((socket) => socket.destroy()).listen(name);
    try {
      await once(server, 'listening');
      const clients = once(server, 'connection').then(() => assert.fail('connected'));
      await Promise.race([
        clients,
        assert.rejects(dialPath(`${name}.sock`, new AbortController().signal), /ENAMETOOLONG/),
      ]);
      await Promise.race([
        clients,
        assert.rejects(AgentConnection.open(`${name}.sock`), /too long for a socket/),
      ]);
    } finally {
      server.close();
      await dir.remove();
    }
  });
});
