// A ProxyCommand that takes longer than the time-out of a connection, because a person has to do something.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'mocha';
import { startSshd } from '../support/sshd';
import type { Sshd } from '../support/sshd';
import { tempDir } from '../support/tempDir';
import type { TempDir } from '../support/tempDir';
import { TestWindow, testDaemon } from '../support/testWindow';
import type { TestDaemon } from '../support/testWindow';

/** Longer than the default of connectTimeout, 10 s. */
const secondsToSignIn = 12;

describe('a ProxyCommand that takes long', () => {
  let daemon: TestDaemon;
  let sshd: Sshd;
  let dir: TempDir;

  before(async () => {
    [daemon, sshd, dir] = await Promise.all([testDaemon(), startSshd(), tempDir('proxy-')]);
  });
  after(async () => {
    await daemon[Symbol.asyncDispose]();
    await sshd.stop();
    await dir.remove();
  });

  it('is started once, and waited for', async () => {
    const script = await dir.write(
      'pipe.cjs',
      `setTimeout(() => {
        const socket = require('node:net').connect(${sshd.port}, '127.0.0.1');
        process.stdin.pipe(socket).pipe(process.stdout);
      }, ${secondsToSignIn * 1000});`,
    );
    const starts = dir.file('starts');
    const base = await readFile(sshd.configFile, 'utf8');
    const command = `ProxyCommand sh -c 'echo start >> ${starts}; exec ${process.execPath} ${script}'`;
    const sshConfigFile = await dir.write('config', `Host test-sshd\n  ${command}\n${base}`);
    const window = await TestWindow.open(daemon, sshd);
    const tunnel = { host: 'test-sshd', dynamicForward: 0 };
    await window.lease({ id: 'user:t', tunnel, settings: { sshConfigFile } });
    await window.untilStatus('up');
    assert.equal(await readFile(starts, 'utf8'), 'start\n');
    await window.client.stop('user:t');
    window.disconnect();
  });
});
