// Programs of a real server with windows on a real X server here: trusted and untrusted, several at a time, and how
// they end.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, symlink } from 'node:fs/promises';
import { promisify } from 'node:util';
import { after, afterEach, before, describe, it } from 'mocha';
import { eventually, isAlive, x11Fixture } from '../../support/x11Fixture';
import type { X11Fixture } from '../../support/x11Fixture';
import type { XServer, XServerOptions } from '../../support/xServer';

describe('X11 programs', () => {
  let fixture: X11Fixture;
  before(async () => {
    fixture = await x11Fixture();
  });
  after(() => fixture[Symbol.asyncDispose]());
  afterEach(async () => {
    await fixture.window.client.stop('user:t').catch(() => undefined);
    await fixture.window.lease();
  });

  it('show their windows, end with their tunnel, and leave nothing behind', async () => {
    const { window, x, there } = fixture;
    await fixture.lease({ Clock: `echo $$ > ${there.file('pid')}; exec xclock` });
    await window.run('Clock');
    await x.untilWindow(/^xclock$/);
    await eventually(
      () => x.colours(),
      (colours) => colours > 1,
    );
    await window.until(() => {
      const state = window.program('Clock');
      return state.status === 'running' && state.windows === 1;
    }, 'its window is reported');
    const pid = Number(await readFile(there.file('pid'), 'utf8'));
    await window.client.stop('user:t');
    assert.equal(isAlive(pid), false);
    await x.untilNoWindow(/xclock/);
    assert.equal(window.program('Clock').status, 'ready');
    assert.equal(window.state().status, 'stopped');
    assert.equal(await fixture.keysThere(), '');
    assert.deepEqual(await fixture.keyFolders(), []);
  });

  it('are untrusted unless the tunnel trusts them', async () => {
    const { window, there } = fixture;
    const info = (name: string): string => `xdpyinfo > ${there.file(name)}`;
    await fixture.lease({ Held: info('held'), Free: { command: info('free'), trusted: true } });
    await Promise.all([window.run('Held'), window.run('Free')]);
    const [held, free] = await Promise.all(
      ['held', 'free'].map((name) => eventually(() => readFile(there.file(name), 'utf8'), Boolean)),
    );
    // The X server hides such extensions from untrusted clients.
    assert.match(free ?? '', /^ +XTEST$/m);
    assert.doesNotMatch(held ?? '', /^ +XTEST$/m);
    assert.match(held ?? '', /^name of display: +localhost:/m);
  });

  it('run side by side, even the same one twice, over one compressed connection', async () => {
    const { window, x } = fixture;
    const logins = (): number => fixture.sshd.log().match(/Accepted publickey/g)?.length ?? 0;
    const loginsBefore = logins();
    await fixture.lease({ Clock: 'xclock', Eyes: 'xeyes' }, { compression: true });
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

  it('may leave windows open after their command has ended, and stopping ends those too', async () => {
    const { window, x, there } = fixture;
    await fixture.lease({ Clock: `xclock & echo $! > ${there.file('left')}; sleep 0.5` });
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

  it('closed by the user report their exit and their output', async () => {
    const { window } = fixture;
    await fixture.lease({ Info: 'xdpyinfo > /dev/null; echo a word >&2; exit 3' });
    await window.run('Info');
    await window.until(() => window.program('Info').status === 'ended', 'ended');
    const state = window.program('Info');
    assert.deepEqual(
      { ...state, at: 0 },
      { status: 'ended', at: 0, exit: { code: 3 }, hadWindow: true, said: 'a word' },
    );
    assert.ok(window.log.some((line) => line.includes('a word')));
  });

  it('end the tunnel that was only started for them', async () => {
    const { window } = fixture;
    await fixture.lease({ Info: 'xdpyinfo > /dev/null' });
    await window.run('Info');
    await window.untilStatus('stopped');
    await fixture.lease({ Info: 'xdpyinfo > /dev/null' }, { dynamicForward: 0 });
    await window.run('Info');
    await window.until(() => window.program('Info').status === 'ended', 'ended');
    assert.equal(window.state().status, 'up');
  });

  it('end with a lost connection, and can run again once it is back', async () => {
    const { window, x, sshd } = fixture;
    await fixture.lease({ Clock: 'xclock' }, { dynamicForward: 0 });
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

  it('that ignore the signal are killed with their child processes', async () => {
    const { window, there } = fixture;
    await fixture.lease({ Deaf: `trap '' TERM; echo $$ > ${there.file('deaf')}; xclock; sleep 60` });
    await window.run('Deaf');
    await fixture.x.untilWindow(/^xclock$/);
    const pid = Number(await readFile(there.file('deaf'), 'utf8'));
    await window.client.stopProgram('user:t', 'Deaf');
    assert.equal(isAlive(pid), false);
    await fixture.x.untilNoWindow(/xclock/);
  });

  it('can be stopped before they run', async () => {
    const { window } = fixture;
    await fixture.lease({ Clock: 'xclock' });
    const running = window.run('Clock');
    await window.until(() => window.program('Clock').status === 'starting', 'starting');
    const stopped = window.client.stopProgram('user:t', 'Clock');
    await assert.rejects(running);
    await stopped;
    assert.equal(window.program('Clock').status, 'ready');
  });
});

describe('the X11 display is found', () => {
  const ways: readonly (readonly [string, XServerOptions, (x: XServer) => string])[] = [
    ['by its socket', { args: ['-noreset', '-nolisten', 'local'] }, ({ display }) => display],
    ['over TCP', { args: ['-noreset', '-listen', 'tcp'] }, ({ display }) => `localhost${display}.0`],
  ];
  for (const [way, x, name] of ways) {
    it(way, async () => {
      await using fixture = await x11Fixture({ x });
      fixture.window.env = { ...fixture.window.env, DISPLAY: name(fixture.x) };
      await fixture.lease({ Info: 'xdpyinfo > /dev/null' });
      await fixture.window.run('Info');
    });
  }

  it('by its abstract socket, if this Node can connect to one', async () => {
    // Before libuv 1.48 it pads the name with zeros, which makes it another name.
    const [major = 0, minor = 0] = process.versions.uv.split('.').map(Number);
    await using fixture = await x11Fixture({ x: { args: ['-noreset', '-nolisten', 'unix'] } });
    await fixture.lease({ Info: 'xdpyinfo > /dev/null' });
    const running = fixture.window.run('Info');
    await (major > 1 || minor >= 48 ? running : assert.rejects(running, /No X server answers at/));
  });

  it('by a path with a colon, as XQuartz has', async () => {
    await using fixture = await x11Fixture();
    const path = fixture.there.file('org.xquartz:0');
    await symlink(`/tmp/.X11-unix/X${fixture.x.display.slice(1)}`, path);
    // xauth uses this name too.
    await promisify(execFile)('xauth', ['-f', fixture.x.env.XAUTHORITY, 'add', path, '.', fixture.x.cookie]);
    fixture.window.env = { ...fixture.window.env, DISPLAY: path };
    await fixture.lease({ Info: { command: 'xdpyinfo > /dev/null', trusted: true } });
    await fixture.window.run('Info');
  });
});
