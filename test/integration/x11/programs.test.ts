// Programs of a real server whose windows are seen on a real X server here: both trusts, several at a time, and how they
// end.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, afterEach, before, describe, it } from 'mocha';
import { eventually, isAlive, x11Stage } from '../../support/x11Stage';
import type { X11Stage } from '../../support/x11Stage';

describe('programs of the server', () => {
  let stage: X11Stage;
  before(async () => {
    stage = await x11Stage();
  });
  after(() => stage[Symbol.asyncDispose]());
  afterEach(async () => {
    await stage.window.client.stop('user:t').catch(() => undefined);
    await stage.window.lease();
  });

  it('show their windows, and end with their tunnel, and leave nothing', async () => {
    const { window, x, there } = stage;
    await stage.lease({ Clock: `echo $$ > ${there.file('pid')}; exec xclock` });
    await window.run('Clock');
    await x.untilWindow(/^xclock$/);
    assert.ok((await x.colours()) > 1);
    await window.until(() => {
      const state = window.program('Clock');
      return state.status === 'running' && state.windows === 1;
    }, 'told of its window');
    const pid = Number(await readFile(there.file('pid'), 'utf8'));
    await window.client.stop('user:t');
    assert.equal(isAlive(pid), false);
    await x.untilNoWindow(/xclock/);
    assert.equal(window.program('Clock').status, 'ready');
    assert.equal(window.state().status, 'stopped');
    assert.equal(await stage.keysThere(), '');
    assert.deepEqual(await stage.keyFolders(), []);
  });

  it('are untrusted unless the tunnel says otherwise', async () => {
    const { window, there } = stage;
    const info = (name: string): string => `xdpyinfo > ${there.file(name)}`;
    await stage.lease({ Held: info('held'), Free: { command: info('free'), trusted: true } });
    await Promise.all([window.run('Held'), window.run('Free')]);
    const [held, free] = await Promise.all(
      ['held', 'free'].map((name) => eventually(() => readFile(there.file(name), 'utf8'), Boolean)),
    );
    // The X server keeps such extensions from who is not trusted.
    assert.match(free ?? '', /^ +XTEST$/m);
    assert.doesNotMatch(held ?? '', /^ +XTEST$/m);
    assert.match(held ?? '', /^name of display: +localhost:/m);
  });

  it('run beside each other, also the same one twice, over one connection that compresses', async () => {
    const { window, x } = stage;
    const logins = (): number => stage.sshd.log().match(/Accepted publickey/g)?.length ?? 0;
    const loginsBefore = logins();
    await stage.lease({ Clock: 'xclock', Eyes: 'xeyes' }, { compression: true });
    await Promise.all([window.run('Clock'), window.run('Eyes')]);
    const typed = { name: 'xclock', command: 'xclock -digital', trusted: false };
    await Promise.all([window.client.runProgram('user:t', typed), window.client.runProgram('user:t', typed)]);
    await eventually(
      async () => (await x.windows()).filter((name) => /^(xclock|xeyes)$/.test(name)).length,
      (count) => count === 4,
    );
    assert.deepEqual(
      window.programs().map(({ program, isAdHoc }) => [program.name, isAdHoc]),
      [
        ['Clock', undefined],
        ['Eyes', undefined],
        ['xclock', true],
        ['xclock 2', true],
      ],
    );
    await window.until(() => (window.compression()?.received.plain ?? 0) > 0, 'compressed');
    await window.client.stopProgram('user:t', 'xclock');
    await window.until(() => window.programs().length === 3, 'without the one that was stopped');
    assert.equal(window.program('Clock').status, 'running');
    assert.equal(logins(), loginsBefore + 1);
  });

  it('leave windows behind that live on when their command has ended, and stop ends those, too', async () => {
    const { window, x, there } = stage;
    await stage.lease({ Clock: `xclock & echo $! > ${there.file('left')}; sleep 0.5` });
    await window.run('Clock');
    await x.untilWindow(/^xclock$/);
    await window.until(() => {
      const state = window.program('Clock');
      return state.status === 'running' && state.isDetached === true;
    }, 'detached');
    const pid = Number(await readFile(there.file('left'), 'utf8'));
    assert.equal(isAlive(pid), true);
    await window.client.stopProgram('user:t', 'Clock');
    await eventually(
      () => isAlive(pid),
      (alive) => !alive,
    );
    await x.untilNoWindow(/xclock/);
  });

  it('that are closed by their user tell how they ended, and what they said', async () => {
    const { window } = stage;
    await stage.lease({ Info: 'xdpyinfo > /dev/null; echo a word >&2; exit 3' });
    await window.run('Info');
    await window.until(() => window.program('Info').status === 'ended', 'ended');
    const state = window.program('Info');
    assert.deepEqual(
      { ...state, at: 0 },
      { status: 'ended', at: 0, exit: { code: 3 }, hadWindow: true, said: 'a word' },
    );
    assert.ok(window.log.some((line) => line.includes('a word')));
  });

  it('take their tunnel with them, where it was brought up for nothing else', async () => {
    const { window } = stage;
    await stage.lease({ Info: 'xdpyinfo > /dev/null' });
    await window.run('Info');
    await window.untilStatus('stopped');
    await stage.lease({ Info: 'xdpyinfo > /dev/null' }, { dynamicForward: 0 });
    await window.run('Info');
    await window.until(() => window.program('Info').status === 'ended', 'ended');
    assert.equal(window.state().status, 'up');
  });

  it('end with a lost connection, which they cannot survive, and run again once it is back', async () => {
    const { window, x, sshd } = stage;
    await stage.lease({ Clock: 'xclock' }, { dynamicForward: 0 });
    await window.run('Clock');
    await x.untilWindow(/^xclock$/);
    sshd.dropSessions();
    await window.until(() => window.program('Clock').status === 'failed', 'cut off');
    const state = window.program('Clock');
    assert.ok(state.status === 'failed' && state.isCutOff === true && state.error.code === 'ConnectionLost');
    await x.untilNoWindow(/xclock/);
    await window.untilStatus('up');
    assert.equal(window.program('Clock').status, 'failed');
    await window.run('Clock');
    await x.untilWindow(/^xclock$/);
  });

  it('that do not heed the signal are killed, and what they have started with them', async () => {
    const { window, there } = stage;
    await stage.lease({ Deaf: `trap '' TERM; echo $$ > ${there.file('deaf')}; xclock; sleep 60` });
    await window.run('Deaf');
    await stage.x.untilWindow(/^xclock$/);
    const pid = Number(await readFile(there.file('deaf'), 'utf8'));
    await window.client.stopProgram('user:t', 'Deaf');
    assert.equal(isAlive(pid), false);
    await stage.x.untilNoWindow(/xclock/);
  });

  it('may be stopped before they run', async () => {
    const { window } = stage;
    await stage.lease({ Clock: 'xclock' });
    const running = window.run('Clock');
    await window.until(() => window.program('Clock').status === 'starting', 'starting');
    const stopped = window.client.stopProgram('user:t', 'Clock');
    await assert.rejects(running);
    await stopped;
    assert.equal(window.program('Clock').status, 'ready');
  });
});
