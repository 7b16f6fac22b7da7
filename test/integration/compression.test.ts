// Compression: the saved bytes are counted, and the data arrives intact, even during rekeys.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { it } from 'mocha';
import type { CompressionCounts } from '../../src/tunnels/model/snapshot';
import { client, target, exchange } from '../support/targetAndClient';
import { useTunnelFixture } from '../support/tunnelFixture';

const text = Buffer.from('The quick brown fox jumps over the lazy dog. '.repeat(50_000));

describe('compression', () => {
  const fixture = useTunnelFixture({ config: ['RekeyLimit 1M'] });

  /** A new tunnel, so that the counters start at zero. */
  async function carry(data: Buffer, compression: boolean): Promise<CompressionCounts | undefined> {
    await fixture.window.lease();
    await fixture.window.bringUp({
      host: 'test-sshd',
      compression,
      localForward: `0:127.0.0.1:${fixture.echo.port}`,
    });
    const { received } = await exchange(fixture.window.port(), data);
    const hash = (buffer: Buffer): string => createHash('sha256').update(buffer).digest('hex');
    assert.equal(hash(received), hash(data));
    await fixture.window.until(() => {
      const [forward] = fixture.window.forwards();
      return forward?.status === 'listening' && forward.bytesIn === data.length;
    }, 'counted');
    return fixture.window.compression();
  }

  it('saves most of the bytes of a text', async () => {
    const counts = await carry(text, true);
    assert.ok(counts);
    for (const { plain, wire } of [counts.sent, counts.received]) {
      assert.ok(plain > text.length && wire < plain / 20, `${plain} as ${wire}`);
    }
  });

  it('delivers random bytes intact, and counts no savings for them', async () => {
    const counts = await carry(randomBytes(4 * 1024 * 1024), true);
    assert.ok(counts);
    for (const { plain, wire } of [counts.sent, counts.received]) {
      assert.ok(plain > 4 * 1024 * 1024 && wire > plain * 0.99, `${plain} as ${wire}`);
    }
  });

  it('counts nothing when it is off', async () => {
    assert.equal(await carry(text, false), undefined);
  });

  it('causes no error when the connection is lost under load while the tunnel is being stopped', async () => {
    await using sink = await target((socket) => socket.resume());
    const { window, sshd } = fixture;
    const tunnel = { host: 'test-sshd', compression: true, localForward: `0:127.0.0.1:${sink.port}` };
    for (let times = 0; times < 10; times++) {
      await window.bringUp(tunnel);
      const senders = Array.from({ length: 10 }, () => client(window.port()));
      senders.forEach(({ socket }) => socket.write(randomBytes(300_000)));
      await window.until(() => sink.open.size === senders.length, 'connected');
      sshd.dropSessions();
      await sleep(times % 4);
      await window.client.stop('user:t');
      await Promise.all(senders.map(({ done }) => done));
      await window.lease();
    }
    assert.deepEqual(
      window.log.filter((line) => /uncaught|unhandled/.test(line)),
      [],
    );
  });
});
