// Logins that somebody has to approve on another device, at a server that closes the connection soon after.
import assert from 'node:assert/strict';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { describe, it } from 'mocha';
import { pamService } from '../support/pamService';
import { startSshd } from '../support/sshd';
import { tempDir } from '../support/tempDir';
import { temporaryUser } from '../support/temporaryUser';
import { testDaemon, TestWindow } from '../support/testWindow';

describe('a server that wants each login approved elsewhere, and closes the connection soon after', () => {
  it('gets two logins, and no third one until the user starts the tunnel again', async () => {
    const dir = await tempDir('approvals-');
    await chmod(dir.path, 0o755);
    const sent = dir.file('pushes');
    // Longer than a server needs that only checks a credential.
    const script = await dir.write('push.sh', `#!/bin/sh\necho push >> ${sent}\nsleep 6\n`);
    await chmod(script, 0o755);
    using user = temporaryUser();
    await using service = await pamService(dir, [
      'requisite pam_unix.so',
      `requisite pam_exec.so quiet ${script}`,
    ]);
    await using sshd = await startSshd({
      // sshd notices only after the login that the folder doesn't exist.
      config: ['UsePAM yes', 'PasswordAuthentication yes', 'ChrootDirectory /nonexistent'],
      program: service.program,
      clientConfig: [`User ${user.name}`],
    });
    await writeFile(sshd.authorizedKeys, '');
    await using daemon = await testDaemon();
    const window = await TestWindow.open(daemon, sshd);
    window.recall = () => user.password;
    await window.lease({ id: 'user:t', tunnel: { host: 'test-sshd', localForward: '0:127.0.0.1:1' } });
    await window.untilStatus('failed');
    const state = window.state();
    assert.equal(state.status === 'failed' && state.error.code, 'ConnectionLost');
    assert.deepEqual((await readFile(sent, 'utf8')).trim().split('\n'), ['push', 'push']);
    window.disconnect();
    await dir.remove();
  });
});
