// A hundred programs of the server, started and stopped: nothing is left of them, here or there.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { eventually, x11Stage } from '../support/x11Fixture';

describe('programs of the server', () => {
  it('leave no process, no display and no key after a hundred starts and stops', async () => {
    await using stage = await x11Stage({ config: ['MaxSessions 100'] });
    const { window, x, sshd } = stage;
    const names = Array.from({ length: 10 }, (_, index) => `Clock ${index}`);
    await stage.lease(Object.fromEntries(names.map((name) => [name, 'xclock'])), { dynamicForward: 0 });
    for (let round = 0; round < 10; round++) {
      await Promise.all(names.map((name) => window.run(name)));
      await Promise.all(names.map((name) => window.client.stopProgram('user:t', name)));
      assert.ok(names.every((name) => window.program(name).status === 'ready'));
    }
    await x.untilNoWindow(/xclock/);
    assert.equal(await stage.keysThere(), '');
    assert.deepEqual(await stage.keyFolders(), []);
    await window.client.stop('user:t');
    await eventually(
      () => sshd.sessionPids(),
      (pids) => pids.length === 0,
    );
  });
});
