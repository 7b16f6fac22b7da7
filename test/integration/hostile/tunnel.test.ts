// A hostile server as a window sees it: the tunnel fails with a reason and isn't retried, and the window receives
// little data.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { byte, packed, string } from '../../support/hostile/fields';
import { eventually } from '../../support/eventually';
import { hostileServer } from '../../support/hostile/hostileServer';
import { TestWindow, testDaemon } from '../../support/testWindow';
import { checkReadable } from '../../support/readableErrors';
import { tempDir } from '../../support/tempDir';
import { messageOf } from '../../support/errorWords';

describe('a tunnel to a hostile server', () => {
  it("fails for good with a reason, and doesn't flood the log", async () => {
    let logins = 0;
    let flood: (messages: number) => void = () => undefined;
    await using server = await hostileServer({
      authenticate: (context, { send }) => {
        send(packed(53, string('\x1b]0;evil\x07Welcome\n'.repeat(1500)), string('')));
        context.accept();
      },
      onReady: ({ send }) => {
        logins++;
        flood = (messages) => {
          for (let n = 0; n < messages; n++) {
            send(packed(4, byte(1), string(`\x1b[2J${n} `.repeat(300)), string('')));
          }
        };
      },
    });
    await using dir = await tempDir('hostile-');
    const config = [
      'Host test-sshd',
      ...['HostName 127.0.0.1', `Port ${server.port}`, 'User me', 'IdentityFile none', 'IdentityAgent none'],
      ...['StrictHostKeyChecking no', `UserKnownHostsFile ${dir.file('known')}`, 'GlobalKnownHostsFile none'],
    ];
    const configFile = await dir.write('config', `${config.join('\n')}\n`);
    await using daemon = await testDaemon();
    const window = await TestWindow.open(daemon, { configFile });
    await window.bringUp({ host: 'test-sshd', localForward: '0:127.0.0.1:9' });
    flood(11_000);
    // How much it takes depends on how fast the machine is.
    await eventually('the tunnel fails', () => {
      if (window.state().status === 'up') {
        flood(300);
      }
      return window.state().status === 'failed';
    });
    const state = window.state();
    assert.ok(state.status === 'failed');
    assert.equal(state.error.code, 'NotAnSshServer');
    assert.match(messageOf(state.error), /127\.0\.0\.1 was closed because.*useless messages without end/);
    checkReadable(state.error);
    await sleep(1500);
    assert.equal(logins, 1);
    assert.deepEqual(window.history(), ['stopped', 'connecting', 'up', 'failed']);
    const written = window.log.join('\n');
    assert.match(written, /Banner of me@127\.0\.0\.1.*Welcome/);
    assert.ok(written.length < 60_000, `${written.length} characters`);
    assert.doesNotMatch(written, /[\x00-\x09\x0b-\x1f]/);
    window.disconnect();
  });
});
