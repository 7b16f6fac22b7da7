// How X11 programs end: by signals that sshd itself passes on, which it never does for root (session_signal_req()
// in OpenSSH's session.c). The programs here hide from our second method, which looks for their DISPLAY in /proc.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, afterEach, before, describe, it } from 'mocha';
import { eventually, longWaitMs } from '../support/eventually';
import { isAlive, x11Fixture } from '../support/x11Fixture';
import type { X11Fixture } from '../support/x11Fixture';

describe('X11 programs of an ordinary user', () => {
  let fixture: X11Fixture;
  before(async () => {
    fixture = await x11Fixture({ logLevel: 'DEBUG1' });
  });
  after(() => fixture[Symbol.asyncDispose]());
  afterEach(async () => {
    await fixture.window.client.stop('user:t').catch(() => undefined);
    await fixture.window.lease();
  });

  /** A shell that shows a window, without DISPLAY among the variables of any process. */
  const hidden = (script: string): string => `exec env -u DISPLAY sh -c '${script}' "$DISPLAY"`;

  async function start(command: string): Promise<number> {
    const { window, x, there } = fixture;
    await fixture.lease({ Clock: command });
    await window.run('Clock');
    await x.untilWindow(/^xclock$/, longWaitMs);
    return Number(await readFile(there.file('pid'), 'utf8'));
  }

  /** Names of the signals that sshd has passed to a process group, in their order. */
  const passedTo = (pid: number): readonly string[] =>
    [...fixture.sshd.log().matchAll(/session_signal_req: signal (\w+), killpg\((\d+),/g)]
      .filter(([, , group]) => Number(group) === pid)
      .map(([, name = '']) => name);

  it('get the signal that sshd passes on, and end by themselves', async () => {
    const { window, x, there } = fixture;
    const onTerm = `echo heard > ${there.file('heard')}; kill $clock; exit`;
    const pid = await start(
      hidden(
        `trap "${onTerm.replaceAll('$', '\\$')}" TERM; echo $$ > ${there.file('pid')}; xclock -display "$0" & clock=$!; wait`,
      ),
    );
    await window.client.stopProgram('user:t', 'Clock');
    assert.equal(await readFile(there.file('heard'), 'utf8'), 'heard\n');
    assert.equal(isAlive(pid), false);
    await x.untilNoWindow(/xclock/, longWaitMs);
    assert.deepEqual(passedTo(pid), ['TERM']);
    assert.equal(window.program('Clock').status, 'ready');
    await eventually('the key is taken back', async () => (await fixture.keysThere()) === '');
  });

  it('that ignore the signal are killed by sshd with their child processes', async () => {
    const { window, x, there } = fixture;
    const pid = await start(
      hidden(`trap "" TERM; echo $$ > ${there.file('pid')}; xclock -display "$0"; sleep 600`),
    );
    await window.client.stopProgram('user:t', 'Clock');
    assert.deepEqual(passedTo(pid), ['TERM', 'KILL']);
    await eventually('the shell has ended', () => !isAlive(pid));
    await x.untilNoWindow(/xclock/, longWaitMs);
    assert.equal(window.program('Clock').status, 'ready');
  });

  it('get the same signal when their tunnel stops', async () => {
    const { window, there } = fixture;
    const pid = await start(hidden(`echo $$ > ${there.file('pid')}; exec xclock -display "$0"`));
    await window.client.stop('user:t');
    assert.deepEqual(passedTo(pid), ['TERM']);
    await eventually('the clock has ended', () => !isAlive(pid));
    assert.equal(window.state().status, 'stopped');
  });
});
