// Programs in a nested display: a real Xephyr on a real X server. Each ends with the other.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { after, afterEach, before, describe, it } from 'mocha';
import { TestWindow, killDaemon } from '../../support/testWindow';
import { eventually, isAlive, x11Fixture } from '../../support/x11Fixture';
import type { X11Fixture } from '../../support/x11Fixture';

const run = promisify(execFile);

describe('an X11 program in a nested display', () => {
  let fixture: X11Fixture;
  before(async () => {
    fixture = await x11Fixture();
  });
  after(() => fixture[Symbol.asyncDispose]());
  afterEach(async () => {
    // The last test has none.
    await fixture.window.client.stop('user:t').catch(() => undefined);
    await fixture.window.lease().catch(() => undefined);
  });

  /** The processes of this test's display. */
  async function nests(): Promise<readonly number[]> {
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
    const found = await Promise.all(
      pids.map(async (pid) => {
        const [command, env] = await Promise.all(
          ['cmdline', 'environ'].map((file) => readFile(`/proc/${pid}/${file}`, 'latin1').catch(() => '')),
        );
        return command?.startsWith('Xephyr\0') && env?.includes(`DISPLAY=${fixture.x.display}\0`)
          ? [pid]
          : [];
      }),
    );
    return found.flat();
  }

  const desktop = (command: string): object => ({ Desktop: { command, nested: '640x480' } });

  it("shows a window of the given size, and can't see the outer display", async () => {
    const { window, x, there } = fixture;
    const info = `xdpyinfo > ${there.file('info')}; xwininfo -root -tree > ${there.file('tree')}`;
    await fixture.lease(desktop(`${info}; exec xeyes`));
    await window.run('Desktop');
    await x.untilWindow(/^Desktop – test-sshd/);
    const seen = await eventually(() => readFile(there.file('tree'), 'utf8').catch(() => ''), Boolean);
    assert.match(await readFile(there.file('info'), 'utf8'), /dimensions: +640x480 pixels/);
    assert.doesNotMatch(seen, /Desktop – test-sshd/);
    // Within it, the program runs like any other.
    assert.match(await readFile(there.file('info'), 'utf8'), /^ +XTEST$/m);
    const { stdout } = await run('xwininfo', ['-root', '-tree'], { env: { ...process.env, ...x.env } });
    assert.match(stdout, /"Desktop – test-sshd.*640x480/);
    assert.doesNotMatch(stdout, /"xeyes"/);
    await eventually(
      () => x.colours(),
      (colours) => colours > 1,
    );
  });

  it('ends its display when it ends', async () => {
    const { window, x } = fixture;
    await fixture.lease(desktop('xdpyinfo > /dev/null; sleep 0.5'));
    await window.run('Desktop');
    assert.equal((await nests()).length, 1);
    await eventually(nests, (pids) => pids.length === 0);
    await x.untilNoWindow(/Desktop/);
    await eventually(
      () => fixture.keyFolders(),
      (folders) => folders.length === 0,
    );
  });

  it('ends without an error when the user closes the window', async () => {
    const { window, there } = fixture;
    await fixture.lease(desktop(`echo $$ > ${there.file('pid')}; exec xeyes`));
    await window.run('Desktop');
    const [nest] = await nests();
    assert.ok(nest);
    process.kill(nest, 'SIGTERM');
    await window.until(() => window.program('Desktop').status === 'ready', 'over');
    const pid = Number(await readFile(there.file('pid'), 'utf8'));
    await eventually(
      () => isAlive(pid),
      (alive) => !alive,
    );
    await eventually(
      () => fixture.keyFolders(),
      (folders) => folders.length === 0,
    );
  });

  it('has a display that refuses clients without its key', async () => {
    const { window, x } = fixture;
    await fixture.lease(desktop('exec xeyes'));
    await window.run('Desktop');
    const [nest] = await nests();
    const inside = (await readdir('/tmp/.X11-unix')).map((name) => `:${name.slice(1)}`);
    const refused = await Promise.all(
      inside
        .filter((display) => display !== x.display)
        .map((display) =>
          run('xdpyinfo', ['-display', display], { env: { ...process.env, ...x.env } }).then(
            () => `${display} let it in`,
            () => 'refused',
          ),
        ),
    );
    assert.ok(nest);
    assert.ok(refused.length > 0 && refused.every((each) => each === 'refused'), refused.join(', '));
  });

  it('leaves no display behind when the daemon dies', async () => {
    const { window, x, daemon, sshd } = fixture;
    await fixture.lease(desktop('exec xeyes'));
    await window.run('Desktop');
    assert.equal((await nests()).length, 1);
    await killDaemon(daemon.env);
    await eventually(nests, (pids) => pids.length === 0);
    await x.untilNoWindow(/Desktop/);
    // The next daemon removes what it left.
    const next = await TestWindow.open(daemon, sshd, { windowId: 'next', env: x.env });
    await eventually(
      () => fixture.keyFolders(),
      (folders) => folders.length === 0,
    );
    next.disconnect();
  });
});
