// A hundred X11 programs, started and stopped: nothing of them remains, here or on the server.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { eventually, x11Fixture } from '../support/x11Fixture';

describe('X11 programs', () => {
  it('leave no process, display or key behind after a hundred starts and stops', async () => {
    await using fixture = await x11Fixture({ config: ['MaxSessions 100'] });
    const { window, x, sshd } = fixture;
    const names = Array.from({ length: 10 }, (_, index) => `Clock ${index}`);
    await fixture.lease(Object.fromEntries(names.map((name) => [name, 'xclock'])), { dynamicForward: 0 });
    for (let round = 0; round < 10; round++) {
      await Promise.all(names.map((name) => window.run(name)));
      await Promise.all(names.map((name) => window.client.stopProgram('user:t', name)));
      assert.ok(names.every((name) => window.program(name).status === 'ready'));
    }
    await x.untilNoWindow(/xclock/);
    assert.equal(await fixture.keysThere(), '');
    assert.deepEqual(await fixture.keyFolders(), []);
    await window.client.stop('user:t');
    await eventually(
      () => sshd.sessionPids(),
      (pids) => pids.length === 0,
    );
  });
});
