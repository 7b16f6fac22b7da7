// The daemon's private folder, with XDG_RUNTIME_DIR and without it.
import assert from 'node:assert/strict';
import { chmod, mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { newEndpointFile, endpointFilePath } from '../../src/tunnels/daemon/endpoint/endpointFile';
import { endpointFolder } from '../../src/tunnels/daemon/endpoint/endpointFolder';
import { TunnelFailure } from '../../src/tunnels/errors/errors';
import { eventually } from '../support/eventually';
import { TestWindow, killDaemon } from '../support/testWindow';
import type { TestDaemon } from '../support/testWindow';
import { target } from '../support/targetAndClient';
import { startSshd } from '../support/sshd';
import type { Sshd } from '../support/sshd';
import { tempDir } from '../support/tempDir';
import type { TempDir } from '../support/tempDir';
import { isTemporaryUser, needsTemporaryUser, rootsOwn } from './ranByRoot';

describe('the daemon’s folder', () => {
  const { uid } = userInfo();
  let dir: TempDir;
  let sshd: Sshd;
  const places: TestDaemon[] = [];
  let umask: number;
  beforeEach(async () => {
    [dir, sshd] = await Promise.all([tempDir('d-'), startSshd()]);
    // So that every mode that isn't set explicitly shows.
    umask = process.umask(0);
  });
  afterEach(async () => {
    process.umask(umask);
    for (const place of places.splice(0)) await place[Symbol.asyncDispose]();
    delete process.env['TMPDIR'];
    await sshd.stop();
    await dir.remove();
  });

  function place(variables: NodeJS.ProcessEnv): TestDaemon {
    const env = { ...process.env, ...variables };
    const made = { env, [Symbol.asyncDispose]: () => killDaemon(env) };
    places.push(made);
    return made;
  }

  const mode = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);

  /** Opens a window, brings a tunnel up, and lists the folder. */
  async function serves(at: TestDaemon, folder: string): Promise<TestWindow> {
    assert.equal(endpointFolder(at.env), folder);
    const window = await TestWindow.open(at, sshd);
    await window.bringUp({ host: 'test-sshd', dynamicForward: 0 });
    assert.equal((await stat(folder)).uid, uid);
    assert.equal(await mode(folder), '700');
    assert.equal(await mode(endpointFilePath(folder)), '600');
    assert.equal(await mode(join(folder, 'daemon.log')), '600');
    const { endpoint } = JSON.parse(await readFile(endpointFilePath(folder), 'utf8')) as {
      endpoint: string;
    };
    assert.ok(endpoint.startsWith(`${folder}/`), endpoint);
    assert.ok(endpoint.length < 104);
    await window.client.stop('user:t');
    return window;
  }

  async function lost(at: TestDaemon, words: RegExp): Promise<void> {
    await assert.rejects(TestWindow.open(at, sshd), (error) => {
      assert.ok(error instanceof TunnelFailure);
      assert.equal(error.code, 'DaemonLost');
      assert.match(`${error.message} ${error.error.detail ?? ''}`, words);
      return true;
    });
  }

  it('is created in XDG_RUNTIME_DIR, and no other user can enter it', async () => {
    const window = await serves(place({ XDG_RUNTIME_DIR: dir.path }), dir.file('ssh-tunnels'));
    window.disconnect();
  });

  it('is created in the temporary folder without XDG_RUNTIME_DIR, and no other user can enter it', async () => {
    // If the tests run as a user who is also used otherwise, it may have a daemon there.
    if (!isTemporaryUser) process.env['TMPDIR'] = dir.path;
    const folder = join(tmpdir(), `ssh-tunnels-${uid}`);
    const window = await serves(place({ XDG_RUNTIME_DIR: undefined }), folder);
    window.disconnect();
    await killDaemon(places[0]?.env ?? {});
    await rm(folder, { recursive: true });
  });

  it("becomes private when it was open to others, and a file in it that others may read isn't trusted", async () => {
    const folder = dir.file('ssh-tunnels');
    await mkdir(folder, { mode: 0o777 });
    const planted = newEndpointFile(folder);
    let connections = 0;
    await using listener = await target(
      (socket) => {
        connections++;
        socket.destroy();
      },
      { path: planted.endpoint },
    );
    for (const open of [0o640, 0o622]) {
      await writeFile(endpointFilePath(folder), JSON.stringify(planted), { mode: open });
      const at = place({ XDG_RUNTIME_DIR: dir.path });
      const window = await serves(at, folder);
      await killDaemon(at.env);
      await eventually('the daemon has ended', () => window.closed);
      await rm(endpointFilePath(folder));
      await chmod(folder, 0o777);
    }
    assert.deepEqual([connections, listener.open.size], [0, 0]);
  });

  for (const closed of [0o000, 0o500]) {
    it(`is opened again when its owner has no access (mode ${closed.toString(8)})`, async () => {
      await mkdir(dir.file('ssh-tunnels'));
      await chmod(dir.file('ssh-tunnels'), closed);
      const window = await serves(place({ XDG_RUNTIME_DIR: dir.path }), dir.file('ssh-tunnels'));
      window.disconnect();
    });
  }

  it('can’t be created without write permission, and the error names the folder', async () => {
    await chmod(dir.path, 0o500);
    await lost(place({ XDG_RUNTIME_DIR: dir.path }), /permission .*ssh-tunnels.*EACCES/);
    await chmod(dir.path, 0o700);
    assert.deepEqual(await readdir(dir.path), []);
  });

  describe('when owned by root:', () => {
    needsTemporaryUser();

    it('as XDG_RUNTIME_DIR, which su and sudo may leave behind, is ignored', async () => {
      const folder = join(tmpdir(), `ssh-tunnels-${uid}`);
      const window = await serves(place({ XDG_RUNTIME_DIR: rootsOwn('tmp') }), folder);
      window.disconnect();
      assert.ok(!(await readdir(rootsOwn('tmp'))).includes('ssh-tunnels'));
      await killDaemon(places[0]?.env ?? {});
      await rm(folder, { recursive: true });
    });

    it('in the temporary folder is refused, and stays unchanged', async () => {
      process.env['TMPDIR'] = rootsOwn('tmp');
      const folder = rootsOwn(`tmp/ssh-tunnels-${uid}`);
      assert.equal(await mode(folder), '777');
      await lost(place({ XDG_RUNTIME_DIR: undefined }), new RegExp(`ssh-tunnels-${uid}`));
      assert.deepEqual(await readdir(folder), []);
    });
  });
});
