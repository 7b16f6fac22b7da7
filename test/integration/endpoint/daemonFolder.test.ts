// The daemon's folder when it is removed while the daemon runs, or can't be used; on every system.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { TunnelFailure } from '../../../src/tunnels/errors/errors';
import type { TunnelError } from '../../../src/tunnels/errors/errors';
import { reasonIn } from '../../../src/tunnels/daemon/client/launch';
import {
  endpointFilePath,
  ensurePrivateFolder,
  readEndpointFile,
} from '../../../src/tunnels/daemon/endpoint/endpointFile';
import { endpointFolder, endpointFolders } from '../../../src/tunnels/daemon/endpoint/endpointFolder';
import { nextStepOf } from '../../support/errorWords';
import { eventually } from '../../support/eventually';
import { TestWindow, daemonScript, killDaemon } from '../../support/testWindow';
import { tempDir } from '../../support/tempDir';
import type { TempDir } from '../../support/tempDir';

describe("the daemon's folder", () => {
  let dir: TempDir;
  let env: NodeJS.ProcessEnv;
  const windows: TestWindow[] = [];

  beforeEach(async () => {
    dir = await tempDir('df-');
    env = { ...process.env, XDG_RUNTIME_DIR: dir.file('run'), LOCALAPPDATA: dir.file('run') };
    await mkdir(dir.file('run'), { mode: 0o700 });
  });
  afterEach(async () => {
    for (const window of windows.splice(0)) {
      window.disconnect();
    }
    await killDaemon(env);
    await dir.remove();
  });

  async function open(windowId: string, script?: string): Promise<TestWindow> {
    const daemon = { env, [Symbol.asyncDispose]: () => Promise.resolve() };
    const traits = script === undefined ? { windowId } : { windowId, script };
    // No tunnel is opened.
    const window = await TestWindow.open(daemon, { configFile: dir.file('config') }, traits);
    windows.push(window);
    return window;
  }

  async function refusal(script?: string): Promise<{ error: TunnelError; message: string }> {
    const failure = await open('w', script).then(
      () => undefined,
      (error: unknown) => error,
    );
    assert.ok(failure instanceof TunnelFailure && failure.code === 'DaemonLost', String(failure));
    return { error: failure.error, message: failure.message };
  }

  it('is created again when it was removed, and the next window finds the same daemon', async () => {
    const first = await open('first');
    const folder = endpointFolder(env);
    assert.equal(dirname(folder), dir.file('run'));
    const { endpoint = '' } = (await readEndpointFile(folder)) ?? {};
    // Windows has no files for its named pipes.
    const socket = process.platform === 'win32' ? [] : [endpoint];
    for (const removed of [folder, dir.file('run'), endpointFilePath(folder), ...socket]) {
      // The daemon may be faster than the removal.
      await rm(removed, { recursive: true, maxRetries: 5 });
      const files = [endpointFilePath(folder), ...socket];
      await eventually('its files are back', () => files.every((file) => existsSync(file)));
      const next = await open(`after ${removed}`);
      assert.equal(next.client.daemonPid, first.client.daemonPid);
    }
    await rename(folder, `${folder}.old`);
    await eventually('its file is back', () => existsSync(endpointFilePath(folder)));
    const last = await open('after the folder was renamed');
    assert.equal(last.client.daemonPid, first.client.daemonPid);
    assert.equal(first.closed, false);
  });

  // One harm for each daemon: what a window has started meanwhile may still be starting when the next harm happens.
  const harms: Record<string, (folder: string) => Promise<void>> = {
    removed: (folder) => rm(folder, { recursive: true, maxRetries: 5 }),
    // Windows reports no new name of a watched folder: the daemon finds it by its check each second.
    ...(process.platform === 'win32' ? {} : { renamed: (folder) => rename(folder, `${folder}.old`) }),
    'left without its file': (folder) => rm(endpointFilePath(folder)),
    'left with a damaged file': (folder) => writeFile(endpointFilePath(folder), '{'),
  };
  for (const [harm, happen] of Object.entries(harms)) {
    it(`that is ${harm} is repaired before a window that opens then could start another daemon`, async function () {
      // A race that the running daemon wins as long as the machine isn't far too busy: a new one takes longer to start.
      this.retries(3);
      const first = await open('first');
      await happen(endpointFolder(env));
      const next = await open('next');
      assert.equal(next.client.daemonPid, first.client.daemonPid);
      assert.equal(first.closed, false);
    });
  }

  it('may hold the file of a daemon that has ended: the running one stays, and replaces it', async () => {
    const first = await open('first');
    const folder = endpointFolder(env);
    const own = await readEndpointFile(folder);
    assert.ok(own);
    const ended = { ...own, endpoint: `${own.endpoint.slice(0, -'0.sock'.length)}x.sock` };
    await writeFile(endpointFilePath(folder), JSON.stringify(ended));
    await eventually('its own file is back', async () => {
      return (await readEndpointFile(folder))?.endpoint === own.endpoint;
    });
    assert.equal(first.closed, false);
  });

  it('is another one while XDG_RUNTIME_DIR is gone, as after a logout, and all windows find one daemon', async function () {
    if (process.platform === 'win32') {
      this.skip();
    }
    // So that not even root can make it again.
    const [link, session] = [dir.file('session'), dir.file('run')];
    env = { ...env, XDG_RUNTIME_DIR: join(link, 'user') };
    await mkdir(join(session, 'user'), { mode: 0o700 });
    await symlink(session, link);
    const first = await open('first');
    const { usual, spare = '' } = endpointFolders(env);
    assert.ok(existsSync(endpointFilePath(usual)));
    assert.equal(existsSync(spare), false);
    for (const round of [1, 2]) {
      // A dangling link.
      await rm(join(session, 'user'), { recursive: true, maxRetries: 5 });
      await rename(session, dir.file('away'));
      const between = await open(`without the folder, ${round}`);
      assert.equal(between.client.daemonPid, first.client.daemonPid);
      assert.equal(endpointFolder(env), spare);
      await mkdir(join(session, 'user'), { recursive: true, mode: 0o700 });
      const after = await open(`with a new folder, ${round}`);
      assert.equal(after.client.daemonPid, first.client.daemonPid);
      await eventually('it is only there', () => {
        return existsSync(endpointFilePath(usual)) && !existsSync(endpointFilePath(spare));
      });
      await rm(dir.file('away'), { recursive: true });
    }
    assert.equal(first.closed, false);
  });

  it('is the same for a daemon that can not start in the home folder', async () => {
    env = { ...env, HOME: dir.file('none'), USERPROFILE: dir.file('none') };
    const { HOME, USERPROFILE } = process.env;
    // The window's own home.
    Object.assign(process.env, { HOME: env['HOME'], USERPROFILE: env['USERPROFILE'] });
    try {
      assert.equal((await open('first')).closed, false);
    } finally {
      restore({ HOME, USERPROFILE });
    }
  });

  it('does not depend on the current folder, if TMPDIR is relative', () => {
    const { TMPDIR } = process.env;
    process.env['TMPDIR'] = 'tmp';
    try {
      assert.ok(isAbsolute(endpointFolder({ LOCALAPPDATA: '' })));
    } finally {
      restore({ TMPDIR });
    }
  });

  it('that is a file is named, with what to do', async () => {
    const folder = endpointFolder(env);
    await writeFile(folder, 'precious');
    const { error, message } = await refusal();
    assert.ok(message.includes(`${folder} is not a folder`), message);
    assert.match(nextStepOf(error), /^Move it or remove it/);
  });

  it('below a file names that file', async () => {
    const file = await dir.write('precious', 'precious');
    await assert.rejects(ensurePrivateFolder(join(file, 'Local', 'ssh-tunnels')), (error) => {
      assert.ok(error instanceof TunnelFailure);
      assert.ok(error.message.includes(`${file} is not a folder`), error.message);
      return true;
    });
  });

  it('that is a file keeps a daemon from starting, and its standard error has the reason', async () => {
    const folder = endpointFolder(env);
    await writeFile(folder, 'precious');
    const { status, stderr } = spawnSync(process.execPath, [daemonScript], { env, encoding: 'utf8' });
    assert.equal(status, 1);
    assert.ok(reasonIn(stderr)?.includes(`${folder} is not a folder`), stderr);
  });

  it('is not needed to learn why the daemon crashed at its start', async () => {
    const rows: readonly (readonly [text: string, reason: string])[] = [
      ['const x = 1;\nthrow new TypeError("no such thing");', 'TypeError: no such thing (exit code 1)'],
      [
        'process.emitWarning("slow"); process.exitCode = 7;',
        'The daemon ended without a word (exit code 7).',
      ],
    ];
    for (const [text, reason] of rows) {
      const { error } = await refusal(await dir.write('daemon.js', text));
      assert.equal(error.detail, reason);
    }
  });
});

function restore(variables: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) {
      Reflect.deleteProperty(process.env, name);
    } else {
      process.env[name] = value;
    }
  }
}
