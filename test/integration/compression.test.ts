// Compression: what it saves is counted, and the bytes are those that were sent, over renewed keys, too.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'mocha';
import type { CompressionCounts } from '../../src/tunnels/model/snapshot';
import { HostWindow, hostPlace } from '../support/hostWindow';
import type { HostPlace } from '../support/hostWindow';
import { target, visit } from '../support/peers';
import { startSshd } from '../support/sshd';
import type { Sshd } from '../support/sshd';

const text = Buffer.from('The quick brown fox jumps over the lazy dog. '.repeat(50_000));

describe('compression', () => {
  let place: HostPlace;
  let sshd: Sshd;
  let window: HostWindow;
  before(async () => {
    [place, sshd] = await Promise.all([hostPlace(), startSshd({ config: ['RekeyLimit 1M'] })]);
    window = await HostWindow.open(place, sshd);
  });
  after(async () => {
    window.vanish();
    await place[Symbol.asyncDispose]();
    await sshd.stop();
  });

  async function carry(data: Buffer, compression: boolean): Promise<CompressionCounts | undefined> {
    await using echo = await target((socket) => socket.pipe(socket));
    await window.bringUp({ host: 'test-sshd', compression, localForward: `0:127.0.0.1:${echo.port}` });
    const { received } = await visit(window.port(), data);
    const hash = (buffer: Buffer): string => createHash('sha256').update(buffer).digest('hex');
    assert.equal(hash(received), hash(data));
    await window.until(() => {
      const [forward] = window.forwards();
      return forward?.status === 'listening' && forward.bytesIn === data.length;
    }, 'counted');
    return window.compression();
  }

  it('saves most of a text', async () => {
    const counts = await carry(text, true);
    assert.ok(counts);
    for (const { plain, wire } of [counts.sent, counts.received]) {
      assert.ok(plain > text.length && wire < plain / 20, `${plain} as ${wire}`);
    }
  });

  it('saves nothing of what looks like chance, and harms nothing', async () => {
    const counts = await carry(randomBytes(4 * 1024 * 1024), true);
    assert.ok(counts && counts.received.wire > counts.received.plain * 0.99);
  });

  it('counts nothing where it is off', async () => {
    assert.equal(await carry(text, false), undefined);
  });
});
