// Crashes, and obstacles in the endpoint folder: they don't block the next start, nothing hangs, and a waiting window
// gets the reason.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { once } from 'node:events';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { eventually } from '../support/eventually';
import { endpointFilePath } from '../../src/tunnels/daemon/endpoint/endpointFile';
import { endpointFolder } from '../../src/tunnels/daemon/endpoint/endpointFolder';
import { TunnelFailure } from '../../src/tunnels/errors/errors';
import { TestWindow, testDaemon } from '../support/testWindow';
import type { TestDaemon } from '../support/testWindow';
import { client, target, exchange } from '../support/targetAndClient';
import type { TargetServer } from '../support/targetAndClient';
import { startSshd } from '../support/sshd';
import type { Sshd } from '../support/sshd';
import { needsNamespaces } from '../support/namespaces';
import { tempDir } from '../support/tempDir';
import { messageOf } from '../support/errorWords';
import { protocolMajor } from '../../src/tunnels/daemon/protocol/protocol';

/** A user that is neither root nor the one that runs the test. */
const somebodyElse = 54_321;

describe('recovery', () => {
  let sshd: Sshd;
  let echo: TargetServer;
  let daemon: TestDaemon;
  const windows: TestWindow[] = [];

  before(async () => {
    sshd = await startSshd();
    echo = await target((socket) => socket.pipe(socket));
  });
  beforeEach(async () => {
    daemon = await testDaemon();
  });
  afterEach(async () => {
    for (const window of windows.splice(0)) {
      window.disconnect();
    }
    await daemon[Symbol.asyncDispose]();
  });
  after(async () => {
    await echo[Symbol.asyncDispose]();
    await sshd.stop();
  });

  async function open(windowId?: string, script?: string): Promise<TestWindow> {
    const traits = {
      ...(windowId === undefined ? {} : { windowId }),
      ...(script === undefined ? {} : { script }),
    };
    const window = await TestWindow.open(daemon, sshd, traits);
    windows.push(window);
    return window;
  }

  function tunnel(listen: number | string = 0): object {
    return { host: 'test-sshd', localForward: `${listen}:127.0.0.1:${echo.port}` };
  }

  function folder(): string {
    return endpointFolder(daemon.env);
  }

  async function lost(opening: Promise<unknown>): Promise<TunnelFailure> {
    try {
      await opening;
    } catch (error) {
      assert.ok(error instanceof TunnelFailure && error.code === 'DaemonLost', String(error));
      assert.doesNotMatch(error.error.detail ?? '', /did not answer within/, 'noticed only by the time-out');
      return error;
    }
    assert.fail('it was started');
  }

  describe('after a crash of the daemon:', () => {
    it('both windows share one new daemon, and their tunnels return on the same ports', async () => {
      const [a, b] = await Promise.all([open('a'), open('b')]);
      await a.bringUp(tunnel());
      await b.lease({ id: 'user:t', tunnel: tunnel() });
      await b.untilStatus('up');
      const port = a.port();
      const cut = client(port);
      cut.socket.write('x');
      await once(cut.socket, 'data');
      cut.socket.on('end', () => cut.socket.end());
      process.kill(a.client.daemonPid, 'SIGKILL');
      await Promise.all([
        a.until(() => a.closed, 'its connection closed'),
        b.until(() => b.closed, 'its connection closed'),
      ]);
      await cut.done;
      const again = await Promise.all([open('a'), open('b')]);
      assert.equal(again[0].client.daemonPid, again[1].client.daemonPid);
      const rememberedPorts = { [`local 0 127.0.0.1:${echo.port}`]: port };
      for (const window of again) {
        await window.lease({ id: 'user:t', tunnel: tunnel(), rememberedPorts });
        await window.untilStatus('up');
        assert.equal(window.port(), port);
      }
      assert.equal((await exchange(port, 'back')).received.toString(), 'back');
    });

    it('the next daemon reuses the Unix socket that the old one left behind', async () => {
      await using dir = await tempDir('s-');
      const path = dir.file('db.sock');
      const first = await open();
      await first.bringUp(tunnel(path));
      process.kill(first.client.daemonPid, 'SIGKILL');
      await first.until(() => first.closed, 'its connection closed');
      assert.ok(existsSync(path), 'nothing was left behind to take over');
      const second = await open();
      await second.bringUp(tunnel(path));
      assert.equal(second.forwards()[0]?.status, 'listening');
      await second.client.stop('user:t');
      assert.equal(existsSync(path), false);
    });
  });

  describe("with something else at the endpoint file's path:", () => {
    const dead = { endpoint: '/nowhere/dead.sock', secret: 'ab'.repeat(32), major: protocolMajor, pid: 1 };
    const valid = JSON.stringify(dead);
    const obstacles: readonly (readonly [name: string, make: (file: string) => void])[] = [
      ['an unreadable file', (file) => writeFileSync(file, valid, { mode: 0o000 })],
      ['an empty file', (file) => writeFileSync(file, '', { mode: 0o600 })],
      ['a truncated file', (file) => writeFileSync(file, valid.slice(0, 40), { mode: 0o600 })],
      ['a folder', (file) => mkdirSync(file)],
      [
        'a non-empty folder',
        (file) => {
          mkdirSync(file);
          writeFileSync(join(file, 'something'), '');
        },
      ],
      ['a link to nothing', (file) => symlinkSync('/nowhere', file)],
      [
        'a link to a valid file',
        (file) => {
          writeFileSync(`${file}.elsewhere`, valid, { mode: 0o600 });
          symlinkSync(`${file}.elsewhere`, file);
        },
      ],
      [
        'a file of another user',
        (file) => {
          writeFileSync(file, valid, { mode: 0o600 });
          chownSync(file, somebodyElse, somebodyElse);
        },
      ],
    ];
    for (const [name, make] of obstacles) {
      it(`${name}: a daemon starts, and the next window finds it`, async () => {
        mkdirSync(folder(), { mode: 0o700 });
        make(endpointFilePath(folder()));
        const first = await open('first');
        await first.bringUp(tunnel());
        const second = await open('second');
        assert.equal(second.client.daemonPid, first.client.daemonPid);
      });
    }

    it('a folder of another user is refused by name, and no daemon starts in it', async () => {
      mkdirSync(folder(), { mode: 0o700 });
      chownSync(folder(), somebodyElse, somebodyElse);
      const { error } = await lost(open());
      assert.ok(messageOf(error).includes(folder()), messageOf(error));
      assert.deepEqual(readdirSync(folder()), []);
      rmSync(folder(), { recursive: true });
      await (await open()).bringUp(tunnel());
    });

    it('a file instead of the endpoint folder is refused by name', async () => {
      writeFileSync(folder(), '');
      const { error } = await lost(open());
      assert.ok(messageOf(error).includes(folder()), messageOf(error));
      rmSync(folder());
      await (await open()).bringUp(tunnel());
    });
  });

  describe('on a full disk:', () => {
    needsNamespaces();

    it('the error names the full disk, and the daemon starts once there is room', async () => {
      const disk = daemon.env['XDG_RUNTIME_DIR'] ?? '';
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k,mode=0700', 'tmpfs', disk]);
      try {
        fill(join(disk, 'full'));
        const { error } = await lost(open());
        assert.match(error.detail ?? '', /ENOSPC: no space left on device/);
        assert.deepEqual(
          readdirSync(folder()).filter((name) => name !== 'daemon.log'),
          [],
        );
        rmSync(join(disk, 'full'));
        const window = await open();
        await window.bringUp(tunnel());
        process.kill(window.client.daemonPid, 'SIGKILL');
        await window.until(() => window.closed, 'ended');
      } finally {
        execFileSync('umount', ['-l', disk]);
      }
    });

    it('a running daemon works on, and even opens a new Unix socket', async () => {
      const disk = daemon.env['XDG_RUNTIME_DIR'] ?? '';
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k,mode=0700', 'tmpfs', disk]);
      try {
        await using dir = await tempDir('s-');
        const window = await open();
        await window.bringUp(tunnel(), 'user:first');
        fill(join(disk, 'full'));
        await window.lease(
          { id: 'user:first', tunnel: tunnel() },
          { id: 'user:second', tunnel: tunnel(dir.file('db.sock')) },
        );
        await window.untilStatus('up', 'user:second');
        assert.equal(window.forwards('user:second')[0]?.status, 'listening');
        const port = window.port(0, 'user:first');
        assert.equal((await exchange(port, 'on')).received.toString(), 'on');
        process.kill(window.client.daemonPid, 'SIGKILL');
        await window.until(() => window.closed, 'ended');
      } finally {
        execFileSync('umount', ['-l', disk]);
      }
    });

    it('a daemon script that an update has removed is named in the error', async () => {
      const { error } = await lost(open('w', '/nowhere/dist/tunnelDaemon.js'));
      assert.match(error.detail ?? '', /^\/nowhere\/dist\/tunnelDaemon\.js doesn't exist/);
    });
  });

  describe('after a cleaner has emptied the endpoint folder:', () => {
    it('the daemon publishes its endpoint again, and connections survive', async () => {
      const first = await open('first');
      await first.bringUp(tunnel());
      const { socket, done } = client(first.port());
      socket.write('x');
      await once(socket, 'data');
      rmSync(folder(), { recursive: true });
      await eventually('it can be found again', () => existsSync(endpointFilePath(folder())));
      const second = await open('second');
      assert.equal(second.client.daemonPid, first.client.daemonPid);
      await second.lease({ id: 'user:t', tunnel: tunnel() });
      await second.untilStatus('up');
      socket.end('y');
      assert.equal((await done).received.toString(), 'xy');
    });

    it('a daemon whose endpoint another daemon has taken over exits', async () => {
      const first = await open('first');
      await first.bringUp(tunnel());
      const port = first.port();
      // It would write its file again at once.
      process.kill(first.client.daemonPid, 'SIGSTOP');
      rmSync(endpointFilePath(folder()));
      const second = await open('second').finally(() => process.kill(first.client.daemonPid, 'SIGCONT'));
      assert.notEqual(second.client.daemonPid, first.client.daemonPid);
      await first.until(() => first.closed, 'ended');
      const again = await open('first');
      assert.equal(again.client.daemonPid, second.client.daemonPid);
      await again.bringUp(tunnel(port));
      assert.equal((await exchange(port, 'on')).received.toString(), 'on');
    });
  });
});

/** Fills the disk to the last byte. */
function fill(file: string): void {
  for (const size of [4096, 1]) {
    try {
      for (;;) {
        writeFileSync(file, Buffer.alloc(size), { flag: 'a' });
      }
    } catch (error) {
      assert.match(String(error), /ENOSPC/);
    }
  }
}
