// Somebody has taken the place of a host that has died, and says nothing: a new one is started in spite of it, and found
// as soon as it is there.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { describe, it } from 'mocha';
import { endAfterEach } from '../support/cleanUps';
import { TestWindow, testDaemon } from '../support/testWindow';
import { endpointFileOf } from '../support/strangers';
import { startSshd } from '../support/sshd';

describe('a squatter that says nothing', () => {
  const later = endAfterEach();

  it('delays the next host by the time that an answer may take, twice, and no more', async () => {
    const sshd = later(await startSshd());
    const place = later(await testDaemon());
    const first = await TestWindow.open(place, sshd);
    const old = endpointFileOf(place);
    process.kill(first.client.daemonPid, 'SIGKILL');
    await first.until(() => first.closed, 'told');
    rmSync(old.endpoint, { force: true });
    const heard: number[] = [];
    const squatter = createServer((socket) => {
      socket.on('error', () => undefined).on('data', ({ length }) => heard.push(length));
    }).listen(old.endpoint);
    later({ [Symbol.dispose]: () => squatter.close() });
    await once(squatter, 'listening');
    const second = await TestWindow.open(place, sshd);
    assert.notEqual(second.client.daemonPid, first.client.daemonPid);
    // A nonce each, and no proof.
    assert.deepEqual(heard, [32, 32]);
    second.vanish();
  });
});
